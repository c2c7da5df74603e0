"""How the log names what happens to courses."""

from __future__ import annotations

from flask_babel import lazy_gettext

ACTIONS = {
    "course.completed": lazy_gettext("Course completed"),
    "content.synced": lazy_gettext("Content brought in from files"),
}
