"""A course is completed once, however many ends arrive, and who listens hears of it once."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEntry
from lms.cohorts.models import Cycle
from lms.cohorts.queries import Places
from lms.content.courses import LESSON
from lms.courses.activities import CourseParts
from lms.courses.lessons import Lessons
from lms.courses.models import Activity, Course, CourseCompletion, LessonProgress
from lms.courses.services import settle
from lms.courses.services.lessons import note_reading
from lms.db import new_session, transaction
from tests.integration.courses.conftest import COURSE


@pytest.fixture
def heard():
    return []


@pytest.fixture
def parts(heard):
    """Courses of lessons alone, and someone who listens."""

    def listen(session, course, place, now):
        heard.append((course.slug, place.person_id))

    return CourseParts({LESSON: Lessons()}, Places(), on_completed=(listen,))


@pytest.fixture
def course(library, sync, session):
    library.edit(
        "courses/drill/course.yaml", "      - {kind: quiz, id: final, requires: all-before}\n", ""
    )
    library.remove("courses/drill/quizzes")
    sync()
    return session.scalars(select(Course)).one()


@pytest.fixture
def place(session, create_person, enrol, course, clock):
    person = create_person()
    enrol(person)
    return Places().place_in(session, person.id, course.id, clock())


@pytest.fixture
def finish(session, place, clock):
    """Marks lessons as done."""

    def finish(*keys):
        for activity in session.scalars(select(Activity).where(Activity.key.in_(keys))).all():
            with transaction(session):
                note_reading(session, place, activity, "en", clock(), "")
                progress = session.scalars(
                    select(LessonProgress).where(LessonProgress.activity_id == activity.id)
                ).one()
                progress.done_at = clock()

    return finish


def completed(session):
    return session.scalars(select(CourseCompletion)).all()


def test_a_course_with_something_open_is_not_complete(session, course, place, parts, finish, clock):
    finish("010-lamps", "020-seals")
    with transaction(session):
        assert not settle(session, course, place, clock(), parts)
    assert not completed(session)


def test_the_last_end_completes_the_course_and_tells_who_listens(
    session, course, place, parts, heard, finish, clock
):
    finish("010-lamps", "020-seals", "030-ropes")
    with transaction(session):
        assert settle(session, course, place, clock(), parts)
    with transaction(session):
        assert not settle(session, course, place, clock.forward(days=1), parts)
    (completion,) = completed(session)
    assert (completion.person_id, completion.cycle_id) == (place.person_id, place.cycle_id)
    assert heard == [("drill", place.person_id)]
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "course"))
    assert list(actions) == ["course.completed"]


def test_a_listener_that_fails_undoes_the_completion(session, course, place, finish, clock):
    finish("010-lamps", "020-seals", "030-ropes")

    def fail(session, course, place, now):
        raise RuntimeError("no paper")

    parts = CourseParts({LESSON: Lessons()}, Places(), on_completed=(fail,))
    with pytest.raises(RuntimeError), transaction(session):
        settle(session, course, place, clock(), parts)
    assert not completed(session)


def test_ends_that_arrive_together_complete_the_course_once(
    session, engine, course, place, parts, heard, finish, clock
):
    finish("010-lamps", "020-seals", "030-ropes")
    together = threading.Barrier(4)
    results = []

    def arrive():
        with new_session(engine) as own:
            own_course = own.get_one(Course, course.id)
            together.wait()
            with transaction(own):
                results.append(settle(own, own_course, place, clock(), parts))

    threads = [threading.Thread(target=arrive) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    assert heard == [("drill", place.person_id)]
    assert len(completed(session)) == 1


def test_what_was_achieved_counts_for_its_cycle_alone(
    session, course, place, parts, heard, finish, clock
):
    finish("010-lamps", "020-seals", "030-ropes")
    with transaction(session):
        settle(session, course, place, clock(), parts)
        cycle = Cycle(programme_id=place.programme_id, number=2, starts_on=date(2027, 1, 1))
        session.add(cycle)
    later = type(place)(
        place.person_id, cycle.id, place.programme_id, place.cohort_id, place.time_zone
    )
    with transaction(session):
        assert not settle(session, course, later, clock(), parts)
    assert len(completed(session)) == 1


def test_a_lesson_that_was_taken_out_is_not_waited_for(
    session, course, place, parts, finish, clock, library, sync
):
    finish("010-lamps", "020-seals")
    line = '      - {kind: lesson, id: 030-ropes, minutes: "6", completion: confirm, requires: '
    title = "  - id: M2\n    title:\n      en: Ropes\n      fr: Cordes\n    activities:\n"
    library.edit("courses/drill/course.yaml", f"{title}{line}[020-seals]}}\n", "")
    library.remove("courses/drill/lessons/030-ropes")
    assert not sync().is_refused
    session.expire_all()
    with transaction(session):
        assert settle(session, course, place, clock(), parts)


def test_an_officer_who_ends_the_last_lesson_is_told(
    client, session, officer, enrol, library, sync
):
    client.get(f"{COURSE}/lessons/010-lamps")
    client.submit(f"{COURSE}/lessons/010-lamps/done")
    for number, (item, value) in enumerate((("lamp", "a"), ("seals", "12")), start=1):
        client.get(f"{COURSE}/lessons/020-seals")
        client.submit(f"{COURSE}/lessons/020-seals/checks/{item}", fields={f"q{number}": value})
    client.get(f"{COURSE}/lessons/030-ropes")
    client.submit(f"{COURSE}/lessons/030-ropes/done")
    assert client.page.heading == "Drill"
    assert "You have completed everything this course requires." in client.page.words
    assert "Course completed" in client.page.words
    assert len(completed(session)) == 1
