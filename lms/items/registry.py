"""The list of faces, one for each item type of the core."""

from __future__ import annotations

from collections.abc import Mapping

from lms.items.choice import ChoiceFace
from lms.items.choices import ChoicesFace
from lms.items.face import Face
from lms.items.matching import MatchingFace
from lms.items.numeric import NumericFace
from lms.items.ordering import OrderingFace
from lms.items.true_false import TrueFalseFace

_ALL: tuple[Face, ...] = (
    ChoiceFace(),
    ChoicesFace(),
    TrueFalseFace(),
    NumericFace(),
    MatchingFace(),
    OrderingFace(),
)

FACES: Mapping[str, Face] = {face.type_name: face for face in _ALL}
