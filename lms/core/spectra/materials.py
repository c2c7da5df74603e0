"""The materials whose spectra may be drawn for lessons and items.

Positions (cm⁻¹) marked E1840 are those of the published standard for Raman shifts. All others,
and all heights but those of polystyrene, come from general knowledge: good for teaching and
simulation, never for identification, and to be confirmed against an open measured spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """One line: position in cm⁻¹, height (100 = the strongest), own width (FWHM) in cm⁻¹."""

    position: float
    height: float
    width: float


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of a material; `strength` is its signal beside that of polystyrene."""

    name: str
    bands: tuple[Band, ...]
    strength: float
    source: str


GENERAL = "general knowledge, to be verified"
E1840 = "positions ASTM E1840; heights general knowledge"
E1840_WITH_HEIGHTS = "positions ASTM E1840; heights as in ramanchada2 (MIT)"
E1840_IN_PART = "positions ASTM E1840 but 213.3 and 1611; these and heights general knowledge"


class UnknownMaterial(ValueError):
    """A material of which no spectrum may be drawn."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def material(name: str) -> Material:
    """The material of that name; `UnknownMaterial` where there is none."""
    if name not in MATERIALS:
        raise UnknownMaterial(name)
    return MATERIALS[name]


def _material(
    name: str, strength: float, source: str, *bands: tuple[float, float, float]
) -> Material:
    return Material(name, tuple(Band(*band) for band in bands), strength, source)


# fmt: off
_ALL = (
    _material(
        "polystyrene", 1.0, E1840_WITH_HEIGHTS,
        (620.9, 16, 6), (795.8, 10, 6), (1001.4, 100, 6), (1031.8, 27, 6), (1155.3, 13, 6),
        (1450.5, 8, 6), (1583.1, 12, 6), (1602.3, 28, 6), (2852.4, 9, 6), (2904.5, 13, 6),
        (3054.3, 32, 6),
    ),
    _material(
        "cyclohexane", 1.0, E1840,
        (384.1, 4, 6), (426.3, 5, 6), (801.3, 100, 6), (1028.3, 18, 6), (1157.6, 7, 6),
        (1266.4, 16, 6), (1444.4, 15, 6), (2664.4, 6, 6), (2852.9, 90, 6), (2923.8, 60, 6),
        (2938.3, 60, 6),
    ),
    _material(
        "paracetamol", 1.2, E1840_IN_PART,
        (213.3, 15, 8), (329.2, 25, 8), (390.9, 22, 8), (465.1, 12, 8), (504, 10, 8),
        (651.6, 30, 8), (710.8, 10, 8), (797.2, 40, 8), (834.5, 15, 8), (857.9, 75, 8),
        (968.7, 10, 8), (1105.5, 8, 8), (1168.5, 70, 8), (1236.8, 72, 8), (1278.5, 40, 8),
        (1323.9, 100, 8), (1371.5, 35, 8), (1515.1, 12, 8), (1561.6, 35, 8), (1611, 55, 8),
        (1648.4, 65, 8),
    ),
    _material(
        "sulfur", 3.0, E1840,
        (153.8, 70, 6), (219.1, 100, 6), (473.2, 85, 6),
    ),
    _material(
        "naphthalene", 1.5, E1840,
        (513.8, 35, 6), (763.8, 70, 6), (1021.6, 25, 6), (1147.2, 12, 6), (1382.2, 100, 6),
        (1464.5, 15, 6), (1576.6, 25, 6),
    ),
    _material(
        "sucrose", 0.5, GENERAL,
        (404, 30, 10), (525, 35, 10), (550, 25, 10), (640, 20, 10), (850, 100, 10),
        (925, 25, 10), (1039, 25, 10), (1064, 30, 10), (1105, 28, 10), (1127, 40, 10),
        (1240, 15, 10), (1340, 20, 10), (1460, 30, 10),
    ),
    _material(
        "talc", 0.35, GENERAL,
        (194, 60, 8), (291, 10, 8), (361, 25, 8), (470, 5, 8), (676, 100, 8), (1051, 12, 8),
    ),
    _material(
        "calcite", 0.8, GENERAL,
        (281, 25, 5), (711, 12, 5), (1086, 100, 5),
    ),
    _material(
        "sodium-bicarbonate", 0.5, GENERAL,
        (659, 12, 7), (686, 25, 7), (1046, 100, 7), (1268, 30, 7),
    ),
    _material(
        "caffeine", 1.0, GENERAL,
        (444, 15, 8), (482, 10, 8), (555, 100, 8), (643, 20, 8), (741, 30, 8), (1070, 10, 8),
        (1241, 15, 8), (1286, 25, 8), (1328, 90, 8), (1360, 25, 8), (1407, 20, 8),
        (1600, 25, 8), (1655, 35, 8), (1698, 55, 8),
    ),
    _material(
        "citric-acid", 0.5, GENERAL,
        (785, 100, 9), (900, 25, 9), (942, 45, 9), (1050, 20, 9), (1085, 20, 9), (1163, 20, 9),
        (1385, 25, 9), (1435, 20, 9), (1692, 40, 9), (1733, 45, 9),
    ),
    _material(
        "polyethylene", 0.5, GENERAL,
        (1062, 60, 8), (1130, 60, 8), (1170, 10, 8), (1295, 80, 8), (1418, 25, 8),
        (1440, 60, 8), (1460, 30, 8),
    ),
    _material(
        "polypropylene", 0.4, GENERAL,
        (398, 30, 8), (809, 65, 8), (841, 60, 8), (973, 35, 8), (998, 15, 8), (1036, 15, 8),
        (1152, 45, 8), (1168, 25, 8), (1330, 35, 8), (1360, 15, 8), (1458, 60, 8),
    ),
    _material(
        "pet", 0.7, GENERAL,
        (632, 30, 9), (703, 10, 9), (795, 12, 9), (858, 25, 9), (1096, 25, 9), (1117, 18, 9),
        (1288, 50, 9), (1415, 10, 9), (1614, 100, 9), (1727, 70, 9),
    ),
    _material(
        "ethanol", 0.35, GENERAL,
        (434, 10, 12), (884, 100, 12), (1052, 35, 12), (1096, 25, 12), (1277, 20, 12),
        (1454, 35, 12),
    ),
    _material(
        "isopropanol", 0.35, GENERAL,
        (488, 8, 10), (819, 100, 10), (954, 30, 10), (1130, 18, 10), (1340, 15, 10),
        (1451, 30, 10),
    ),
    _material(
        "water", 0.03, GENERAL,
        (1640, 100, 90),
    ),
    _material(
        "urea", 0.8, GENERAL,
        (547, 15, 7), (1010, 100, 7), (1177, 8, 7), (1465, 10, 7), (1540, 8, 7), (1649, 8, 7),
    ),
)
# fmt: on

MATERIALS: Mapping[str, Material] = {entry.name: entry for entry in _ALL}
