"""The engraved frame and rosette of the certificate, computed from a few waves.

Guilloche: lines that swing around a path, each a little out of step with the next. The ornament
carries no emblem and can be redrawn for any page size. It is PDF content, written once and put
under every page (as an SVG picture it took WeasyPrint 0.4 s a page), and it is built from small
pieces repeated by moving the coordinate system, so that it compresses to a few kilobytes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, sin, tau

Point = tuple[float, float]

WIDTH, HEIGHT = 297.0, 210.0
"""A4 landscape, millimetres."""
MM = 72 / 25.4
"""Points in a millimetre."""

_DEEP = "#0b5d66"
_MID = "#6fa0a3"
_LIGHT = "#b9d2d2"
_FAINT = "#edf4f3"
_GOLD = "#b08a4a"
_PAPER = "#fffefb"

_BAND = 13.0
"""From the page's edge to the middle of the engraved band."""
_SWING = 2.3
_PERIOD = 5.0
"""Wished length of one wave; each side takes the nearest whole number of waves."""
_CORNER = 5.6
"""From a corner's middle to where the band begins."""


def frame_drawing() -> bytes:
    """The whole background as PDF content: paper, rosette, lines, bands, corners.

    It is marked as an artifact, so that reading aloud passes over it.
    """
    scale = f"{MM:.6f}"
    middle = (WIDTH / 2, HEIGHT / 2 - 4)
    parts = [
        "/Artifact BMC q",
        f"{scale} 0 0 -{scale} 0 {HEIGHT * MM:.4f} cm",
        f"{_rgb(_PAPER)} rg 0 0 {WIDTH:g} {HEIGHT:g} re f",
        _at(middle, _rosette(71.0)),
        _rectangle(7.0, _DEEP, 0.55),
        _rectangle(8.2, _GOLD, 0.2),
        _rectangle(_BAND + 4.2, _GOLD, 0.2),
        _rectangle(_BAND + 5.0, _DEEP, 0.3),
        *_bands(),
        *(_at((x, y), _corner()) for x in (_BAND, WIDTH - _BAND) for y in (_BAND, HEIGHT - _BAND)),
        _at((WIDTH / 2, 54.5), _title_rule()),
        "Q EMC\n",
    ]
    return "\n".join(parts).encode("ascii")


def _rosette(radius: float) -> str:
    """The faint flower behind the text: too light to disturb a letter, there when you look."""
    pen = _pen(_FAINT, 0.35)
    outer = [_ring(radius * 0.84, radius * 0.15, 18, turn / 6) for turn in range(6)]
    middle = [_ring(radius * 0.56, radius * 0.13, 12, turn / 5) for turn in range(5)]
    inner = [_ring(radius * 0.28, radius * 0.13, 9, turn / 4) for turn in range(4)]
    return "\n".join([pen, *outer, *middle, *inner])


def _corner() -> str:
    """A small ringed rosette, where two bands meet."""
    petals = [_ring(2.9, 1.1, 8, turn / 4) for turn in range(4)]
    heart = [_ring(1.1, 0.5, 8, turn / 2) for turn in range(2)]
    return "\n".join(
        [
            *(_pen(_DEEP, 0.2), *petals),
            *(_pen(_GOLD, 0.2), *heart, _ring(4.6, 0.0, 4, 0)),
            *(_pen(_DEEP, 0.3), _ring(5.2, 0.0, 4, 0)),
        ]
    )


def _bands() -> list[str]:
    """A braid along each side, drawn once for a wide side and once for a high one."""
    wide, high = WIDTH - 2 * (_BAND + _CORNER), HEIGHT - 2 * (_BAND + _CORNER)
    first = _BAND + _CORNER
    starts = [
        (f"1 0 0 1 {first:g} {_BAND:g} cm", wide),
        (f"1 0 0 1 {first:g} {HEIGHT - _BAND:g} cm", wide),
        (f"0 1 1 0 {_BAND:g} {first:g} cm", high),
        (f"0 1 1 0 {WIDTH - _BAND:g} {first:g} cm", high),
    ]
    return [f"q {start}\n{_braid(length)}\nQ" for start, length in starts]


def _braid(length: float) -> str:
    """Six strands: wide swings against each other over quiet ones."""
    waves = round(length / _PERIOD)
    period = length / waves
    strands = [
        (_LIGHT, 0.22, 0.55, 0.5),
        (_LIGHT, 0.22, 0.55, 0.0),
        (_MID, 0.24, 1.0, 0.25),
        (_MID, 0.24, 1.0, 0.75),
        (_DEEP, 0.28, 1.0, 0.0),
        (_DEEP, 0.28, 1.0, 0.5),
    ]
    wave = "\n".join(
        f"{_pen(colour, width)} {_curve(_wave(period, _SWING * swing, phase), 4)} S"
        for colour, width, swing, phase in strands
    )
    return f"\n1 0 0 1 {period:.4f} 0 cm\n".join([wave] * waves)


def _wave(period: float, swing: float, phase: float) -> Callable[[float], Point]:
    """One turn of a sine; `phase` in turns, so that 0.5 mirrors it."""
    return lambda t: (period * t, swing * sin(tau * (t + phase)))


def _ring(radius: float, swing: float, lobes: int, phase: float) -> str:
    """A closed wave around the origin: r = radius + swing * sin(lobes * angle - phase)."""
    step = tau / lobes

    def lobe(t: float) -> Point:
        distance = radius + swing * sin(tau * t)
        return (distance * cos(step * t), distance * sin(step * t))

    piece = f"{_curve(lobe, 4)} S"
    turned = f"\n{_rotation(step)} cm\n".join([piece] * lobes)
    return f"q {_rotation(step * phase)} cm\n{turned}\nQ"


def _title_rule() -> str:
    """Two hairlines and a lozenge under the title."""
    return f"{_pen(_GOLD, 0.25)} -34 0 m -3.5 0 l 3.5 0 m 34 0 l S -1.7 0 m 0 -1 l 1.7 0 l 0 1 l s"


def _rectangle(inset: float, colour: str, width: float) -> str:
    size = f"{WIDTH - 2 * inset:g} {HEIGHT - 2 * inset:g}"
    return f"{_pen(colour, width)} {inset:g} {inset:g} {size} re S"


def _curve(point: Callable[[float], Point], pieces: int) -> str:
    """A smooth path through a parametric curve, one cubic Bezier a piece.

    The control points lie on the curve's tangents (numerical derivative), one third of a piece
    away: the error of a quarter sine wave is below 1 % of its swing, far below a stroke.
    """
    step = 1 / pieces
    small = step / 1000

    def slope(t: float) -> Point:
        (x0, y0), (x1, y1) = point(t - small), point(t + small)
        return ((x1 - x0) / (2 * small), (y1 - y0) / (2 * small))

    path = [f"{_pair(point(0.0))} m"]
    third = step / 3
    for piece in range(pieces):
        begin, end = piece * step, (piece + 1) * step
        (x0, y0), (x3, y3) = point(begin), point(end)
        (dx0, dy0), (dx3, dy3) = slope(begin), slope(end)
        first = (x0 + dx0 * third, y0 + dy0 * third)
        second = (x3 - dx3 * third, y3 - dy3 * third)
        path.append(f"{_pair(first)} {_pair(second)} {_pair((x3, y3))} c")
    return " ".join(path)


def _at(origin: Point, content: str) -> str:
    return f"q 1 0 0 1 {origin[0]:g} {origin[1]:g} cm\n{content}\nQ"


def _rotation(angle: float) -> str:
    """A PDF matrix; six digits keep the end of eighteen steps within 0.0001 mm of the start."""
    c, s = cos(angle), sin(angle)
    return f"{c:.6f} {s:.6f} {-s:.6f} {c:.6f} 0 0"


def _pair(point: Point) -> str:
    return f"{point[0]:.3f} {point[1]:.3f}"


def _pen(colour: str, width: float) -> str:
    return f"{_rgb(colour)} RG {width:g} w"


def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[place : place + 2], 16) / 255:.3f}" for place in (1, 3, 5))
