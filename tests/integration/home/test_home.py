"""The first page: for an officer what comes next, for staff what they look after."""

import pytest

from lms.adapters.files import FileStore
from lms.core.access import Role
from tests.fixtures.drill import add_officers, furnish


@pytest.fixture
def drill(session, settings, clock):
    return furnish(session, FileStore(settings.files), clock())


@pytest.fixture
def officer(session, drill, clock):
    return add_officers(session, drill.cohort, 1, clock())[0]


def test_an_officer_is_shown_the_first_lesson_then_where_it_goes_on(
    client, sign_in, officer, drill
):
    sign_in(client, officer)
    page = client.get("/").text
    assert "Here is what comes next" in page
    assert page.count("btn-primary") == 1
    assert "/courses/drill/lessons/" in page
    assert "Not started" in page


def test_a_running_attempt_comes_before_everything_else(client, sign_in, officer, drill):
    sign_in(client, officer)
    client.get(f"/quizzes/{drill.quiz.id}")
    client.submit(f"/quizzes/{drill.quiz.id}/start")
    page = client.get("/").text
    assert "Go on with the quiz" in page
    assert page.count("btn-primary") == 1


def test_someone_without_a_course_is_told_what_will_happen(client, sign_in, create_person):
    sign_in(client, create_person())
    assert "No course yet" in client.get("/").text


def test_a_coordinator_sees_how_far_the_cohorts_are(
    client, sign_in, create_person, drill, session, clock
):
    add_officers(session, drill.cohort, 3, clock())
    sign_in(client, create_person(Role.COORDINATOR, organisation=drill.organisation))
    page = client.get("/").text
    assert "3 officers" in page
    assert "0 of 3 courses completed" in page
    assert "Question banks" not in page


def test_a_trainer_sees_banks_and_that_they_are_not_reviewed(client, sign_in, create_person, drill):
    sign_in(client, create_person(Role.TRAINER, organisation=drill.organisation))
    page = client.get("/").text
    assert "/question-banks/drill" in page
    assert "Not reviewed yet" in page


def test_an_administrator_is_led_to_people_who_never_signed_in(client, sign_in, create_person):
    administrator = create_person(Role.ADMINISTRATOR)
    organisation_id = administrator.organisation_id
    create_person(organisation_id=organisation_id, password_hash=None)
    create_person(password_hash=None)
    sign_in(client, administrator)
    assert "1 person has not signed in yet" in client.get("/").text


def test_another_organisations_cohorts_stay_out_of_sight(client, sign_in, create_person, drill):
    sign_in(client, create_person(Role.COORDINATOR))
    page = client.get("/").text
    assert "/cohorts/drill" not in page
    assert "No cohort yet" in page
