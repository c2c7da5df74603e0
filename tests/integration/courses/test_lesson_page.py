"""A lesson is read, checked and done, with and without a script, in the language there is."""

import pytest
from sqlalchemy import delete, select, update

from lms.courses.models import Activity, CheckResponse, LessonPicture, LessonProgress, LessonText
from lms.db import transaction
from tests.fixtures.inspection import words
from tests.integration.courses.conftest import CHECKED, COURSE, FIRST, LATER


def progress(session, key):
    session.rollback()  # to look at the database as it is now
    session.expire_all()
    return session.scalars(
        select(LessonProgress)
        .join(Activity, Activity.id == LessonProgress.activity_id)
        .where(Activity.key == key)
    ).one_or_none()


def answer(client, item, number, value):
    client.get(CHECKED)
    return client.submit(f"{CHECKED}/checks/{item}", fields={f"q{number}": value})


def test_a_lesson_shows_its_text_pictures_and_place(client, officer):
    client.get(FIRST)
    assert client.page.heading == "Lamps of the harbour"
    assert "There are two of them." in client.page.words
    assert "1 of 4 · 7 minutes" in client.page.words
    assert client.page.one("img", alt="Drawing: a lamp on a pole.").get("width") == "640"


def test_a_spectrum_has_words_a_picture_and_a_table_of_its_values(client, officer):
    client.get(FIRST)
    picture = client.page.one("img", alt="A trace with three peaks.")
    response = client.get(picture.get("src"))
    assert response.mimetype == "image/svg+xml"
    assert b"calcite" not in response.data
    assert [words(cell) for cell in client.page.all("td")][:2] == ["281", "24"]
    assert "1086" in client.page.words


def test_pictures_are_kept_by_the_browser_and_can_run_nothing(client, officer):
    client.get(FIRST)
    for picture in client.page.all("img"):
        response = client.get(picture.get("src"))
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "script-src" not in response.headers["Content-Security-Policy"]


def test_a_picture_of_another_digest_or_for_another_person_is_not_found(
    client, app, officer, create_person, sign_in
):
    client.get(FIRST)
    address = client.page.one("img", alt="Drawing: a lamp on a pole.").get("src")
    digest = address.split("/")[-2]
    assert client.get(address.replace(digest, "0" * 64)).status_code == 404
    assert client.get(f"{FIRST}/spectra/{'0' * 20}.svg").status_code == 404
    stranger = app.test_client()
    sign_in(stranger, create_person())
    assert stranger.get(address).status_code == 404


def test_a_changed_picture_has_another_address(client, officer, library, sync):
    client.get(FIRST)
    before = client.page.one("img", alt="Drawing: a lamp on a pole.").get("src")
    library.edit("courses/drill/lessons/010-lamps/lamp.svg", "#fff", "#000")
    sync()
    client.get(FIRST)
    assert client.page.one("img", alt="Drawing: a lamp on a pole.").get("src") != before


def test_i_have_read_this_completes_the_lesson_and_leads_on(client, session, officer):
    client.get(FIRST)
    client.submit(f"{FIRST}/done")
    assert client.page.heading == "Seals"
    assert progress(session, "010-lamps").done_at is not None
    client.get(FIRST)
    assert "I have read this" not in client.page.words
    assert "Done" in client.page.words


def test_confirming_twice_keeps_the_first_moment(client, session, officer, clock):
    client.get(FIRST)
    client.submit(f"{FIRST}/done")
    first = progress(session, "010-lamps").done_at
    clock.forward(hours=1)
    client.post(f"{FIRST}/done")
    assert progress(session, "010-lamps").done_at == first


def test_the_place_one_left_is_kept_and_offered(client, session, officer, clock):
    client.get(FIRST)
    assert client.post(f"{FIRST}/progress", data={"anchor": ""}).status_code == 204
    client.post(f"{FIRST}/progress", data={"anchor": "section-2"})
    clock.forward(minutes=3)
    client.post(f"{FIRST}/progress", data={"anchor": ""})
    known = progress(session, "010-lamps")
    assert (known.anchor, known.last_opened_at) == ("section-2", clock())
    client.get(FIRST)
    assert client.page.links["Go on where you stopped: Count them"] == "#section-2"


@pytest.mark.parametrize("anchor", ["javascript:alert(1)", "section-", "x" * 100, "#"])
def test_an_anchor_that_is_none_is_refused(client, session, officer, anchor):
    client.get(FIRST)
    assert client.post(f"{FIRST}/progress", data={"anchor": anchor}).status_code == 400
    assert progress(session, "010-lamps") is None


def test_a_post_without_a_token_is_refused(client, session, officer):
    client.get(FIRST)
    client._token = None
    assert client.post(f"{FIRST}/progress", data={"anchor": ""}).status_code == 400
    assert progress(session, "010-lamps") is None


def test_an_answer_is_marked_at_once_with_its_feedback_and_key(client, session, officer):
    answer(client, "lamp", 1, "b")
    said = client.page.words
    assert "Your answer, wrong The red one is off." in said
    assert "Right answer Green it is." in said
    kept = session.scalars(select(CheckResponse)).one()
    assert (kept.item_key, kept.value, kept.is_right, kept.tries) == ("drill/lamp", "b", False, 1)


def test_trying_again_asks_anew_and_the_last_answer_stays(client, session, officer):
    answer(client, "lamp", 1, "b")
    client.get(client.page.links["Try again"])
    assert not [one for one in client.page.all("input", name="q1") if one.get("checked")]
    client.submit(f"{CHECKED}/checks/lamp", fields={"q1": "a"})
    assert "Your answer, right" in client.page.words
    kept = session.scalars(select(CheckResponse)).one()
    assert (kept.value, kept.is_right, kept.tries) == ("a", True, 2)


def test_no_answer_says_what_to_do_and_keeps_nothing(client, session, officer):
    client.get(CHECKED)
    response = client.post(f"{CHECKED}/checks/lamp", data={})
    assert response.status_code == 422
    assert "Answer first, then check." in client.page.words
    assert not session.scalars(select(CheckResponse)).all()


def test_an_entry_that_cannot_be_read_is_shown_back_as_it_was(client, session, officer):
    client.get(CHECKED)
    response = client.post(f"{CHECKED}/checks/seals", data={"q2": "a dozen"})
    assert response.status_code == 422
    assert client.page.one("input", name="q2").get("value") == "a dozen"
    assert "Enter a number" in client.page.words
    assert not session.scalars(select(CheckResponse)).all()


def test_a_check_of_another_lesson_is_not_found(client, officer):
    client.get(CHECKED)
    assert client.post(f"{FIRST}/checks/lamp", data={"q1": "a"}).status_code == 404
    assert client.post(f"{CHECKED}/checks/ladder", data={"q1": "true"}).status_code == 404


def test_answering_every_check_completes_the_lesson_however_right(client, session, officer):
    answer(client, "lamp", 1, "b")
    assert progress(session, "020-seals").done_at is None
    client.get(CHECKED)
    assert "Answer the check above" in client.page.words
    answer(client, "seals", 2, "11")
    assert progress(session, "020-seals").done_at is not None
    assert client.get(LATER).status_code == 200


def test_a_lesson_done_by_its_checks_cannot_be_confirmed_instead(client, session, officer):
    client.get(CHECKED)
    assert "I have read this" not in client.page.words
    assert client.post(f"{CHECKED}/done").status_code == 409
    assert progress(session, "020-seals") is None


def test_an_item_that_changed_is_asked_again_and_the_lesson_stays_done(
    client, session, officer, library, sync
):
    answer(client, "lamp", 1, "a")
    answer(client, "seals", 2, "12")
    library.edit("question_banks/drill/practice.yaml", "is *on*?", "is *lit*?")
    sync()
    client.get(CHECKED)
    assert client.page.all("input", name="q1")
    assert "Done" in client.page.words


def test_a_locked_lesson_says_why_and_shows_nothing_of_itself(client, session, officer):
    response = client.get(LATER)
    assert response.status_code == 403
    assert "It opens when these are done: Seals" in client.page.words
    assert "on the pier" not in client.page.words
    for address in (f"{LATER}/done", f"{LATER}/progress"):
        assert client.post(address).status_code == 404
    assert client.get(f"{LATER}/print").status_code == 404
    assert progress(session, "030-ropes") is None


def test_previous_and_next_carry_their_titles(client, officer):
    client.get(CHECKED)
    assert client.page.links["Lamps of the harbour"] == FIRST
    assert client.page.links["Ropes"] == LATER


def test_the_language_switch_stays_on_the_lesson(client, officer):
    client.get(FIRST)
    client.submit("/language", language="fr")
    assert client.page.heading == "Les lampes du port"
    assert client.page.address == FIRST


def test_a_lesson_missing_in_a_language_is_shown_in_another_and_says_so(client, session, officer):
    with transaction(session):
        session.execute(delete(LessonText).where(LessonText.language == "fr"))
    client.get(FIRST)
    client.submit("/language", language="fr")
    assert client.page.heading == "Lamps of the harbour"
    assert client.page.one("article").get("lang") == "en"
    assert client.page.one("html").get("lang") == "fr"
    assert "English" in client.page.words


def test_a_printed_lesson_asks_and_does_not_answer(client, officer):
    answer(client, "lamp", 1, "a")
    client.get(f"{CHECKED}/print")
    assert "Which lamp is on?" in client.page.words
    assert "Green it is." not in client.page.words
    assert "Right answer" not in client.page.words
    assert not client.page.all("form")


HOSTILE = """\
## <script>alert(1)</script> [click](javascript:alert(2))

<img src=x onerror=alert(3)> <a href="data:text/html,x">x</a>

![x](https://evil.example/x.png "t") <style>body{}</style>

::: check ../../etc/passwd

::: spectrum <svg/onload=alert(4)>
alt: x
:::

<iframe src="https://evil.example"></iframe>
"""


def test_hostile_text_is_harmless_on_the_page(client, session, officer):
    with transaction(session):
        session.execute(update(LessonText).values(body=HOSTILE, title="<script>alert(5)</script>"))
        session.execute(update(LessonPicture).values(name='"><script>.svg'))
    client.get(FIRST)
    page = client.page
    assert page.heading == "<script>alert(5)</script>"
    article = page.one("article")
    tags = {element.tag for element in article.iter()}
    assert not tags & {"script", "style", "iframe", "object", "svg", "form"}
    for element in article.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "javascript:" not in value
            assert "evil.example" not in value


def test_a_lesson_page_takes_at_most_eight_statements(client, officer, statements):
    answer(client, "lamp", 1, "a")
    answer(client, "seals", 2, "12")
    for address in (FIRST, CHECKED, LATER):
        with statements() as seen:
            client.get(address)
        # One that waits for others asks how far they are as long as it was not begun.
        assert len(seen) <= (9 if address == LATER else 8), seen


def test_a_course_without_a_script_begins_with_the_first_post(client, session, officer):
    client.get(CHECKED)
    assert progress(session, "020-seals") is None
    client.submit(f"{CHECKED}/checks/lamp", fields={"q1": "a"})
    assert progress(session, "020-seals").opened_at is not None
    client.get(COURSE)
    assert "Begun" in client.page.words
