"""What item types are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

TYPE_NAMES: Mapping[str, LazyString] = {
    "choice": lazy_gettext("One answer"),
    "choices": lazy_gettext("Several answers"),
    "true_false": lazy_gettext("True or false"),
    "numeric": lazy_gettext("A number"),
    "matching": lazy_gettext("Matching"),
    "ordering": lazy_gettext("Ordering"),
}
