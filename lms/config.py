"""Settings, read once from LMS_* variables and handed down as plain values."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO, PRODUCTION = "demo", "production"
SHORTEST_SECRET = 32


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can set. Folders are absolute, times in seconds."""

    mode: str
    home: Path
    secret_key: str
    database_url: str
    redis_url: str
    public_url: str
    files: Path
    keys: Path
    key_passphrase: str
    content: Path
    templates: Path
    mail_from: str
    smtp_url: str
    mail_folder: Path
    trusted_proxies: tuple[str, ...]
    log_json: bool

    @property
    def is_production(self) -> bool:
        """Whether real people's data is at stake: secure cookies, no demo data."""
        return self.mode == PRODUCTION

    @property
    def has_https(self) -> bool:
        """Whether browsers reach the platform over HTTPS."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in an environment. Raises `BadSetting`."""
        mode = environ.get("LMS_MODE", DEMO)
        if mode not in (DEMO, PRODUCTION):
            raise BadSetting("LMS_MODE is neither demo nor production. Set one of the two.")
        home = Path(environ.get("LMS_HOME", ROOT / "var")).absolute()
        port = environ.get("PORT", "8000")
        secret = environ.get("LMS_SECRET_KEY") or _demo_secret(mode, "LMS_SECRET_KEY")
        passphrase = environ.get("LMS_KEY_PASSPHRASE") or _demo_secret(mode, "LMS_KEY_PASSPHRASE")
        if len(secret) < SHORTEST_SECRET:
            raise BadSetting(
                f"LMS_SECRET_KEY is shorter than {SHORTEST_SECRET} characters. Make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        public_url = environ.get("LMS_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
        if mode == PRODUCTION and not public_url.startswith("https://"):
            raise BadSetting("LMS_PUBLIC_URL must begin with https:// in production.")
        return cls(
            mode=mode,
            home=home,
            secret_key=secret,
            database_url=environ.get("LMS_DATABASE_URL", f"sqlite:///{home / 'vigie.sqlite3'}"),
            redis_url=environ.get("LMS_REDIS_URL", ""),
            public_url=public_url,
            files=Path(environ.get("LMS_FILES", home / "files")).absolute(),
            keys=Path(environ.get("LMS_KEYS", home / "keys")).absolute(),
            key_passphrase=passphrase,
            content=Path(environ.get("LMS_CONTENT", _beside("courses"))).absolute(),
            templates=_beside("templates") / "templates",
            mail_from=environ.get("LMS_MAIL_FROM", "vigie@localhost"),
            smtp_url=environ.get("LMS_SMTP_URL", ""),
            mail_folder=home / "mail",
            trusted_proxies=_networks(environ.get("LMS_TRUSTED_PROXIES", "")),
            log_json=environ.get("LMS_LOG", "json" if mode == PRODUCTION else "text") == "json",
        )


def _beside(folder: str) -> Path:
    """Where templates and content lie: the checkout, or the package itself in a wheel."""
    return ROOT if (ROOT / folder).is_dir() else Path(__file__).resolve().parent / "shipped"


def _demo_secret(mode: str, name: str) -> str:
    """A secret for a demo on this machine; production must bring its own."""
    if mode == PRODUCTION:
        raise BadSetting(f"{name} is not set. Production does not start without it.")
    return hashlib.sha256(f"demo {name} {ROOT}".encode()).hexdigest()


def _networks(written: str) -> tuple[str, ...]:
    networks = tuple(part.strip() for part in written.split(",") if part.strip())
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise BadSetting(
                f"LMS_TRUSTED_PROXIES: {network!r} is no address or network."
            ) from None
    return networks
