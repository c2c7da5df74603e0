"""A course page says what comes next, how far one is, why it is locked, and its sources."""

import pytest
from sqlalchemy import select, update

from lms.cohorts.models import Programme, ProgrammeCourse
from lms.core.access import Role
from lms.courses.models import (
    Activity,
    Course,
    CourseCompletion,
    LessonProgress,
)
from lms.db import transaction
from tests.fixtures.inspection import words
from tests.integration.courses.conftest import CHECKED, COURSE, FIRST, LATER


def entry(page, title):
    """The line of the outline with this title, as words."""
    return next(words(one) for one in page.all("li") if title in words(one))


def primary(page):
    """What the one primary action says, and where it leads."""
    buttons = [one for one in page.all("a") if "btn-primary" in one.get("class", "")]
    assert len(buttons) == 1
    return words(buttons[0]), buttons[0].get("href")


def test_a_new_officer_is_led_to_the_first_lesson(client, officer):
    client.get(COURSE)
    assert client.page.heading == "Drill"
    assert primary(client.page) == ("Start", FIRST)
    assert "0 of 4 done" in client.page.words


def test_a_locked_activity_names_what_comes_first(client, officer):
    client.get(COURSE)
    assert "Locked" in entry(client.page, "Lesson · 6 minutes")
    assert "Opens when these are done: Seals" in client.page.words
    assert not [link for link in client.page.all("a") if link.get("href") == LATER]
    quiz = entry(client.page, "Final quiz")
    assert "Lamps of the harbour · Seals · Ropes" in quiz


def test_what_was_left_last_comes_next_at_its_heading(client, officer):
    client.get(FIRST)
    client.post(f"{FIRST}/progress", data={"anchor": "section-2"})
    client.get(COURSE)
    assert primary(client.page) == ("Continue", f"{FIRST}#section-2")
    assert "Begun" in entry(client.page, "Lamps of the harbour")


def test_objectives_sources_and_the_state_of_review_are_seen(client, officer):
    client.get(COURSE)
    for said in (
        "Know the ropes",
        "critical for safety",
        "A manual of the harbour",
        "Not reviewed",
    ):
        assert said in client.page.words


def test_the_page_is_in_the_language_of_the_officer(client, create_person, enrol, sign_in):
    person = create_person(language="fr")
    enrol(person)
    sign_in(client, person)
    client.get(COURSE)
    assert client.page.heading == "Exercice"
    assert "Les lampes du port" in client.page.links


def test_a_course_is_not_found_by_those_without_a_place(client, create_person, course, sign_in):
    sign_in(client, create_person())
    for address in (COURSE, FIRST, f"{FIRST}/print", "/courses/nothing"):
        assert client.get(address).status_code == 404
    assert client.post(f"{FIRST}/done").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client, course):
    assert client.get(FIRST).location == f"/sign-in?next={FIRST}"


@pytest.mark.parametrize("role", [Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_staff_look_at_a_shared_course_and_leave_no_trace(
    client, session, create_person, course, sign_in, role
):
    sign_in(client, create_person(role))
    client.get(COURSE)
    assert "Preview" in client.page.words
    assert client.get(LATER).status_code == 200
    client.get(CHECKED)
    client.submit(f"{CHECKED}/checks/lamp", fields={"q1": "b"})
    assert "The red one is off." in client.page.words
    assert client.post(f"{CHECKED}/progress", data={"anchor": ""}).status_code == 204
    client.post(f"{FIRST}/done")
    assert not session.scalars(select(LessonProgress)).all()


def test_a_course_of_another_organisation_that_is_not_shared_is_not_found_by_staff(
    client, session, create_person, course, sign_in
):
    with transaction(session):
        session.execute(update(Course).values(sharing="organisation"))
    sign_in(client, create_person(Role.TRAINER))
    assert client.get(COURSE).status_code == 404
    client.get("/courses")
    assert "Drill" not in client.page.links


def test_the_list_holds_own_courses_with_their_progress(client, officer):
    client.get("/courses")
    assert client.page.links["Drill"] == COURSE
    assert "0 of 4 done" in client.page.words


def test_the_list_of_nobody_says_what_to_expect(client, create_person, sign_in):
    sign_in(client, create_person())
    client.get("/courses")
    assert "not enrolled" in client.page.words


def test_a_course_page_takes_at_most_eight_statements(client, officer, statements):
    client.post(f"{FIRST}/done")
    client.get(COURSE)
    with statements() as seen:
        client.get(COURSE)
    assert len(seen) <= 8, seen


def test_a_course_page_takes_no_more_statements_for_more_activities(
    client, session, officer, statements, library, sync
):
    client.get(COURSE)
    with statements() as few:
        client.get(COURSE)
    line = '      - {kind: lesson, id: 010-lamps, minutes: "7", objectives: [D1], '
    more = ""
    for number in range(40, 52):
        more += f"{line.replace('010-lamps', f'0{number}-more')}completion: confirm}}\n"
        for language in ("en", "fr"):
            text = (library.course / "lessons" / "030-ropes" / f"{language}.md").read_text()
            library.write(f"courses/drill/lessons/0{number}-more/{language}.md", text)
    library.edit("courses/drill/course.yaml", line, more + line)
    assert not sync().is_refused
    with statements() as many:
        client.get(COURSE)
    assert len(many) == len(few)


def test_the_list_takes_no_more_statements_for_more_courses(
    client, session, officer, enrol, statements, library, sync, course
):
    client.get("/courses")
    with statements() as few:
        client.get("/courses")
    text = {path: content for path, content in library.files().items() if "courses/" in path}
    for number in range(3):
        for path, content in text.items():
            library.write(path.replace("courses/drill", f"courses/d{number}"), content.decode())
    assert not sync().is_refused
    with transaction(session):
        programme = session.scalars(select(Programme.id)).one()
        others = session.scalars(select(Course.id).where(Course.id != course.id))
        for position, other in enumerate(others, start=1):
            session.add(ProgrammeCourse(programme_id=programme, course_id=other, position=position))
    with statements() as many:
        client.get("/courses")
    assert client.page.words.count("0 of 4 done") == 4
    assert len(many) == len(few)


def test_a_course_that_was_taken_out_says_so(client, officer, library, sync):
    library.remove("courses/drill")
    sync()
    client.get(COURSE)
    assert "taken out" in client.page.words


def test_reading_never_writes(client, session, officer):
    for address in ("/courses", COURSE, FIRST, CHECKED, f"{FIRST}/print"):
        assert client.get(address).status_code == 200
    assert not session.scalars(select(LessonProgress)).all()
    assert not session.scalars(select(CourseCompletion)).all()
    assert len(session.scalars(select(Activity)).all()) == 4
