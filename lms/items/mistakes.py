"""What to say about an answer that cannot be taken as it was entered."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

_SENTENCES: Mapping[str, LazyString] = {
    "empty": lazy_gettext("Answer first, then check."),
    "incomplete": lazy_gettext("Something is still open. Fill in every part."),
    "duplicate": lazy_gettext("The same was chosen twice. Use each once."),
    "not_a_number": lazy_gettext("Enter a number, such as 12 or 12.5."),
    "ambiguous_number": lazy_gettext(
        "This number can be read in two ways. Write it without separators between thousands."
    ),
    "wrong_unit": lazy_gettext("Enter the number in the unit shown beside the field."),
    "too_long": lazy_gettext("This is too long. Enter the number alone."),
}
_OTHER = lazy_gettext("This answer could not be read. Enter it again.")


def mistake(code: str) -> str:
    """The sentence for a code of `MalformedResponse`, or "empty" for no answer at all."""
    return str(_SENTENCES.get(code, _OTHER))
