"""The pictures beside lessons and items: bounded, and looked at before anything shows them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

from lms.content import fingerprints, svg
from lms.content.markdown import PICTURE_NAME
from lms.content.problems import WARNING, Problem, problem

MOST_BYTES = 512 * 1024

_MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture of a course or bank; `width` and `height` where its kind tells them easily."""

    name: str
    file: str
    media_type: str
    sha256: str
    width: int | None
    height: int | None
    source: bytes = field(repr=False)


def is_picture(path: Path) -> bool:
    """Whether the file's name is that of a picture."""
    return path.suffix in _MEDIA_TYPES


def read(path: Path, file: str, problems: list[Problem]) -> PictureFile | None:
    """The picture in a file; None, and a problem, where it cannot be shown."""
    if path.stat().st_size > MOST_BYTES:
        found = path.stat().st_size
        problems.append(problem(file, 1, "file_too_big", found=found, most=MOST_BYTES))
        return None
    if not PICTURE_NAME.fullmatch(path.name):
        problems.append(problem(file, 1, "bad_picture_name", name=path.name))
        return None
    source = path.read_bytes()
    try:
        width, height = _size(path.suffix, source, file, problems)
    except svg.UnsafeSvg as error:
        problems.append(
            problem(file, error.line, "unsafe_picture", reason=error.reason, found=error.found)
        )
        return None
    except ValueError as error:
        problems.append(problem(file, 1, "picture_not_proper", reason=str(error)))
        return None
    return PictureFile(
        name=path.name,
        file=file,
        media_type=_MEDIA_TYPES[path.suffix],
        sha256=fingerprints.of_bytes(source),
        width=width,
        height=height,
        source=source,
    )


def _size(
    suffix: str, source: bytes, file: str, problems: list[Problem]
) -> tuple[int | None, int | None]:
    if suffix == ".svg":
        drawing = svg.check(source)
        smallest = drawing.smallest_letters
        if smallest is not None and smallest < svg.SMALLEST_LETTERS:
            size = f"{smallest:.1f}"
            problems.append(problem(file, 1, "small_letters", severity=WARNING, size=size))
        return round(drawing.width), round(drawing.height)
    if suffix == ".png":
        if not source.startswith(_PNG) or len(source) < 24:
            raise ValueError("not a PNG file")
        width, height = struct.unpack(">II", source[16:24])
        return width, height
    if suffix == ".jpg" and not source.startswith(_JPEG):
        raise ValueError("not a JPEG file")
    if suffix == ".webp" and not (source[:4] == b"RIFF" and source[8:12] == b"WEBP"):
        raise ValueError("not a WebP file")
    return None, None
