"""Sending mail: by SMTP, or into a folder where a demo can be read without a mail server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from lms.adapters.clock import Clock

_TIMEOUT = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter, in plain text. `key` is the same for every try to send it."""

    to: str
    subject: str
    text: str
    key: str


class Mailer(Protocol):
    """Something that sends mail."""

    def send(self, mail: Mail) -> None:
        """Send, or raise: the job is then tried again."""


def compose(mail: Mail, sender: str, clock: Clock) -> EmailMessage:
    """The letter as a message. Line breaks in a header are refused (`ValueError`)."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.to)
    message["Date"] = format_datetime(clock())
    # The same Message-ID on a second try lets a mail server drop the double.
    message["Message-ID"] = f"<{mail.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes every letter to a folder, one file each."""

    folder: Path
    sender: str
    clock: Clock

    def send(self, mail: Mail) -> None:
        """Write the letter under its key."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{mail.key}.eml"
        path.write_bytes(bytes(compose(mail, self.sender, self.clock)))


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands letters to a server: smtp://user:password@host:587 (STARTTLS) or smtps://host:465."""

    url: str
    sender: str
    clock: Clock

    def send(self, mail: Mail) -> None:
        """Send the letter. Raises `OSError` or `smtplib.SMTPException`."""
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        with self._connect(parts.scheme, host, parts.port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(compose(mail, self.sender, self.clock))

    @staticmethod
    def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
        secure = ssl.create_default_context()
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT, context=secure)
        server = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT)
        if server.has_extn("starttls") or (server.ehlo() and server.has_extn("starttls")):
            server.starttls(context=secure)
        return server


def make_mailer(smtp_url: str, folder: Path, sender: str, clock: Clock) -> Mailer:
    """By SMTP where there is a server, else into the folder."""
    if smtp_url:
        return SmtpMailer(smtp_url, sender, clock)
    return FolderMailer(folder, sender, clock)
