"""A browser reduced to what a measurement needs: cookies, forms, one connection a request."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `size` counts the bytes on the wire, head included."""

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
        """The CSRF token of the first form."""
        found = _TOKEN.search(self.text)
        if found is None:
            raise ValueError(f"no form on this page ({self.status})")
        return found[1]


@dataclass(slots=True)
class Visitor:
    """One person at one browser. Follows no redirects by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    accept_encoding: str = "identity"

    async def get(self, path: str) -> Answer:
        """Fetch a page."""
        return await self._send("GET", path, b"", {})

    async def post(self, path: str, fields: dict[str, str] | list[tuple[str, str]]) -> Answer:
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

    async def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            lines = [
                f"{method} {path} HTTP/1.1",
                f"Host: 127.0.0.1:{self.port}",
                "Connection: close",
                f"Accept-Encoding: {self.accept_encoding}",
                f"Content-Length: {len(body)}",
                *(f"{name}: {value}" for name, value in headers.items()),
            ]
            if self.cookies:
                kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                lines.append(f"Cookie: {kept}")
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            await writer.drain()
            return self._read(await reader.read())
        finally:
            writer.close()

    def _read(self, raw: bytes) -> Answer:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
            headers[name.lower()] = value
        return Answer(int(first.split(" ")[1]), headers, body, len(raw))
