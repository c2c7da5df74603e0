"""A browser that fetches what a page needs, keeps it, and counts every byte on the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from posixpath import dirname, normpath

import brotli

from bench.visitor import Answer, Unexpected, Visitor

_TAG = re.compile(r"<(link|script|img|source)\b([^>]*)>")
_ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')
_FETCHED_LINKS = re.compile(r'rel="(?:stylesheet|icon|modulepreload|preload|manifest)"')
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
_URL = re.compile(r"""url\(["']?([^"')]+)""")
_SCRIPT = ".js"


@dataclass(slots=True)
class Weight:
    """Bytes on the wire for one page: itself, and what it fetched that was not there yet."""

    path: str
    page: int
    assets: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return self.page + sum(self.assets.values())

    @property
    def scripts(self) -> dict[str, int]:
        """The scripts among what was fetched."""
        return {path: size for path, size in self.assets.items() if path.endswith(_SCRIPT)}


class Browser(Visitor):
    """A visitor that accepts compressed pages and has a cache, empty at first."""

    def __init__(self, visitor: Visitor) -> None:
        accepted = {"Accept-Encoding": "br, gzip"}
        super().__init__(visitor.port, visitor.headers | accepted, visitor.cookies)
        self.weights: list[Weight] = []
        self.kept: set[str] = set()

    @property
    def total(self) -> int:
        """Bytes so far."""
        return sum(weight.total for weight in self.weights)

    async def weigh(self, path: str) -> Weight:
        """Open a page and say what it took."""
        answer = await self.get(path)
        if answer.status != 200:
            raise Unexpected(f"{path}: {answer.status}")
        return self.weights[-1]

    async def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = _unpacked(await super()._send(method, path, body, headers))
        weight = Weight(path, answer.size)
        self.weights.append(weight)
        if answer.headers.get("content-type", "").startswith("text/html"):
            for address in _needed_by_page(answer.text):
                await self._fetch(address, path, weight)
        return answer

    async def _fetch(self, address: str, base: str, weight: Weight) -> None:
        if address.startswith(("data:", "http:", "https:", "#")):
            return
        path = address if address.startswith("/") else normpath(f"{dirname(base)}/{address}")
        if path in self.kept:
            return
        answer = _unpacked(await super()._send("GET", path, b"", {}))
        if answer.status != 200:
            raise Unexpected(f"{path}, needed by {base}: {answer.status}")
        weight.assets[path] = answer.size
        if "no-store" not in answer.headers.get("cache-control", ""):
            self.kept.add(path)
        for further in _needed_by_asset(path, answer):
            await self._fetch(further, path, weight)


def _unpacked(answer: Answer) -> Answer:
    if answer.headers.get("content-encoding") != "br":
        return answer
    return replace(answer, body=brotli.decompress(answer.body))


def _needed_by_page(html: str) -> list[str]:
    found = []
    for tag, attributes in _TAG.findall(html):
        address = _ADDRESS.search(attributes)
        if address and (tag != "link" or _FETCHED_LINKS.search(attributes)):
            found.append(address[1])
    return found


def _needed_by_asset(path: str, answer: Answer) -> list[str]:
    if path.endswith(_SCRIPT):
        return _IMPORT.findall(answer.text)
    return _URL.findall(answer.text) if path.endswith(".css") else []
