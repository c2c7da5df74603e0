"""Demo data: loaded once, put back when asked, never where real people are."""

from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.accounts.models import Person, RoleGrant
from lms.accounts.passwords import is_right
from lms.accounts.services.codes import use_code
from lms.accounts.vault import Vault
from lms.cli import main
from lms.cohorts.models import Cohort, Cycle, Enrolment
from lms.cohorts.queries import Places
from lms.courses.models import Activity, Course, LessonProgress
from lms.db import make_engine, new_session, transaction
from lms.models import metadata
from lms.quizzes.models import Attempt, Quiz
from lms.sync.demo import COURSES, PEOPLE, load, reset

PASSWORD = "3f1c-k7qf2-m9xa4"
VAULT = Vault("a secret key that is long enough for tests")


@pytest.fixture
def courses(session, create_organisation, clock):
    owner = create_organisation(slug="vigie")
    with transaction(session):
        made = [
            Course(
                slug=slug,
                organisation_id=owner.id,
                sharing="platform",
                title={"en": slug},
                summary={"en": slug},
                languages=["en"],
                document={},
                fingerprint="0" * 64,
                changed_at=clock(),
            )
            for slug in COURSES
        ]
        session.add_all(made)
    return made


@pytest.fixture
def run(session, clock):
    def run(act, **options):
        with transaction(session):
            return act(session, VAULT, PASSWORD, clock(), **options)

    return run


def rows(session):
    """How many rows each table has."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table))
        for table in metadata.sorted_tables
    }


def person(session, email):
    return session.scalars(select(Person).where(Person.email == email)).one()


def test_everyone_can_sign_in_and_is_plainly_named_demo(session, run, courses):
    loaded = run(load)
    people = list(session.scalars(select(Person)))
    assert len(people) == len(PEOPLE)
    for one in people:
        assert one.is_demo
        assert one.display_name.startswith("Demo ")
        if one.email:
            assert is_right(one.password_hash, PASSWORD)
    (login,) = loaded.codes
    assert login == "D-0002"


def test_the_officer_without_email_signs_in_with_the_printed_code(session, run, courses, clock):
    loaded = run(load)
    with transaction(session):
        found = use_code(session, VAULT, "D-0002", loaded.codes["D-0002"], clock())
    assert found.display_name == "Demo officer without e-mail"


def test_loading_again_changes_nothing(session, run, courses):
    run(load)
    before = rows(session)
    loaded = run(load)
    assert rows(session) == before
    assert not loaded.codes


def test_officers_are_enrolled_in_both_courses(session, run, courses, clock):
    run(load)
    officer = person(session, "officer@demo.example")
    places = Places().places(session, officer.id, clock())
    assert list(places) == [course.id for course in courses]
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 2


def test_roles_reach_as_far_as_they_say(session, run, courses):
    run(load)
    grants = {
        (email, role, scope)
        for email, role, scope in session.execute(
            select(Person.email, RoleGrant.role, RoleGrant.scope).join(
                RoleGrant, RoleGrant.person_id == Person.id
            )
        )
    }
    assert ("admin@demo.example", "administrator", "platform") in grants
    assert {scope for email, _, scope in grants if email != "admin@demo.example"} == {
        "organisation"
    }


def test_a_course_that_comes_later_joins_the_programme(session, run, courses, clock):
    slug = courses[1].slug
    with transaction(session):
        courses[1].slug = "elsewhere"
    assert run(load).missing == [slug]
    with transaction(session):
        courses[1].slug = slug
    assert run(load).missing == []
    officer = person(session, "officer@demo.example")
    assert len(Places().places(session, officer.id, clock())) == 2


def test_a_reset_begins_a_new_cycle_and_keeps_what_was_done(session, run, courses, clock):
    run(load)
    officer = person(session, "officer@demo.example")
    old = Places().place_in(session, officer.id, courses[0].id, clock())
    attempt_id = begin(session, officer, courses[0], old.cycle_id, clock())
    run(reset)
    new = Places().place_in(session, officer.id, courses[0].id, clock())
    assert new.cycle_id != old.cycle_id
    assert [cycle.number for cycle in session.scalars(select(Cycle).order_by(Cycle.id))] == [1, 2]
    assert session.scalar(select(LessonProgress.cycle_id)) == old.cycle_id
    session.expire_all()
    attempt = session.get_one(Attempt, attempt_id)
    assert (attempt.state, attempt.cycle_id) == ("voided", old.cycle_id)


def begin(session, officer, course, cycle_id, now):
    """A lesson opened and a quiz begun."""
    with transaction(session):
        activity = Activity(
            course_id=course.id,
            kind="quiz",
            key="final",
            position=1,
            objectives=[],
            completion="",
            requires=[],
        )
        session.add(activity)
        session.flush()
        progress = LessonProgress(
            person_id=officer.id,
            activity_id=activity.id,
            cycle_id=cycle_id,
            opened_at=now,
            last_opened_at=now,
            language="en",
        )
        quiz = Quiz(
            course_id=course.id,
            activity_id=activity.id,
            organisation_id=course.organisation_id,
            key="final",
            title={"en": "Final"},
            summary={},
            document={},
            rules={},
            fingerprint="0" * 64,
            changed_at=now,
        )
        session.add_all((progress, quiz))
        session.flush()
        attempt = Attempt(
            quiz_id=quiz.id,
            person_id=officer.id,
            cycle_id=cycle_id,
            number=1,
            state="open",
            rules={},
            slots=[],
            accommodation_percent=0,
            language="en",
            outbox_key="0" * 64,
            started_at=now,
        )
        session.add(attempt)
        session.flush()
        return attempt.id


def test_a_reset_puts_accounts_back(session, run, courses, clock):
    first = run(load)
    officer = person(session, "officer@demo.example")
    with transaction(session):
        officer.display_name = "Someone else"
        officer.suspended_at = clock()
        officer.password_hash = None
    again = run(reset)
    session.expire_all()
    officer = person(session, "officer@demo.example")
    assert officer.display_name == "Demo officer"
    assert officer.suspended_at is None
    assert is_right(officer.password_hash, PASSWORD)
    assert again.codes["D-0002"] != first.codes["D-0002"]


def test_real_accounts_are_never_touched(session, run, courses, create_person):
    real = create_person(staff_number="D-0002")
    run(load)
    run(reset)
    session.expire_all()
    real = session.get_one(Person, real.id)
    assert (real.is_demo, real.password_hash is None) == (False, False)
    assert session.scalar(select(func.count()).select_from(Cohort)) == 1


@pytest.fixture
def lms(monkeypatch, tmp_path, sqlite_url):
    def run(*words, **variables):
        monkeypatch.setenv("LMS_HOME", str(tmp_path))
        monkeypatch.setenv("LMS_DATABASE_URL", sqlite_url)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, words)

    return run


@pytest.mark.parametrize("act", ["load", "reset"])
def test_production_is_refused(lms, act):
    result = lms(
        *("demo", act),
        LMS_MODE="production",
        LMS_SECRET_KEY="x" * 40,
        LMS_KEY_PASSPHRASE="y",
        LMS_PUBLIC_URL="https://lms.example.org",
    )
    assert result.exit_code == 1
    assert "production" in result.output


def test_the_command_prints_the_same_sign_ins_every_time(lms, tmp_path):
    first, second = lms("demo", "load"), lms("demo", "load")
    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout
    kept = tmp_path / "demo-sign-ins.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["password"] in first.stdout
    for one in PEOPLE:
        assert one.login in first.stdout


def test_a_lost_password_file_is_made_good(lms, tmp_path, sqlite_url):
    lms("demo", "load")
    (tmp_path / "demo-sign-ins.json").unlink()
    assert lms("demo", "load").exit_code == 0
    password = json.loads((tmp_path / "demo-sign-ins.json").read_text())["password"]
    engine = make_engine(sqlite_url)
    with new_session(engine) as session:
        assert is_right(person(session, "officer@demo.example").password_hash, password)
    engine.dispose()
