"""Demo data: invented people of an invented administration, who follow the shipped courses.

Loading again changes nothing. A reset lets everyone begin anew in another cycle: what was
achieved stays with the cycle it was achieved in, and no journal is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person
from lms.accounts.services.codes import print_codes
from lms.accounts.services.organisations import OrganisationData, add_organisation
from lms.accounts.services.passwords import set_password
from lms.accounts.services.people import PersonData, add_person, change_person, reinstate
from lms.accounts.services.roles import grant_role
from lms.accounts.services.second_factor import remove_second_factor
from lms.accounts.vault import Vault
from lms.audit.services import record
from lms.cohorts.models import Cohort, Cycle, Programme
from lms.cohorts.services import (
    CohortData,
    ProgrammeData,
    add_cohort,
    add_cycle,
    add_programme,
    enrol,
    move_to_cycle,
)
from lms.core.access import SYSTEM, Grant, Role, Scope
from lms.core.attempt import State
from lms.courses.models import Course
from lms.quizzes.models import Attempt

ORGANISATION = OrganisationData(
    slug="demo-customs",
    name={
        "en": "Demo Customs Administration",
        "fr": "Administration des douanes de démonstration",
        "pt": "Administração aduaneira de demonstração",
    },
)
COURSES = ("recognising-precursors", "using-a-raman-spectrometer")
_PROGRAMME = {
    "en": "Demo programme: recognise and measure",
    "fr": "Programme de démonstration : reconnaître et mesurer",
    "pt": "Programa de demonstração: reconhecer e medir",
}
_COHORT = {"en": "Demo cohort", "fr": "Cohorte de démonstration", "pt": "Coorte de demonstração"}
_PROGRAMME_SLUG, _COHORT_SLUG = "demo", "demo"
_RESET = "the demo data was put back"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the demo accounts; without e-mail, it is entered with a printed code."""

    display_name: str
    role: Role
    email: str | None = None
    staff_number: str | None = None
    language: str = "en"

    @property
    def login(self) -> str:
        """What is typed at sign-in."""
        return self.email or self.staff_number or ""


PEOPLE = (
    DemoPerson("Demo officer", Role.OFFICER, "officer@demo.example", "D-0001"),
    DemoPerson("Demo trainer", Role.TRAINER, "trainer@demo.example"),
    DemoPerson("Demo coordinator", Role.COORDINATOR, "coordinator@demo.example"),
    DemoPerson("Demo administrator", Role.ADMINISTRATOR, "admin@demo.example"),
    DemoPerson("Demo officer without e-mail", Role.OFFICER, None, "D-0002", "fr"),
)


@dataclass(slots=True)
class Loaded:
    """What was done: codes that were printed, by login, and courses that are not there yet."""

    codes: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


_Account: TypeAlias = tuple[DemoPerson, Person]


def load(
    session: Session, vault: Vault, password: str, now: datetime, renew: bool = False
) -> Loaded:
    """Add what is not there yet, within the caller's transaction.

    With `renew`, accounts that are there get the password and new codes as well.
    """
    loaded = Loaded()
    before = set() if renew else {person.id for _, person in _find_people(session)}
    organisation = _organisation(session, now)
    courses = _courses(session, loaded)
    accounts = [_account(session, organisation, one, now) for one in PEOPLE]
    _grant_roles(session, organisation, courses, accounts, now)
    cohort = _cohort(session, organisation, courses, now)
    for one, person in accounts:
        if one.role is Role.OFFICER:
            enrol(session, SYSTEM, cohort, person.id, now)
    new = [(one, person) for one, person in accounts if person.id not in before]
    _open_doors(session, vault, new, password, loaded, now)
    return loaded


def reset(session: Session, vault: Vault, password: str, now: datetime) -> Loaded:
    """Let the demo begin anew: a new cycle, and every account as it was first loaded."""
    for one, person in _find_people(session):
        _put_back(session, one, person, now)
    loaded = load(session, vault, password, now, renew=True)
    cohort = session.scalars(select(Cohort).where(Cohort.slug == _COHORT_SLUG)).one()
    programme = session.get_one(Programme, cohort.programme_id)
    _void_open_attempts(session, cohort, now)
    last = select(func.max(Cycle.number)).where(Cycle.programme_id == programme.id)
    number = (session.scalar(last) or 0) + 1
    cycle = add_cycle(session, SYSTEM, programme, number, now.date(), now)
    move_to_cycle(session, SYSTEM, cohort, cycle, now)
    return loaded


def _organisation(session: Session, now: datetime) -> Organisation:
    known = session.scalar(select(Organisation).where(Organisation.slug == ORGANISATION.slug))
    return known or add_organisation(session, SYSTEM, ORGANISATION, now)


def _courses(session: Session, loaded: Loaded) -> list[Course]:
    query = select(Course).where(Course.slug.in_(COURSES)).order_by(Course.slug)
    found = {course.slug: course for course in session.scalars(query)}
    loaded.missing = [slug for slug in COURSES if slug not in found]
    return [found[slug] for slug in COURSES if slug in found]


def _account(
    session: Session, organisation: Organisation, one: DemoPerson, now: datetime
) -> _Account:
    known = _find_person(session, one)
    return one, known or add_person(session, SYSTEM, _data(organisation.id, one), now)


def _find_people(session: Session) -> list[_Account]:
    found = [(one, _find_person(session, one)) for one in PEOPLE]
    return [(one, person) for one, person in found if person is not None]


def _find_person(session: Session, one: DemoPerson) -> Person | None:
    """Only ever an account that was made here: real ones may have the same number."""
    by_login = Person.email == one.email if one.email else Person.staff_number == one.staff_number
    return session.scalar(select(Person).where(Person.is_demo, by_login))


def _data(organisation_id: int, one: DemoPerson) -> PersonData:
    return PersonData(
        organisation_id=organisation_id,
        display_name=one.display_name,
        email=one.email,
        staff_number=one.staff_number,
        language=one.language,
        is_demo=True,
    )


def _put_back(session: Session, one: DemoPerson, person: Person, now: datetime) -> None:
    change_person(session, SYSTEM, person.id, _data(person.organisation_id, one), now)
    reinstate(session, SYSTEM, person.id, _RESET, now)
    if person.totp_secret is not None:
        remove_second_factor(session, SYSTEM, person.id, _RESET, now)


def _grant_roles(
    session: Session,
    organisation: Organisation,
    courses: Sequence[Course],
    accounts: Sequence[_Account],
    now: datetime,
) -> None:
    """Everyone's role in the administration; the administrator's on the whole platform.

    The trainer has one with whoever owns the courses, too, so that there are banks to write in.
    """
    home = Grant(Role.OFFICER, Scope.ORGANISATION, organisation.id)
    owners = sorted({course.organisation_id for course in courses})
    for one, person in accounts:
        grants = [Grant(one.role, home.scope, home.scope_id)]
        if one.role is Role.ADMINISTRATOR:
            grants = [Grant(one.role, Scope.PLATFORM)]
        if one.role is Role.TRAINER:
            grants += [Grant(one.role, Scope.ORGANISATION, owner) for owner in owners]
        for grant in grants:
            grant_role(session, SYSTEM, person.id, grant, now)


def _cohort(
    session: Session, organisation: Organisation, courses: Sequence[Course], now: datetime
) -> Cohort:
    programme = add_programme(
        session,
        SYSTEM,
        ProgrammeData(
            slug=_PROGRAMME_SLUG,
            organisation_id=organisation.id,
            title=_PROGRAMME,
            courses=[course.id for course in courses],
        ),
        now,
    )
    cycle = add_cycle(session, SYSTEM, programme, 1, now.date(), now)
    data = CohortData(
        slug=_COHORT_SLUG,
        cycle_id=cycle.id,
        organisation_id=organisation.id,
        title=_COHORT,
        language="en",
        time_zone="UTC",
        starts_on=now.date(),
    )
    return add_cohort(session, SYSTEM, data, now)


def _open_doors(
    session: Session,
    vault: Vault,
    accounts: Sequence[_Account],
    password: str,
    loaded: Loaded,
    now: datetime,
) -> None:
    """The shared password for those with e-mail, a printed code for the others."""
    for _, person in accounts:
        if person.email is not None:
            set_password(session, person, password, now)
    without = [person for _, person in accounts if person.email is None]
    for printed in print_codes(session, SYSTEM, without, vault, now):
        loaded.codes[printed.person.staff_number or ""] = printed.code


def _void_open_attempts(session: Session, cohort: Cohort, now: datetime) -> None:
    """An officer has one open attempt at a quiz: one of the old cycle would stand in the way."""
    people = select(Person.id).where(Person.is_demo)
    voided = session.scalars(
        update(Attempt)
        .where(
            Attempt.cycle_id == cohort.cycle_id,
            Attempt.person_id.in_(people),
            Attempt.state == State.OPEN,
        )
        .values(state=State.VOIDED.value, ended_at=now, voided_reason=_RESET)
        .returning(Attempt.id)
        .execution_options(synchronize_session=False)
    )
    for attempt_id in voided.all():
        details = {"reason": _RESET}
        subject = ("attempt", attempt_id)
        record(session, SYSTEM, "attempt.voided", subject, now, details, cohort.organisation_id)
