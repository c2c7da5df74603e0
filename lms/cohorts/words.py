"""How the log names what happens to programmes, cohorts and enrolments."""

from __future__ import annotations

from flask_babel import lazy_gettext

ACTIONS = {
    "programme.added": lazy_gettext("Programme added"),
    "cycle.added": lazy_gettext("Cycle added"),
    "cohort.added": lazy_gettext("Cohort added"),
    "cohort.moved": lazy_gettext("Cohort moved to another cycle"),
    "enrolment.added": lazy_gettext("Officer enrolled"),
    "enrolment.withdrawn": lazy_gettext("Officer withdrawn"),
}
