"""The folder of signing keys: made once per issuer, loaded once per process.

Each key has three files named by its key id (16 hex digits):

    <kid>.key.pem   the P-256 private key, PKCS #8, encrypted with the passphrase, mode 0600
    <kid>.crt.pem   its self-signed X.509 certificate, for the signature inside the PDF
    <kid>.json      issuer, day it was made, and from which day it is no longer trusted

A key counts once its .json is there, and that is written last. A key signs for two years, then
the next one is made; old ones stay, because certificates outlive the keys that signed them.
Nothing here reads the clock: days are handed in.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from lms.adapters.files import make_folder
from lms.core.credentials.cose import key_id
from lms.core.credentials.verdict import TrustedKey

SIGNING_LIFE = timedelta(days=730)
CERTIFICATE_LIFE = timedelta(days=20 * 365)
"""Longer than any certificate's validity: without a time stamp, a PDF reader compares the
signature with the X.509 certificate's dates on the day it looks."""

_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""
_LONGEST_COMMON_NAME = 64


class SigningKeyError(RuntimeError):
    """A key that cannot be used. `code`: wrong_passphrase, damaged_key, no_passphrase."""

    def __init__(self, code: str, kid: str = "") -> None:
        super().__init__(f"{code}: {kid}" if kid else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is public about a key."""

    kid: bytes
    issuer: str
    made_on: date
    certificate: x509.Certificate
    untrusted_from: date | None = None

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The P-256 key inside the X.509 certificate."""
        key = self.certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        return key

    def may_sign(self, today: date) -> bool:
        """Whether the key is still young enough, and trusted."""
        trusted = self.untrusted_from is None or today < self.untrusted_from
        return trusted and self.made_on <= today < self.made_on + SIGNING_LIFE


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that is loaded and ready to sign."""

    record: KeyRecord
    private_key: ec.EllipticCurvePrivateKey


class KeyStore:
    """The keys of one platform. Safe to share between threads and processes."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        """Raises `SigningKeyError("no_passphrase")` for an empty passphrase."""
        if not passphrase:
            raise SigningKeyError("no_passphrase")
        self._folder = folder
        self._passphrase = passphrase.encode("utf-8")
        self._records: dict[bytes, KeyRecord] = {}
        self._private: dict[bytes, ec.EllipticCurvePrivateKey] = {}
        self._seen_at: int | None = None

    def signing_key(self, issuer: str, today: date) -> SigningKey:
        """The issuer's newest key that may sign today; made now when there is none."""
        found = self._newest(issuer, today)
        if found is None:
            with self._locked():
                found = self._newest(issuer, today) or self._make(issuer, today)
        return SigningKey(found, self._private_key(found.kid))

    def latest_key(self) -> SigningKey | None:
        """The newest key that is trusted, whoever's and however old; makes none."""
        trusted = [record for record in self.records() if record.untrusted_from is None]
        return SigningKey(trusted[-1], self._private_key(trusted[-1].kid)) if trusted else None

    def rotate(self, issuer: str, today: date) -> SigningKey:
        """Make a new key for the issuer; it signs from now on."""
        with self._locked():
            made = self._make(issuer, today)
        return SigningKey(made, self._private_key(made.kid))

    def withdraw(self, kid: bytes, untrusted_from: date) -> KeyRecord:
        """Stop trusting a lost or stolen key from a day on. Raises `KeyError` for no such key."""
        with self._locked():
            record = replace(self._all()[kid], untrusted_from=untrusted_from)
            self._write_record(record)
        return record

    def records(self) -> list[KeyRecord]:
        """Every key there ever was, oldest first: what the platform publishes."""
        return sorted(self._all().values(), key=lambda record: (record.made_on, record.kid))

    def trusted(self) -> dict[bytes, TrustedKey]:
        """The pinned set to check certificates with."""
        return {
            record.kid: TrustedKey(record.public_key, record.issuer, record.untrusted_from)
            for record in self._all().values()
        }

    def _newest(self, issuer: str, today: date) -> KeyRecord | None:
        usable = [
            record
            for record in self.records()
            if record.issuer == issuer and record.may_sign(today)
        ]
        return usable[-1] if usable else None

    def _all(self) -> dict[bytes, KeyRecord]:
        """The records, read again only when the folder has changed."""
        try:
            changed_at = self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed_at != self._seen_at:
            self._records = {
                record.kid: record
                for record in map(self._read_record, sorted(self._folder.glob("*.json")))
            }
            self._seen_at = changed_at
        return self._records

    def _read_record(self, path: Path) -> KeyRecord:
        try:
            written = json.loads(path.read_text("utf-8"))
            certificate = x509.load_pem_x509_certificate(path.with_suffix(".crt.pem").read_bytes())
            untrusted = written["untrusted_from"]
            record = KeyRecord(
                kid=bytes.fromhex(path.stem),
                issuer=written["issuer"],
                made_on=date.fromisoformat(written["made_on"]),
                certificate=certificate,
                untrusted_from=date.fromisoformat(untrusted) if untrusted else None,
            )
            sound = key_id(record.public_key) == record.kid
        except (OSError, ValueError, KeyError, TypeError, AssertionError) as problem:
            raise SigningKeyError("damaged_key", path.stem) from problem
        if not sound:
            raise SigningKeyError("damaged_key", path.stem)
        return record

    def _private_key(self, kid: bytes) -> ec.EllipticCurvePrivateKey:
        if kid not in self._private:
            path = self._folder / f"{kid.hex()}.key.pem"
            try:
                key = load_pem_private_key(path.read_bytes(), self._passphrase)
            except OSError as problem:
                raise SigningKeyError("damaged_key", kid.hex()) from problem
            except ValueError as problem:
                raise SigningKeyError("wrong_passphrase", kid.hex()) from problem
            if not isinstance(key, ec.EllipticCurvePrivateKey) or key_id(key.public_key()) != kid:
                raise SigningKeyError("damaged_key", kid.hex())
            self._private[kid] = key
        return self._private[kid]

    def _make(self, issuer: str, today: date) -> KeyRecord:
        key = ec.generate_private_key(ec.SECP256R1())
        kid = key_id(key.public_key())
        record = KeyRecord(kid, issuer, today, _self_signed(key, issuer, today))
        encrypted = key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self._passphrase)
        )
        _write(self._folder / f"{kid.hex()}.key.pem", encrypted, 0o600)
        certificate = record.certificate.public_bytes(Encoding.PEM)
        _write(self._folder / f"{kid.hex()}.crt.pem", certificate, 0o644)
        self._write_record(record)
        self._private[kid] = key
        return record

    def _write_record(self, record: KeyRecord) -> None:
        untrusted = record.untrusted_from
        content = {
            "issuer": record.issuer,
            "made_on": record.made_on.isoformat(),
            "untrusted_from": untrusted.isoformat() if untrusted else None,
        }
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        _write(self._folder / f"{record.kid.hex()}.json", text.encode("utf-8"), 0o644)
        self._seen_at = None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes or changes keys."""
        make_folder(self._folder, mode=0o700)
        with open(self._folder / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._seen_at = None
            yield


def _self_signed(key: ec.EllipticCurvePrivateKey, issuer: str, today: date) -> x509.Certificate:
    # The limit of a common name is in bytes here; half a letter at the cut is dropped.
    common_name = issuer.encode("utf-8")[:_LONGEST_COMMON_NAME].decode("utf-8", "ignore")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    begins = datetime.combine(today, time(), UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A day early: an officer's clock may be behind, and zones are ahead of UTC.
        .not_valid_before(begins - timedelta(days=1))
        .not_valid_after(begins + CERTIFICATE_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write the whole file or nothing, and have it on the disk before going on."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
