"""Which SVG pictures are safe to show: plain shapes and words, nothing that acts or fetches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

MOST_BYTES = 128 * 1024
MOST_ELEMENTS = 2_000
MOST_DEPTH = 16
SMALLEST_LETTERS = 14.0
"""Units at a width of 640; below, words cannot be read on a phone."""

_SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    {
        "svg",
        "title",
        "desc",
        "g",
        "defs",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "marker",
    }
)
_ATTRIBUTES = frozenset(
    {
        "viewBox",
        "width",
        "height",
        "role",
        "lang",
        "id",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "dx",
        "dy",
        "fx",
        "fy",
        "d",
        "points",
        "transform",
        "rotate",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "opacity",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "text-anchor",
        "dominant-baseline",
        "alignment-baseline",
        "baseline-shift",
        "letter-spacing",
        "textLength",
        "lengthAdjust",
        "direction",
        "unicode-bidi",
        "offset",
        "stop-color",
        "stop-opacity",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "clip-path",
        "clip-rule",
        "clipPathUnits",
        "marker-start",
        "marker-mid",
        "marker-end",
        "markerWidth",
        "markerHeight",
        "markerUnits",
        "refX",
        "refY",
        "orient",
        "preserveAspectRatio",
        "paint-order",
        "vector-effect",
        "visibility",
        "display",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
    }
)
_REFERENCE = re.compile(r"url\(#[A-Za-z][\w-]*\)")
_SUSPECT = re.compile(r"url|\\|javascript|data:|expression|@|/\*", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml [^<>?]*\?>")
_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?")
_IDENTIFIER = re.compile(r"[A-Za-z][\w-]{0,63}")


@dataclass(frozen=True, slots=True)
class Svg:
    """What is known of a safe picture: its size in units, its title, its smallest letters.

    `smallest_letters` are units at a width of 640; None where there are no words.
    """

    width: float
    height: float
    title: str
    smallest_letters: float | None


class UnsafeSvg(ValueError):
    """A picture that will not be shown: `reason` in a word or two, what was found, the line."""

    def __init__(self, reason: str, found: str = "", line: int = 1) -> None:
        super().__init__(reason, found, line)
        self.reason = reason
        self.found = found
        self.line = line


def check(source: bytes) -> Svg:
    """What there is to know of the picture; `UnsafeSvg` unless everything in it is allowed."""
    _refuse_declarations(source)
    reader = _Reader()
    try:
        reader.parser.Parse(source, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise UnsafeSvg("not XML", reason or "", error.lineno or 1) from None
    if not reader.title.strip():
        raise UnsafeSvg("no title")
    width, height = reader.size
    smallest = min(reader.letters, default=None)
    return Svg(
        width, height, reader.title.strip(), None if smallest is None else smallest * 640 / width
    )


def _refuse_declarations(source: bytes) -> None:
    """Refuse, before any parser sees them, what can multiply, act or hide."""
    if len(source) > MOST_BYTES:
        raise UnsafeSvg("too big")
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError:
        raise UnsafeSvg("not UTF-8") from None
    start = _XML_DECLARATION.match(text)
    for match in re.finditer(r"<[!?]", text):
        is_first = start is not None and match.start() == 0
        if not is_first and not text.startswith("<!--", match.start()):
            line = text.count("\n", 0, match.start()) + 1
            raise UnsafeSvg("a declaration, an instruction or CDATA", line=line)


class _Reader:
    """Looks at every element as it begins; keeps only the size, the title, the letters."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.title = ""
        self.size = (0.0, 0.0)
        self.letters: list[float] = []
        self._count = 0
        self._open: list[str] = []

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        self._count += 1
        if space != _SVG or (not self._open and name != "svg"):
            self._refuse("an element of another kind", name)
        if name not in _ELEMENTS or (self._open and name == "svg"):
            self._refuse("element", name)
        if self._count > MOST_ELEMENTS or len(self._open) > MOST_DEPTH:
            self._refuse("too many elements", name)
        for attribute, value in attributes.items():
            self._attribute(attribute, value)
        if not self._open:
            self.size = self._view_box(attributes.get("viewBox", ""))
        self._open.append(name)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _words(self, words: str) -> None:
        if self._open == ["svg", "title"]:
            self.title += words

    def _attribute(self, name: str, value: str) -> None:
        if name not in _ATTRIBUTES and name != f"{_XML} lang":
            self._refuse("attribute", name)
        if not name.startswith("aria-") and _SUSPECT.search(_REFERENCE.sub("", value)):
            self._refuse(f"value of {name}", value)
        if name == "font-family" and value != "sans-serif":
            self._refuse("font", value)
        if name == "id" and not _IDENTIFIER.fullmatch(value):
            self._refuse("id", value)
        if name == "font-size" and _NUMBER.fullmatch(value):
            self.letters.append(float(value))

    def _view_box(self, value: str) -> tuple[float, float]:
        box = value.replace(",", " ").split()
        if len(box) != 4 or not all(_NUMBER.fullmatch(number) for number in box):
            self._refuse("no viewBox", value)
        width, height = float(box[2]), float(box[3])
        if width <= 0 or height <= 0:
            self._refuse("an empty viewBox", value)
        return width, height

    def _refuse(self, reason: str, found: str) -> NoReturn:
        raise UnsafeSvg(reason, found, self.parser.CurrentLineNumber)
