"""Many pages of one design: set once, filled in for each person.

A certificate differs from the next one in a few lines of text and its QR code, yet laying out
a page takes WeasyPrint about a hundred milliseconds. So a batch is rendered twice over in one
go: the *model*, one whole page, and the *sheet*, a tall page with nothing but everybody's own
lines in the same type and at the same distance from the left. Both are drawn with the same
fonts. Then each person's lines are cut out of the sheet and put into a copy of the model's
content, at the model's heights. Letters are shaped by Pango as ever, and structure, fonts and
metadata are the model's own; nothing is measured or guessed here.

A line is recognised by the colour of its ink, which the style sheet makes unique (one step away
from the colour of its surroundings, which no eye can tell).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pydyf
from weasyprint import Document
from weasyprint.pdf.stream import Stream

POINTS = 0.75
"""Points in a CSS pixel."""


class NotAStencil(ValueError):
    """The model or the sheet does not have each line once: these pages must be set one by one."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What is one person's own, beside the lines on the sheet."""

    title: str
    link: str
    drawing: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of text as PDF operators, cut at its place on the page."""

    colour: bytes
    before: bytes
    x: bytes
    y: bytes
    after: bytes

    def at_height_of(self, other: _Line) -> bytes:
        return b"\n".join((self.before, b"1 0 0 -1 %s %s Tm" % (self.x, other.y), self.after))


class _Frozen(pydyf.Object):  # type: ignore[misc]
    """An object whose bytes are ready. The class attributes stand before pydyf's properties."""

    data = b""
    compressible = False

    def __init__(self, original: pydyf.Object) -> None:
        super().__init__()
        self.number = original.number
        self.free = original.free
        self.generation = original.generation
        self.data = original.data
        self.compressible = original.compressible


def read_sheet(
    sheet: Document, model: Document, colours: Sequence[bytes]
) -> list[tuple[list[_Line], tuple[float, float]]]:
    """Each person's lines, and from where to where their link goes (points).

    Draws the sheet with the model's fonts, so that these come to hold everybody's letters.
    Must be called before the model is written. Raises `NotAStencil`.
    """
    found: list[_Line] = []
    links: list[tuple[float, float]] = []
    for page in sheet.pages:
        resources = pydyf.Dictionary({"ExtGState": pydyf.Dictionary()})
        rectangle = (0, 0, page.width, page.height)
        drawn = Stream(
            model.fonts, rectangle, resources, {}, {}, model.color_profiles, model.output_intent
        )
        page.paint(drawn)
        found += [line for _, line in _lines(drawn.stream) if line.colour in colours]
        links += [
            (area[0] * POINTS, area[2] * POINTS)
            for kind, _, area, _ in page.links
            if kind == "external"
        ]
    count = len(colours)
    people = [found[at : at + count] for at in range(0, len(found), count)]
    if any([line.colour for line in lines] != list(colours) for lines in people):
        raise NotAStencil("the sheet does not repeat the same lines")
    if len(people) != len(links):
        raise NotAStencil("not one link a person")
    return list(zip(people, links, strict=True))


class Stencil:
    """The model page, cut open where a person's own lines go."""

    def __init__(self, pdf: pydyf.PDF, model: Filling, colours: Sequence[bytes]) -> None:
        """`pdf` is the model just before it is written, with `model.drawing` in its place."""
        self._pdf = pdf
        self._model = model
        self._size = len(pdf.objects)
        (reference,) = pdf.page_references
        page = pdf.objects[int(reference.split()[0])]
        self._content_number = int(page["Contents"][-1].split()[0])
        self._metadata_number = int(pdf.catalog["Metadata"].split()[0])
        annotations = [
            thing.number
            for thing in pdf.objects
            if isinstance(thing, pydyf.Dictionary) and thing.get("Subtype") == "/Link"
        ]
        if len(annotations) != 1:
            raise NotAStencil("the model has not one link")
        self._link = pdf.objects[annotations[0]]
        self._metadata = pdf.objects[self._metadata_number].stream[0]
        self._cut(pdf.objects[self._content_number].stream, colours)
        self._freeze()

    def fill(self, filling: Filling, lines: Sequence[_Line], link: tuple[float, float]) -> bytes:
        """The model with one person's lines, link, drawing and title."""
        pdf, model = self._pdf, self._model
        own = [line.at_height_of(self._slots[line.colour]) for line in lines]
        by_colour = {line.colour: text for line, text in zip(lines, own, strict=True)}
        content = [
            filling.drawing if part is None else by_colour.get(part, part) for part in self._parts
        ]
        # Level 6 makes 2 % more bytes in a fifth of the time of the library's level 9.
        packed = zlib.compress(b"\n".join(content), 6)
        own_content = pydyf.Stream([packed], {"Filter": "/FlateDecode"})
        self._replace(self._content_number, own_content)
        title = escape(model.title).encode("utf-8"), escape(filling.title).encode("utf-8")
        xmp = pydyf.Stream(
            [self._metadata.replace(*title)], {"Type": "/Metadata", "Subtype": "/XML"}, True
        )
        self._replace(self._metadata_number, xmp)
        rectangle = self._link["Rect"]
        area = pydyf.Array([link[0], rectangle[1], link[1], rectangle[3]])
        annotation = pydyf.Dictionary({**self._link, "Rect": area})
        address = filling.link
        annotation["A"] = pydyf.Dictionary({**self._link["A"], "URI": pydyf.String(address)})
        if "Contents" in annotation:
            annotation["Contents"] = pydyf.String(address)
        self._replace(self._link.number, annotation)
        pdf.info["Title"] = pydyf.String(filling.title)
        # Each writing adds its own tables to the objects; this one starts without the last ones.
        del pdf.objects[self._size :]
        pdf.current_position = 0
        output = io.BytesIO()
        pdf.write(output, b"1.7", True, True)
        return output.getvalue()

    def _cut(self, content: list[object], colours: Sequence[bytes]) -> None:
        """Split the content into fixed parts, slots (their colour) and the drawing (None)."""
        slots = [(span, line) for span, line in _lines(content) if line.colour in colours]
        self._slots = {line.colour: line for _, line in slots}
        if sorted(line.colour for _, line in slots) != sorted(colours):
            raise NotAStencil("the model does not have each line once")
        cuts: list[tuple[int, int, bytes | None]] = [
            (begin, end, line.colour) for (begin, end), line in slots
        ]
        drawing = content.index(self._model.drawing)
        cuts.append((drawing, drawing + 1, None))
        self._parts: list[bytes | None] = []
        at = 0
        for begin, end, part in sorted(cuts, key=lambda cut: cut[0]):
            self._parts += [b"\n".join(map(_to_bytes, content[at:begin])), part]
            at = end
        self._parts.append(b"\n".join(map(_to_bytes, content[at:])))

    def _freeze(self) -> None:
        for number, thing in enumerate(self._pdf.objects):
            if thing.free != "f" and thing is not self._pdf.info:
                self._pdf.objects[number] = _Frozen(thing)

    def _replace(self, number: int, thing: pydyf.Object) -> None:
        thing.number = number
        self._pdf.objects[number] = thing


def colour_operator(colour: str) -> bytes:
    """The operator that sets a fill colour (`#rrggbb`), as WeasyPrint writes it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return b" ".join(_number(part) for part in parts) + b" rg"


def _number(value: float) -> bytes:
    return (f"{value:f}".rstrip("0") if value % 1 else str(int(value))).encode("ascii")


def _lines(content: list[object]) -> Iterator[tuple[tuple[int, int], _Line]]:
    """Every line of text: where it stands between BDC and EMC, and its operators."""
    begin = 0
    for place, item in enumerate(content):
        if item == b"BDC":
            begin = place + 1
        elif item == b"EMC":
            inside = [_to_bytes(part) for part in content[begin:place]]
            matrices = [at for at, part in enumerate(inside) if part.endswith(b" Tm")]
            colours = [part for part in inside if part.endswith(b" rg")]
            if len(matrices) == 1 and len(colours) == 1:
                (at,) = matrices
                x, y = inside[at].split()[4:6]
                before, after = b"\n".join(inside[:at]), b"\n".join(inside[at + 1 :])
                yield (begin, place), _Line(colours[0], before, x, y, after)


def _to_bytes(part: object) -> bytes:
    data = getattr(part, "data", part)
    return data if isinstance(data, bytes) else str(data).encode("ascii")
