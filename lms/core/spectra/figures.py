"""The spectra of lessons and items as pictures, each drawn once, and as tables of their peaks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from lms.core.items.base import SpectrumFigure
from lms.core.spectra import drawing

_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak that stands out: its position in cm⁻¹, its height in percent of the strongest."""

    position: int
    percent: int


def digest(figure: SpectrumFigure) -> str:
    """A name for the picture that does not tell what it shows."""
    return hashlib.sha256(repr(figure).encode()).hexdigest()[:_DIGITS]


@lru_cache(maxsize=512)
def picture(figure: SpectrumFigure) -> str:
    """The picture as SVG. Raises `UnknownMaterial`."""
    return drawing.svg(
        figure.material,
        drift=figure.drift,
        noise=figure.noise,
        baseline=figure.baseline,
        peaks=figure.peaks,
        overlay=figure.overlay,
        seed=digest(figure),
    )


@lru_cache(maxsize=512)
def peaks(figure: SpectrumFigure) -> tuple[Peak, ...]:
    """What the picture shows, for those who would rather read it. Raises `UnknownMaterial`."""
    axis = drawing.axis_for(figure.material)
    drift = float(figure.drift)
    seen = drawing.scan(
        figure.material,
        axis,
        drift=drift,
        noise=figure.noise,
        baseline=figure.baseline,
        seed=digest(figure),
    )
    positions = drawing.standing_out(figure.material, seen, drift)
    heights = drawing.heights_at(seen, positions)
    return tuple(
        Peak(drawing.as_labelled(position), max(1, round(100 * height)))
        for position, height in zip(positions, heights, strict=True)
    )
