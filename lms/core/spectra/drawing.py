"""A spectrum drawn as a picture: idealised, simulated, and honest about noise.

The trace is computed from the material's lines as a handheld instrument of 9 cm⁻¹ width would
see them (pseudo-Voigt lines, shot noise that follows the counts, fluorescence as a broad hill),
so weak scatterers look weak. Only peaks that stand out of that trace carry their position, and
nothing in the picture names the material.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lms.core.spectra import materials
from lms.core.spectra.materials import Material

Curve: TypeAlias = NDArray[np.float64]
Points: TypeAlias = list[tuple[int, int]]

RESOLUTION = 9.0
"""Width (FWHM, cm⁻¹) the instrument adds to every line."""
COUNTS = {"low": 5_000, "medium": 500, "high": 60}
"""Counts at the strongest line of a material of strength 1."""
DARK_COUNTS = 12
HILL = 3.0
"""Top of the fluorescence hill beside the strongest line."""
BASELINES = ("flat", "hill")

_FIRST, _LAST, _LAST_WITH_HYDROGEN = 250, 2500, 3200
_STEP = 2
_LORENTZ = 0.5
_LABEL_FROM = 0.055
"""A line needs this share of the strongest to carry a label ..."""
_LABEL_NOISE = 4.0
"""... and this many times the noise."""
_LEAST_DIP = 0.02
"""How far the trace must fall (share of the strongest line) between two peaks told apart."""

# The drawing board. Twice the 640 units of the house's pictures, so that whole numbers are fine
# enough for narrow lines.
_WIDTH, _HEIGHT = 1280, 760
_LEFT, _RIGHT, _BOTTOM = 56, 1240, 640
_TOP, _TOP_WITH_LABELS = 84, 230
_TEXT = 38
_LABEL_GAP = 42

_INK, _MUTED, _LINE, _CARD = "#1b2430", "#5b6673", "#e3e0d8", "#fff"
_TRACE, _OVERLAY = "#0b5d66", "#8a5200"


@dataclass(frozen=True, slots=True)
class Scan:
    """A simulated scan: axis (cm⁻¹), expected counts, noisy counts, ground without lines."""

    axis: Curve
    expected: Curve
    counts: Curve
    ground: Curve


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where shifts and counts stand on the drawing board."""

    axis: Curve
    top: int
    lowest: float
    highest: float

    def x(self, shift: float) -> int:
        share = (shift - self.axis[0]) / (self.axis[-1] - self.axis[0])
        return round(_LEFT + float(share) * (_RIGHT - _LEFT))

    def y(self, counts: float) -> int:
        share = (counts - self.lowest) / (self.highest - self.lowest)
        return round(_BOTTOM - 8 - float(share) * (_BOTTOM - 8 - self.top))


def axis_for(*names: str) -> Curve:
    """The shifts of a picture, 2 cm⁻¹ apart; polystyrene is shown up to its C-H lines."""
    last = _LAST_WITH_HYDROGEN if "polystyrene" in names else _LAST
    return np.arange(_FIRST, last + 1, _STEP, dtype=np.float64)


def line_profile(axis: Curve, position: float, width: float) -> Curve:
    """A pseudo-Voigt line, half Lorentz, half Gauss, of height 1; `width` is its FWHM in cm⁻¹."""
    t = (axis - position) / width
    lorentz = 1 / (1 + 4 * t**2)
    gauss = np.exp(-4 * math.log(2) * t**2)
    profile: Curve = _LORENTZ * lorentz + (1 - _LORENTZ) * gauss
    return profile


def ideal(subject: Material, axis: Curve, drift: float = 0.0) -> Curve:
    """The lines as the instrument widens them, before noise; the strongest has height 1 or less.

    A line of own width w appears with W = sqrt(w² + R²) and w/W of its height, so that its area
    is kept. `drift` (cm⁻¹) is added to every position.
    """
    total = np.zeros_like(axis)
    for band in subject.bands:
        width = math.hypot(band.width, RESOLUTION)
        height = band.height / 100 * band.width / width
        total += height * line_profile(axis, band.position + drift, width)
    return total


def scan(
    name: str, axis: Curve, *, drift: float, noise: str, baseline: str, seed: int | str
) -> Scan:
    """A simulated scan of a material. The same arguments give the same counts.

    Raises `UnknownMaterial`, and `ValueError` for a noise or baseline that is none.
    """
    if noise not in COUNTS or baseline not in BASELINES:
        raise ValueError(f"noise {noise!r}, baseline {baseline!r}")
    subject = materials.material(name)
    lines = ideal(subject, axis, drift)
    counts = COUNTS[noise] * subject.strength
    ground = np.full_like(axis, float(DARK_COUNTS))
    if baseline == "hill":
        ground += HILL * counts * _hill(axis)
    expected = ground + counts * lines / max(float(lines.max()), 1e-9)
    noisy = expected + np.sqrt(expected) * _normal(len(axis), seed)
    return Scan(axis, expected, np.maximum(noisy, 0.0), ground)


def svg(
    material: str,
    *,
    drift: float | Decimal = 0,
    noise: str = "low",
    baseline: str = "flat",
    peaks: bool = False,
    overlay: str | None = None,
    seed: int | str = 0,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
) -> str:
    """The picture of a simulated spectrum: 12 KB or less, no scripts, no styles, no names.

    `peaks` writes the positions of the peaks above them, `overlay` lays the trace of another
    material over the first one, as an unmoved reference. `title` is what a screen reader says;
    `x_label` stands in for "cm⁻¹". Raises what `scan` raises.
    """
    axis = axis_for(material)
    first = scan(material, axis, drift=float(drift), noise=noise, baseline=baseline, seed=seed)
    second = None
    if overlay is not None:
        second = scan(overlay, axis, drift=0.0, noise="low", baseline="flat", seed=f"{seed}+")
    frame = _frame(first, _TOP_WITH_LABELS if peaks else _TOP)
    drawn = [_paper(title, frame, x_label or "cm⁻¹", y_label)]
    if second is not None:
        drawn.append(_trace(_points(_frame(second, frame.top), second), _OVERLAY, 4, "14 8"))
    drawn.append(_trace(_points(frame, first), _TRACE, 5))
    if peaks:
        drawn.append(_labels(frame, first, standing_out(material, first, float(drift))))
    return "".join([*drawn, "</svg>\n"])


def standing_out(name: str, seen: Scan, drift: float) -> list[float]:
    """Positions (drift included) of the lines that can be told apart from noise and neighbours."""
    axis = seen.axis
    lines = seen.expected - seen.ground
    strongest = float(lines.max())
    found: list[tuple[float, float]] = []
    for band in materials.material(name).bands:
        position = band.position + drift
        if not axis[0] + 10 <= position <= axis[-1] - 10:
            continue
        height = float(np.interp(position, axis, lines))
        noise = math.sqrt(float(np.interp(position, axis, seen.expected)))
        if height >= max(_LABEL_FROM * strongest, _LABEL_NOISE * noise):
            found.append((position, height))
    return _told_apart(found, lambda at: float(np.interp(at, axis, lines)), strongest)


def heights_at(seen: Scan, positions: Sequence[float]) -> list[float]:
    """Heights of the lines above the ground at these positions; the strongest of the scan is 1."""
    lines = seen.expected - seen.ground
    return [float(np.interp(at, seen.axis, lines) / lines.max()) for at in positions]


def as_labelled(position: float) -> int:
    """A position as labels write it: the next whole number, halves upward."""
    return math.floor(position + 0.5)


def _told_apart(
    found: Sequence[tuple[float, float]], height_at: Callable[[float], float], strongest: float
) -> list[float]:
    """Of neighbours without a dip between them, only the higher."""
    kept: list[tuple[float, float]] = []
    for position, height in sorted(found):
        if kept:
            before, before_height = kept[-1]
            dip = min(height_at(float(at)) for at in np.linspace(before, position, 9))
            if min(height, before_height) - dip < _LEAST_DIP * strongest:
                if height > before_height:
                    kept[-1] = (position, height)
                continue
        kept.append((position, height))
    return [position for position, _ in kept]


def _hill(axis: Curve) -> Curve:
    """Fluorescence as the detector sees it: a broad hill, steeper on its left, of height 1."""
    t = (axis - 1050) / np.where(axis < 1050, 620.0, 900.0)
    hill: Curve = np.exp(-(t**2))
    return hill


def _normal(count: int, seed: int | str) -> Curve:
    """Normal deviates (Box-Muller) from `random()`, the one stream Python keeps for good."""
    uniform = random.Random(seed)  # noqa: S311 - noise on a picture, not a secret
    pairs = np.array([(uniform.random(), uniform.random()) for _ in range(count)])
    radius = np.sqrt(-2 * np.log1p(-pairs[:, 0]))
    deviates: Curve = radius * np.cos(2 * math.pi * pairs[:, 1])
    return deviates


def _frame(seen: Scan, top: int) -> _Frame:
    lowest, highest = float(seen.counts.min()), float(seen.counts.max())
    if np.ptp(seen.ground) == 0:
        lowest = min(lowest, DARK_COUNTS * 0.5)
    return _Frame(seen.axis, top, lowest, max(highest, lowest + 1))


def _points(frame: _Frame, seen: Scan) -> Points:
    points = [
        (frame.x(shift), frame.y(counts))
        for shift, counts in zip(seen.axis, seen.counts, strict=True)
    ]
    return _simplified(points)


def _simplified(points: Points) -> Points:
    """The points without those less than a unit off the line (Douglas and Peucker 1973)."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        start, end = spans.pop()
        (x0, y0), (x1, y1) = points[start], points[end]
        farthest, distance = start, 0.0
        for at in range(start + 1, end):
            x, y = points[at]
            # Measured upright: a trace is a function, and the height is what is read.
            line = y0 + (y1 - y0) * (x - x0) / (x1 - x0) if x1 > x0 else y0
            if abs(y - line) > distance:
                farthest, distance = at, abs(y - line)
        if distance > 1:
            keep.add(farthest)
            spans += [(start, farthest), (farthest, end)]
    return [points[at] for at in sorted(keep)]


def _trace(points: Points, colour: str, width: int, dashes: str = "") -> str:
    (x, y), *rest = points
    steps = []
    for to_x, to_y in rest:
        steps.append(f"{to_x - x}{'' if to_y < y else ' '}{to_y - y}")
        x, y = to_x, to_y
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{points[0][0]} {points[0][1]}l{" ".join(steps)}" fill="none" '
        f'stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dashed}/>\n'
    )


def _paper(title: str, frame: _Frame, x_label: str, y_label: str) -> str:
    """The card, its axes and their words."""
    named = f"<title>{escape(title)}</title>" if title else ""
    hidden = ' role="img"' if title else ' aria-hidden="true"'
    ticks = range(500, int(frame.axis[-1]) + 1, 500)
    grid = "".join(f"M{frame.x(at)} {frame.top - 20}V{_BOTTOM}" for at in ticks)
    marks = "".join(f"M{frame.x(at)} {_BOTTOM}v14" for at in ticks)
    minor = "".join(
        f"M{frame.x(at)} {_BOTTOM}v8" for at in range(300, int(frame.axis[-1]), 100) if at % 500
    )
    numbers = "".join(
        f'<text x="{min(frame.x(at), _RIGHT - 20)}" y="{_BOTTOM + 52}">{at}</text>' for at in ticks
    )
    upright = f'<text x="{_LEFT}" y="52" text-anchor="start">{escape(y_label)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif"{hidden}>{named}\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="20" fill="{_CARD}"/>\n'
        f'<path d="{grid}" fill="none" stroke="{_LINE}" stroke-width="3"/>\n'
        f'<path d="M{_LEFT} {frame.top - 20}V{_BOTTOM}H{_RIGHT}{marks}{minor}" fill="none" '
        f'stroke="{_INK}" stroke-width="4"/>\n'
        f'<g font-size="{_TEXT}" fill="{_MUTED}" text-anchor="middle">{numbers}'
        f'<text x="{_RIGHT}" y="{_HEIGHT - 18}" text-anchor="end">{escape(x_label)}</text>'
        f"{upright if y_label else ''}</g>\n"
    )


def _labels(frame: _Frame, seen: Scan, positions: Sequence[float]) -> str:
    """The positions written upright above the trace, each joined to its peak."""
    ideal_x = [frame.x(position) for position in positions]
    foot = frame.top - 28
    leaders, words = [], []
    for position, at, x in zip(positions, ideal_x, _spread(ideal_x), strict=True):
        window = np.abs(seen.axis - position) <= 2 * _STEP
        apex = frame.y(float(seen.counts[window].max())) - 8
        leaders.append(f"M{at} {apex}V{max(foot + 22, 0)}L{x} {foot + 4}")
        words.append(
            f'<text transform="translate({x + 13} {foot})rotate(-90)">'
            f"{as_labelled(position)}</text>"
        )
    return (
        f'<path d="{"".join(leaders)}" fill="none" stroke="{_MUTED}" stroke-width="2"/>\n'
        f'<g font-size="{_TEXT}" fill="{_INK}">{"".join(words)}</g>\n'
    )


def _spread(wanted: Sequence[int]) -> list[int]:
    """Places at least a label apart, in order, as near as can be to those wanted.

    Taking away the gaps turns this into a monotone fit, solved by pooling neighbours that are
    out of order (Ayer et al. 1955); the gaps are then put back.
    """
    pools: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        mean, size = float(place - number * _LABEL_GAP), 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, size = (mean * size + other * others) / (size + others), size + others
        pools.append((mean, size))
    level = [mean for mean, size in pools for _ in range(size)]
    right = _RIGHT - 16 - (len(wanted) - 1) * _LABEL_GAP
    left = _LEFT + 16
    return [
        round(max(left, min(mean, right)) + number * _LABEL_GAP)
        for number, mean in enumerate(level)
    ]
