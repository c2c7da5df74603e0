"""The pictures of lessons: kept by browsers for a year, under addresses that change with them."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from lms.adapters.files import FileStore
from lms.core.access import Permission
from lms.core.spectra import figures
from lms.courses import lessons, queries
from lms.courses.activities import CourseParts
from lms.courses.queries import OpenCourse
from lms.courses.views.blueprint import bp
from lms.web.database import session
from lms.web.guard import allow
from lms.web.pictures import kept_picture
from lms.web.request import actor, now, part


@bp.get("/courses/<course>/lessons/<lesson>/pictures/<sha256>/<name>")
@allow(Permission.COURSE_TAKE)
def picture(course: str, lesson: str, sha256: str, name: str) -> ResponseReturnValue:
    """A picture that stands beside a lesson."""
    found = lessons.find_picture(session(), _open(course), lesson, sha256, name)
    content = part(FileStore).get(found.sha256) if found is not None else None
    if found is None or content is None:
        abort(404)
    return kept_picture(content, found.media_type)


@bp.get("/courses/<course>/lessons/<lesson>/spectra/<digest>.svg")
@allow(Permission.COURSE_TAKE)
def spectrum(course: str, lesson: str, digest: str) -> Response:
    """A simulated spectrum of a lesson."""
    figure = lessons.find_spectrum(session(), _open(course), lesson, digest)
    if figure is None:
        abort(404)
    return kept_picture(figures.picture(figure).encode(), "image/svg+xml")


def _open(course: str) -> OpenCourse:
    found = queries.find_course(session(), actor(), course, part(CourseParts), now())
    if found is None:
        abort(404)
    return found
