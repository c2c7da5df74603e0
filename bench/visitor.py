"""A browser reduced to what a measurement needs: cookies, forms, one connection a request.

It shares the machine with the server it visits, so it does as little as it can: forms are read
with regular expressions that know how this house writes them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import Client

Fields = list[tuple[str, str]]

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_CONTROL = re.compile(r"<(?:input|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_TOKEN = re.compile(r'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"')
_UNSENT = {"submit", "button", "reset", "image"}


class Unexpected(Exception):
    """The product answered otherwise than the measurement relies on."""


@dataclass(frozen=True, slots=True)
class Form:
    """What would be sent if nothing were changed, and what radio buttons offer, by name."""

    action: str
    method: str
    fields: Fields
    choices: dict[str, list[str]]
    buttons: Fields


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `size` counts the bytes on the wire, head included."""

    path: str
    status: int
    headers: dict[str, str]
    body: bytes
    size: int

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    @property
    def token(self) -> str:
        """The token against forged requests, wherever the page keeps it."""
        found = _TOKEN.search(self.text)
        if found is None:
            raise Unexpected(f"{self.path}: no token on this page ({self.status})")
        return found[1]

    @property
    def forms(self) -> Iterator[Form]:
        """The forms of the page."""
        for attributes, inside in _FORM.findall(self.text):
            own = _attributes(attributes)
            action = own.get("action") or self.path
            yield _form(action, own.get("method", "get").lower(), inside)

    def form(self, action: str) -> Form:
        """The first form whose address ends like this."""
        found = list(self.forms)
        for form in found:
            if form.action.split("?")[0].endswith(action):
                return form
        there = [form.action for form in found]
        raise Unexpected(f"{self.path}: no form for {action}, but {there} ({self.status})")


@dataclass(slots=True)
class Visitor:
    """One person at one browser. Follows no redirects by itself."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> Answer:
        """Fetch a page."""
        return await self._send("GET", path, b"", {})

    async def post(self, path: str, fields: Fields) -> Answer:
        """Send a form."""
        body = urlencode(fields).encode()
        return await self._send(
            "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}
        )

    async def post_json(self, path: str, value: Any, headers: dict[str, str]) -> Answer:
        """Send JSON, as a script of the page would."""
        body = json.dumps(value).encode()
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        return await self._send("POST", path, body, kind | headers)

    async def follow(self, answer: Answer) -> Answer:
        """Go where a redirect leads; a page that is none stays."""
        while answer.status in (301, 302, 303):
            answer = await self.get(answer.headers["location"])
        return answer

    async def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            lines = [
                f"{method} {path} HTTP/1.1",
                f"Host: 127.0.0.1:{self.port}",
                "Connection: close",
                f"Content-Length: {len(body)}",
                *(f"{name}: {value}" for name, value in (self.headers | headers).items()),
            ]
            if self.cookies:
                kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                lines.append(f"Cookie: {kept}")
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            await writer.drain()
            return self._read(path, await reader.read())
        finally:
            writer.close()

    def _read(self, path: str, raw: bytes) -> Answer:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
            headers[name.lower()] = value
        return Answer(path, int(first.split(" ")[1]), headers, body, len(raw))


class LocalVisitor(Visitor):
    """The same browser before an application in this process, for counting."""

    def __init__(self, app: Flask, visitor: Visitor) -> None:
        super().__init__(visitor.port, visitor.headers, visitor.cookies)
        self._client = Client(app, use_cookies=False)

    async def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self._client.open(
            path,
            method=method,
            data=body,
            headers={**self.headers, **headers, "Cookie": cookie},
        )
        for line in response.headers.getlist("Set-Cookie"):
            key, _, kept = line.partition(";")[0].partition("=")
            self.cookies[key] = kept
        names = {name.lower(): value for name, value in response.headers.items()}
        content = response.get_data()
        return Answer(path, response.status_code, names, content, len(content))


def _form(action: str, method: str, inside: str) -> Form:
    fields: Fields = []
    choices: dict[str, list[str]] = {}
    buttons: Fields = []
    for text in _CONTROL.findall(inside):
        control = _attributes(text)
        name, value, kind = control.get("name"), control.get("value", ""), control.get("type", "")
        if name is None or "disabled" in control:
            continue
        if kind == "radio":
            choices.setdefault(name, []).append(value)
        if kind in _UNSENT:
            buttons.append((name, value))
        elif kind not in ("radio", "checkbox") or "checked" in control:
            fields.append((name, value))
    return Form(action, method, fields, choices, buttons)


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}
