"""What certificates add to the pages of courses and cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from lms.certificates import queries
from lms.cohorts.models import Cohort
from lms.cohorts.parts import Column
from lms.courses.activities import Panel, Place
from lms.courses.models import Course


def course_panel(session: Session, course: Course, place: Place, now: datetime) -> Panel:
    """The officer's certificate for a course, or how to get it."""
    found = queries.find_held(session, course.id, place)
    kind = queries.standing(found, now) if found else None
    return Panel("certificates/_panel.html", {"found": found, "kind": kind})


def score_column(
    session: Session, cohort: Cohort, courses: Sequence[Course], people: Sequence[int], _: datetime
) -> Column:
    """Everyone's best score in the last quiz of each course."""
    ids = [course.id for course in courses]
    scores = queries.best_scores(session, cohort.cycle_id, ids, people)
    return Column(gettext("Best score"), "certificates/_score_cell.html", scores)


def certificate_column(
    session: Session,
    cohort: Cohort,
    _courses: Sequence[Course],
    _people: Sequence[int],
    now: datetime,
) -> Column:
    """Everyone's certificates, with what they are worth."""
    held = queries.held_in(session, cohort.cycle_id)
    values = {place: (found, queries.standing(found, now)) for place, found in held.items()}
    return Column(gettext("Certificate"), "certificates/_certificate_cell.html", values)
