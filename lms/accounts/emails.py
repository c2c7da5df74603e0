"""Letters to people: put into the outbox sealed, written and sent by the worker."""

from __future__ import annotations

import gettext
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.vault import Vault
from lms.adapters.mail import Mail, Mailer
from lms.jobs.services import enqueue

JOB = "mail"
_LOCALES = {"en": "en_GB", "fr": "fr", "pt": "pt_PT"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What to write to whom: `template` lies in templates/emails/, without its ending."""

    template: str
    to: str
    language: str
    time_zone: str
    values: Mapping[str, str]


def post(session: Session, vault: Vault, letter: Letter, now: datetime) -> None:
    """Put a letter into the outbox. Its values may hold a secret link, so they are sealed."""
    payload = {
        "key": secrets.token_hex(16),
        "template": letter.template,
        "to": letter.to,
        "language": letter.language,
        "time_zone": letter.time_zone,
        "values": vault.seal(json.dumps(dict(letter.values))),
    }
    enqueue(session, JOB, payload, now)


def post_to(
    session: Session, vault: Vault, person: Person, template: str, now: datetime, **values: str
) -> None:
    """A letter to a person, in their language; their name is among its values."""
    letter = Letter(
        template=template,
        to=person.email or "",
        language=person.language,
        time_zone=person.time_zone,
        values={"name": person.display_name, **values},
    )
    post(session, vault, letter, now)


@dataclass(frozen=True, slots=True)
class Postman:
    """Writes and sends the letters of the outbox."""

    vault: Vault
    mailer: Mailer
    templates: Path
    translations: Path
    public_url: str

    def __call__(self, session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        """Send one letter. A second try has the same key, and the mail server drops the double."""
        values = self.vault.unseal(payload["values"])
        if values is None:
            raise ValueError("the letter was sealed with another secret key")
        letter = Letter(
            template=payload["template"],
            to=payload["to"],
            language=payload["language"],
            time_zone=payload["time_zone"],
            values=json.loads(values),
        )
        subject, text = self.write(letter)
        self.mailer.send(Mail(to=letter.to, subject=subject, text=text, key=payload["key"]))

    def write(self, letter: Letter) -> tuple[str, str]:
        """Subject (the template's first line) and text, in the letter's language."""
        environment = _environment(self.templates, self.translations, letter.language)
        written = environment.get_template(f"emails/{letter.template}.txt").render(
            **letter.values, public_url=self.public_url, time_zone=letter.time_zone
        )
        subject, _, text = written.strip().partition("\n")
        return " ".join(subject.split()), text.strip() + "\n"


@lru_cache
def _environment(templates: Path, translations: Path, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text, never shown by a browser
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wording = gettext.translation("messages", translations, [language], fallback=True)
    environment.install_gettext_translations(wording, newstyle=True)  # type: ignore[attr-defined]
    locale = _LOCALES.get(language, "en_GB")
    environment.filters["moment"] = lambda at, zone: _moment(at, zone, locale)
    return environment


def _moment(at: str, time_zone: str, locale: str) -> str:
    zone = ZoneInfo(time_zone)
    written = format_datetime(datetime.fromisoformat(at), "d MMMM y HH:mm", zone, locale)
    return f"{written} ({time_zone})"
