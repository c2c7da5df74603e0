"""A QR code as vector rectangles: sharp at every size, no picture files."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import segno

QUIET_ZONE = 4
"""Light modules around the code, as ISO/IEC 18004 asks."""
_MASK = 3
"""One mask for every code. Choosing the best of eight takes five times as long, and signed bytes
look random, so no mask leaves large even areas."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Runs of dark modules (column, row, width) in a square of `side` modules, quiet zone in."""

    side: int
    runs: tuple[tuple[int, int, int], ...]

    def svg(self, title: str) -> str:
        """An `<svg>` with an accessible title."""
        path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in self.runs)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.side} {self.side}" '
            f'role="img" shape-rendering="crispEdges"><title>{escape(title)}</title>'
            f'<path d="{path}"/></svg>'
        )

    def pdf_drawing(self) -> bytes:
        """The same rectangles as PDF operators, filled, in a unit square from the top left."""
        rectangles = "\n".join(f"{x} {y} {width} 1 re" for x, y, width in self.runs)
        scale = f"{1 / self.side:.8f}"
        return f"q {scale} 0 0 {scale} 0 0 cm\n{rectangles}\nf Q".encode("ascii")


def qr_code(content: str) -> QrCode:
    """A QR code with error correction M (15 %).

    Raises `segno.DataOverflowError` beyond 3,391 alphanumeric characters.
    """
    code = segno.make_qr(content, error="m", boost_error=False, mask=_MASK)
    runs = []
    for row, modules in enumerate(code.matrix, start=QUIET_ZONE):
        end = 0
        while (start := modules.find(1, end)) >= 0:
            end = modules.find(0, start)
            end = end if end >= 0 else len(modules)
            runs.append((start + QUIET_ZONE, row, end - start))
    return QrCode(len(code.matrix) + 2 * QUIET_ZONE, tuple(runs))
