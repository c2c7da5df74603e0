"""How the log names what happens to attempts."""

from __future__ import annotations

from flask_babel import lazy_gettext

ACTIONS = {
    "attempt.started": lazy_gettext("Attempt started"),
    "attempt.submitted": lazy_gettext("Attempt handed in"),
    "attempt.expired": lazy_gettext("Attempt ended by the clock"),
    "attempt.voided": lazy_gettext("Attempt voided"),
}
