"""Files come in once, by fingerprint; what changed on both sides is left to people."""

import pytest
from sqlalchemy import event, func, select, update

from lms.accounts.models import Organisation
from lms.adapters.files import FileStore
from lms.audit.models import AuditEntry
from lms.courses.models import Activity, Course, LessonPicture, LessonText, Module
from lms.db import transaction
from lms.question_banks.models import (
    PUBLISHED,
    RETIRED,
    Item,
    ItemReview,
    ItemVersion,
    QuestionBank,
)
from lms.quizzes.models import Quiz
from lms.sync.into_database import NoContent
from lms.sync.report import Outcome


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def outcomes(report):
    return {f"{change.kind} {change.name}": change.outcome for change in report.changes}


def item(session, key):
    return session.scalars(
        select(Item).where(Item.key == key).execution_options(populate_existing=True)
    ).one()


@pytest.fixture
def writes(engine):
    """The statements that wrote something."""
    seen = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, many):
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    return seen


def test_a_library_is_brought_in_whole(session, sync, store):
    report = sync()
    assert not report.is_refused
    counts = [count(session, one) for one in (QuestionBank, Item, ItemVersion, Course, Quiz)]
    assert counts == [1, 4, 4, 1, 1]
    assert count(session, LessonText) == 6
    activities = session.scalars(select(Activity).order_by(Activity.position)).all()
    assert [one.key for one in activities] == ["010-lamps", "020-seals", "030-ropes", "final"]
    assert activities[2].requires == ["020-seals"]
    picture = session.scalars(select(LessonPicture)).one()
    assert store.get(picture.sha256).startswith(b"<svg")
    assert {one.state for one in session.scalars(select(Item))} == {PUBLISHED}


def test_a_second_run_writes_nothing(session, sync, writes):
    sync()
    writes.clear()
    report = sync()
    assert (report.changes, writes) == ([], [])


def test_the_owner_is_made_once_and_kept(session, sync, create_organisation):
    owner = create_organisation(slug="harbour", name={"en": "The harbour"})
    sync()
    assert session.scalars(select(Course.organisation_id)).one() == owner.id
    assert session.scalars(select(QuestionBank.organisation_id)).one() == owner.id
    assert session.scalars(select(Organisation.name).where(Organisation.slug == "harbour")).one()


def test_an_unknown_owner_is_added(session, sync):
    sync()
    owner = session.scalars(select(Organisation)).one()
    assert (owner.slug, owner.name) == ("harbour", {"en": "Harbour"})


def test_a_changed_item_gets_a_version_and_keeps_the_old_one(session, sync, library):
    sync()
    before = item(session, "ladder").current_version_id
    library.edit("question_banks/drill/exam.yaml", "on the left.", "on the right.")
    report = sync()
    assert outcomes(report) == {"item drill/ladder": Outcome.CHANGED}
    changed = item(session, "ladder")
    assert changed.current_version_id != before
    old = session.get(ItemVersion, before)
    assert old.content["stem"]["en"] == "The ladder stands on the left."


def test_a_corrected_sentence_leaves_the_reviews_of_the_other_parts(session, sync, library):
    sync()
    before = {
        (review.part, review.fingerprint): review.state
        for review in session.scalars(
            select(ItemReview).where(ItemReview.item_id == item(session, "ladder").id)
        )
    }
    assert {part for part, _ in before} == {"structure", "en", "fr"}
    assert {state for (part, _), state in before.items() if part == "fr"} == {"approved"}
    library.edit("question_banks/drill/exam.yaml", "on the left.", "on the right.")
    sync()
    session.expire_all()
    after = {
        (review.part, review.fingerprint)
        for review in session.scalars(
            select(ItemReview).where(ItemReview.item_id == item(session, "ladder").id)
        )
    }
    assert len(after - set(before)) == 1
    assert {part for part, _ in after - set(before)} == {"en"}


def test_a_review_in_the_bank_file_reaches_every_item(session, sync, library):
    sync()
    library.edit("question_banks/drill/bank.yaml", "content: unreviewed", "content: reviewed")
    sync()
    session.expire_all()
    states = session.scalars(select(ItemReview.state).where(ItemReview.part == "structure"))
    assert set(states) == {"approved"}


def test_a_review_signed_here_stands(session, sync, library, create_person, clock):
    sync()
    reviewer = create_person()
    with transaction(session):
        session.execute(
            update(ItemReview)
            .where(ItemReview.part == "structure")
            .values(state="returned", reviewer_id=reviewer.id, reviewed_at=clock())
        )
    library.edit("question_banks/drill/bank.yaml", "content: unreviewed", "content: reviewed")
    sync()
    session.expire_all()
    states = session.scalars(select(ItemReview.state).where(ItemReview.part == "structure"))
    assert set(states) == {"returned"}


def test_an_item_that_changed_on_both_sides_is_a_conflict_and_stays(session, sync, library, clock):
    sync()
    with transaction(session):
        changed = item(session, "ladder")
        ours = session.get(ItemVersion, changed.current_version_id)
        content = {**ours.content, "stem": {"en": "Ours", "fr": "Le nôtre"}}
        values = {
            column.name: getattr(ours, column.name)
            for column in ItemVersion.__table__.columns
            if column.name not in ("id", "content", "fingerprint")
        }
        own = ItemVersion(**values, content=content, fingerprint="0" * 64)
        session.add(own)
        session.flush()
        changed.current_version_id = own.id
    library.edit("question_banks/drill/exam.yaml", "on the left.", "on the right.")
    library.edit("question_banks/drill/exam.yaml", "tied to the pier.", "tied to the ship.")
    report = sync()
    assert report.is_refused
    assert outcomes(report) == {
        "item drill/ladder": Outcome.CONFLICT,
        "item drill/rope": Outcome.CHANGED,
    }
    assert item(session, "ladder").current_version_id == own.id


@pytest.mark.parametrize(
    ("table", "path", "old", "name"),
    [
        (Course, "courses/drill/course.yaml", "A short drill", "course drill"),
        (QuestionBank, "question_banks/drill/bank.yaml", "for a drill", "bank drill"),
        (Quiz, "courses/drill/quizzes/final.yaml", "Two questions", "quiz drill/final"),
        (
            LessonText,
            "courses/drill/lessons/010-lamps/fr.md",
            "Il y en a",
            "lesson drill/010-lamps/fr",
        ),
    ],
)
def test_what_changed_here_is_kept_and_what_changed_twice_is_a_conflict(
    session, sync, library, table, path, old, name
):
    sync()
    query = update(table).values(fingerprint="1" * 64)
    if table is LessonText:
        query = query.where(LessonText.language == "fr", LessonText.title.startswith("Les lampes"))
    with transaction(session):
        session.execute(query)
    kept = sync()
    assert outcomes(kept) == {name: Outcome.KEPT}
    assert not kept.is_refused
    library.edit(path, old, f"{old} again")
    refused = sync()
    assert outcomes(refused)[name] is Outcome.CONFLICT
    assert refused.is_refused
    session.expire_all()
    assert "1" * 64 in session.scalars(select(table.fingerprint)).all()


def test_both_sides_with_the_same_change_agree(session, sync, library):
    sync()
    library.edit("courses/drill/course.yaml", "A short drill", "A shorter drill")
    sync()
    with transaction(session):
        session.execute(update(Course).values(agreed_fingerprint="2" * 64))
    assert not sync().is_refused
    assert sync().changes == []


def test_an_item_gone_from_the_files_is_retired_and_comes_back(session, sync, library):
    sync()
    text = (library.bank / "exam.yaml").read_text()
    cut = text.index("  - id: rope")
    library.write("question_banks/drill/exam.yaml", text[:cut])
    library.edit("courses/drill/quizzes/final.yaml", 'pick: "2"', 'pick: "1"')
    report = sync()
    assert outcomes(report)["item drill/rope"] is Outcome.RETIRED
    assert item(session, "rope").state == RETIRED
    assert sync().changes == []
    library.write("question_banks/drill/exam.yaml", text)
    sync()
    assert item(session, "rope").state == PUBLISHED
    assert count(session, ItemVersion) == 4


def test_an_item_retired_here_is_not_brought_back_by_its_unchanged_file(session, sync):
    sync()
    with transaction(session):
        session.execute(update(Item).where(Item.key == "rope").values(state=RETIRED))
    assert sync().changes == []
    assert item(session, "rope").state == RETIRED


def test_an_item_never_changes_its_type(session, sync, library):
    sync()
    library.edit("question_banks/drill/practice.yaml", "type: choice", "type: choices")
    library.edit(
        "question_banks/drill/practice.yaml", "key: a", "key: [a]\n    scoring: all-or-nothing"
    )
    report = sync()
    assert not report.errors
    assert outcomes(report)["item drill/lamp"] is Outcome.CONFLICT
    assert item(session, "lamp").type == "choice"


def test_an_item_that_moves_to_another_place_is_the_same_version(session, sync, library):
    sync()
    before = item(session, "lamp").current_version_id
    text = (library.bank / "practice.yaml").read_text()
    library.remove("question_banks/drill/practice.yaml")
    library.write("question_banks/drill/warm-up.yaml", text)
    sync()
    moved = item(session, "lamp")
    assert (moved.topic, moved.current_version_id) == ("warm-up", before)


def test_a_lesson_gone_from_the_course_is_retired(session, sync, library):
    sync()
    library.remove("courses/drill/lessons/030-ropes")
    line = '      - {kind: lesson, id: 030-ropes, minutes: "6", completion: confirm, requires: '
    library.edit("courses/drill/course.yaml", f"{line}[020-seals]}}\n", "")
    sync()
    query = select(Activity.key).where(Activity.retired_at.is_not(None))
    assert list(session.scalars(query)) == ["030-ropes"]


def test_a_course_and_a_bank_gone_from_the_files_are_retired(session, sync, library):
    sync()
    library.remove("courses/drill")
    library.remove("question_banks/drill")
    (library.root / "courses").mkdir(exist_ok=True)
    sync()
    session.expire_all()
    assert {one.state for one in session.scalars(select(Item))} == {RETIRED}
    assert all(one.retired_at for one in session.scalars(select(Activity)))
    assert sync().changes == []


@pytest.mark.parametrize("what", ["lesson", "outline", "bank"])
def test_a_broken_file_leaves_the_last_good_content(session, sync, library, what):
    sync()
    path = {
        "lesson": "courses/drill/lessons/020-seals/fr.md",
        "outline": "courses/drill/course.yaml",
        "bank": "question_banks/drill/exam.yaml",
    }[what]
    library.edit("courses/drill/lessons/010-lamps/fr.md", "Il y en a", "On en voit")
    library.write(path, "broken: [\n")
    report = sync()
    assert report.is_refused
    assert (path, 1) in {(one.file, min(one.line, 1)) for one in report.errors}
    texts = session.scalars(select(LessonText.body).where(LessonText.language == "fr")).all()
    assert not any("On en voit" in text for text in texts)
    assert count(session, Module) == 2
    assert {one.state for one in session.scalars(select(Item))} == {PUBLISHED}


def test_a_broken_course_leaves_the_banks_to_come_in(session, sync, library):
    library.write("courses/drill/course.yaml", "title: [")
    report = sync()
    assert outcomes(report)["course drill"] is Outcome.LEFT_OUT
    assert (count(session, Item), count(session, Course)) == (4, 0)


def test_a_folder_without_content_retires_nothing(session, sync, library):
    sync()
    library.remove("courses")
    library.remove("question_banks")
    with pytest.raises(NoContent):
        sync()
    assert {one.state for one in session.scalars(select(Item))} == {PUBLISHED}


def test_a_sync_that_wrote_is_in_the_audit_log_once(session, sync, library):
    sync()
    sync()
    entries = session.scalars(select(AuditEntry)).all()
    assert [entry.action for entry in entries] == ["content.synced"]
    assert entries[0].details["counts"] == {"added": 13}


def test_a_failure_half_way_brings_nothing_in(session, sync, library, store, monkeypatch):
    sync()
    library.edit("question_banks/drill/exam.yaml", "on the left.", "on the right.")
    library.edit("courses/drill/lessons/010-lamps/lamp.svg", "#fff", "#000")

    def full(self, content):
        if b"#000" in content:
            raise OSError("no space left")
        return "0" * 64

    monkeypatch.setattr(FileStore, "put", full)
    with pytest.raises(OSError, match="no space"):
        sync()
    assert count(session, ItemVersion) == 4
