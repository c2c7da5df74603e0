"""The pages of quizzes and attempts, as a browser without scripts walks through them."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from sqlalchemy import event, select

from lms.accounts.models import Organisation
from lms.core.access import Role
from lms.core.blueprint import Line
from lms.db import transaction
from lms.question_banks.models import QuestionBank
from lms.quizzes.models import Attempt, JournalEvent
from lms.quizzes.views.attempts import PAGE_SIZE
from tests.integration.quizzes.conftest import add_items, change


@pytest.fixture
def officer(world, client, sign_in):
    person = world.officer()
    sign_in(client, person)
    return person


def quiz(world):
    return f"/quizzes/{world.quiz.id}"


def begin(world, client):
    """Start, and go to the first page of questions; the attempt's address."""
    client.get(quiz(world))
    response = client.submit(f"{quiz(world)}/start")
    address = response.request.path
    client.get(f"{address}?page=1")
    return address


def answer_page(client, address, value, **fields):
    """Every question of the page answered alike, and its button pressed."""
    form = client.page.form(f"{address}/responses")
    numbers = [name.removeprefix("rev") for name in form.fields if re.fullmatch(r"rev\d+", name)]
    chosen = {f"q{number}": value for number in numbers}
    return client.submit(f"{address}/responses", fields={**chosen, **fields})


def use_all_item_types(world, documents):
    with transaction(world.session):
        bank = QuestionBank(
            slug="types", organisation_id=world.course.organisation_id, sharing="organisation",
            title={"en": "T"}, document={}, fingerprint="0" * 64, changed_at=world.clock(),
        )  # fmt: skip
        world.session.add(bank)
        world.session.flush()
        add_items(world.session, bank, documents, world.clock())
    world.set_rules(blueprint=(Line(bank="types", pick=len(documents)),), shuffle_items=False)


NUMERIC = {
    "id": "number", "type": "numeric", "use": "exam", "objective": "B1.1", "bloom": "apply",
    "difficulty": "easy", "stem": {"en": "Which number?"}, "key": "1001", "tolerance": "1",
    "unit": "cm⁻¹",
}  # fmt: skip


def test_the_start_page_says_the_rules_in_words(world, client, sign_in):
    world.set_rules(
        blueprint=(
            Line(bank="bank", objective="B2.1", pick=2, must_pass=True),
            Line(bank="bank", objective="B1.1", pick=4),
        )
    )
    sign_in(client, world.officer(accommodation_percent=50))
    client.get(quiz(world))
    for words in (
        "Questions 6", "Time 1 hour (with your extra time)", "Pass mark 70%", "2 of 2 left",
        "Between attempts 10 minutes", "2 questions must be right", "up to 1 minute after",
    ):  # fmt: skip
        assert words in client.page.words


def test_the_whole_way_without_a_script(world, client, officer):
    address = begin(world, client)
    assert "Page 1 of 2" in client.page.words
    response = answer_page(client, address, "b")
    assert response.request.full_path == f"{address}?page=2"
    response = answer_page(client, address, "b", flag5="on")
    assert response.request.path == f"{address}/confirm"
    assert "answered 6 of 6" in client.page.words
    assert "Flagged to come back to" in client.page.words
    response = client.submit(f"{address}/submit")
    assert response.request.path == f"{address}/result"
    assert "Passed" in client.page.heading
    assert "100%" in client.page.words
    assert "Read the axes" in client.page.words
    receipt = world.session.scalars(select(Attempt.receipt)).one()
    assert receipt in client.page.words
    assert "Your answer, right" in client.page.words
    client.get("/quizzes")
    assert "Passed" in client.page.words
    client.get(quiz(world))
    assert "You have passed" in client.page.words
    assert not [form for form in client.page.forms if form.action.endswith("/start")]


def test_an_ended_attempt_leads_to_its_result_and_handing_in_again_changes_nothing(
    world, client, officer
):
    address = begin(world, client)
    client.get(f"{address}/confirm")
    first = client.submit(f"{address}/submit").text
    again = client.post(f"{address}/submit", follow_redirects=True).text
    without = re.compile(r'name="csrf_token" value="[^"]*"')
    assert without.sub("", first) == without.sub("", again)
    for path in (address, f"{address}/confirm", f"{address}?page=1"):
        assert client.get(path, follow_redirects=True).request.path == f"{address}/result"


def test_what_is_not_answered_is_listed_before_handing_in(world, client, officer):
    address = begin(world, client)
    client.get(f"{address}/confirm")
    assert "Not answered yet" in client.page.words
    assert "answered 0 of 6" in client.page.words
    links = {href for words, href in client.page.links.items() if words.startswith("Question ")}
    assert f"{address}?page=2#q6" in links


def test_an_entry_that_cannot_be_read_is_kept_and_explained_and_the_rest_is_saved(
    world, client, officer
):
    use_all_item_types(world, [NUMERIC])
    address = begin(world, client)
    response = client.submit(f"{address}/responses", fields={"q1": "1,001", "flag1": "on"})
    assert response.request.path == address
    assert "can be read in two ways" in client.page.words
    assert client.page.one("input", id="q1").get("value") == "1,001"
    assert client.page.one("input", id="q1").get("aria-invalid") == "true"
    assert client.page.one("input", name="flag1").get("checked") is not None
    client.get(f"{address}/confirm")
    assert "cannot be read" in client.page.words
    client.get(f"{address}?page=1")
    client.submit(f"{address}/responses", fields={"q1": "1001 cm-1"})
    assert "answered 1 of 1" in client.page.words


def test_a_window_left_behind_overwrites_nothing(world, client, officer):
    address = begin(world, client)
    old = client.page.form(f"{address}/responses").fields
    client.get(f"{address}?page=1")
    answer_page(client, address, "b")
    client.post(f"{address}/responses", data=old)
    client.get(f"{address}?page=1")
    shown = client.page.form(f"{address}/responses").fields
    assert [shown[f"q{number}"] for number in range(1, PAGE_SIZE + 1)] == [["b"]] * PAGE_SIZE


def test_two_windows_show_that_the_other_has_a_newer_answer(world, client, officer):
    address = begin(world, client)
    old = client.page.form(f"{address}/responses").fields
    client.get(f"{address}?page=1")
    answer_page(client, address, "b")
    client.post(f"{address}/responses", data={**old, "q1": "c"})
    client.get(f"{address}?page=1")
    assert client.page.form(f"{address}/responses").fields["q1"] == ["b"]
    notes = [one for one in client.page.all("div") if "data-newer" in one.attrib]
    assert ["hidden" not in note.attrib for note in notes] == [True, False, False, False]
    assert world.count(JournalEvent) == PAGE_SIZE + 1


def test_time_that_is_up_leads_to_the_result_without_the_worker(world, client, officer, clock):
    address = begin(world, client)
    answer_page(client, address, "b")
    clock.forward(minutes=42)
    for path in (address, f"{address}/confirm", f"{address}/result"):
        client.get(path)
        assert client.page.heading == "Time is up"
    client.submit(f"{address}/submit")
    assert "66%" in client.page.words
    assert "attempt can start" in client.page.words


def test_what_comes_after_the_end_is_kept_late_and_said_so(world, client, officer, clock):
    address = begin(world, client)
    clock.forward(minutes=42)
    response = answer_page(client, address, "b")
    assert response.request.path == f"{address}/result"
    assert "kept as late" in client.page.words
    assert "your coordinator decides" in client.page.words
    assert "0%" in client.page.words
    assert world.count(JournalEvent, JournalEvent.late) == world.count(JournalEvent) == PAGE_SIZE


def test_an_overdue_attempt_does_not_stop_the_next_one(world, client, officer, clock):
    first = begin(world, client)
    clock.forward(hours=2)
    client.get(quiz(world))
    assert "time of your attempt is up" in client.page.words
    response = client.post(f"{quiz(world)}/start", follow_redirects=True)
    assert response.request.path not in (first, quiz(world))


def test_a_start_that_cannot_be_says_why(world, client, officer):
    address = begin(world, client)
    client.get(f"{address}/confirm")
    client.submit(f"{address}/submit")
    client.post(f"{quiz(world)}/start", follow_redirects=True)
    assert "cannot start yet" in client.page.words


def test_failing_a_critical_question_is_said(world, client, officer):
    world.set_rules(
        blueprint=(Line(bank="bank", objective="B2.1", pick=1, must_pass=True),
                   Line(bank="bank", objective="B1.1", pick=3)),
        shuffle_items=False,
        pass_mark=Fraction(1, 2),
    )  # fmt: skip
    address = begin(world, client)
    answer_page(client, address, "b", q1="a")
    client.submit(f"{address}/submit")
    assert client.page.heading == "Not passed"
    assert "75%" in client.page.words
    assert "One question that must be right was not" in client.page.words
    assert "right answers are shown once you have passed" in client.page.words
    assert "Right answer" not in client.page.words


def test_other_peoples_attempts_and_quizzes_are_not_there(
    world, client, officer, create_person, sign_in
):
    address = begin(world, client)
    other = client.application.test_client()
    sign_in(other, world.officer())
    for path in (address, f"{address}/confirm", f"{address}/result"):
        assert other.get(path).status_code == 404
    for path in (f"{address}/submit", f"{address}/responses"):
        assert other.post(path, data={"client_id": "0" * 16}).status_code == 404
    stranger = client.application.test_client()
    sign_in(stranger, create_person())
    assert stranger.get(quiz(world)).status_code == 404
    assert stranger.post(f"{quiz(world)}/start").status_code == 404
    assert client.get("/quizzes/9223372036854775808").status_code == 404
    assert client.get("/attempts/9223372036854775807").status_code == 404


def test_a_trainer_sees_the_rules_and_cannot_start(world, client, create_person, sign_in):
    home = world.session.get_one(Organisation, world.course.organisation_id)
    sign_in(client, create_person(Role.TRAINER, organisation=home))
    client.get(quiz(world))
    assert "Preview" in client.page.words
    assert not [form for form in client.page.forms if form.action.endswith("/start")]
    client.post(f"{quiz(world)}/start", follow_redirects=True)
    assert "Only officers who are enrolled" in client.page.words


def test_a_form_without_its_token_saves_nothing(world, client, officer):
    address = begin(world, client)
    fields = {**client.page.form(f"{address}/responses").fields, "q1": "b", "csrf_token": "no"}
    assert client.post(f"{address}/responses", data=fields).status_code == 400
    assert world.count(JournalEvent) == 0


def test_a_page_that_is_not_there_is_404(world, client, officer):
    address = begin(world, client)
    for page in (0, 3, -1):
        assert client.get(f"{address}?page={page}").status_code == 404


def test_the_list_of_quizzes_is_empty_for_who_has_none(client, create_person, sign_in):
    sign_in(client, create_person())
    client.get("/quizzes")
    assert "No quizzes yet" in client.page.words


@pytest.fixture
def statements(app):
    """What is sent to the database."""
    sent: list[str] = []
    engine = app.extensions["house"].engine
    event.listen(engine, "before_cursor_execute", lambda *args: sent.append(args[2].lower()))
    return sent


def counted(statements):
    found = [one for one in statements if not one.startswith(("begin", "commit", "pragma"))]
    statements.clear()
    return len(found)


def test_a_save_is_the_sign_in_and_one_statement(world, client, officer, statements):
    address = begin(world, client)
    attempt = world.session.scalars(select(Attempt)).one()
    event_sent = _event(1, "b")
    body = {"events": [event_sent]}
    statements.clear()
    answer = client.post(
        f"{address}/responses", json=body, headers={"X-Outbox-Key": attempt.outbox_key}
    )
    assert answer.status_code == 200
    assert counted(statements) == 2, statements
    assert len(json.dumps(body)) <= 600


def test_the_whole_journey_is_within_its_statements_and_rows(world, client, sign_in, statements):
    items = [item | {"id": f"more-{number}"} for number, item in enumerate([NUMERIC] * 20)]
    use_all_item_types(world, items)
    person = world.officer()
    client.get("/readyz")  # the first connection of a process asks PostgreSQL what it can do
    statements.clear()
    sign_in(client, person)
    address = begin(world, client)
    for _ in range(5):
        answer_page(client, address, "1001")
    client.submit(f"{address}/submit")
    assert "100%" in client.page.words
    inserts = [one for one in statements if one.startswith(("insert", "update"))]
    rows = sum(1 if "journal_event" not in one else PAGE_SIZE for one in inserts)
    assert rows <= 60
    assert counted(statements) <= 120


def test_the_page_of_an_attempt_needs_no_more_statements_for_more_questions(
    world, client, officer, statements
):
    address = begin(world, client)
    answer_page(client, address, "b")
    statements.clear()
    client.get(address)
    few = counted(statements)
    assert few <= 5
    attempt = world.session.scalars(select(Attempt)).one()
    world.save(attempt, *(change(slot, "a", slot) for slot in range(1, 7)))
    statements.clear()
    client.get(f"{address}/confirm")
    assert counted(statements) <= few


def _event(slot, value, seq=1, client="a" * 16, **more):
    return {
        "client_id": client, "client_seq": seq, "slot": slot, "kind": "response", "value": value,
        "base_rev": 0, "language": "en", "elapsed_ms": 1200, **more,
    }  # fmt: skip
