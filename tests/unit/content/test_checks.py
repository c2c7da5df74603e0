"""Everything that is wrong with a library is said once, with file and line."""

import pytest

from lms.content import canonical, checks, fingerprints
from lms.content.library import read_library
from tests.fixtures.content import library
from tests.house.sources import ROOT

__all__ = ["library"]

BANK = "question_banks/drill/bank.yaml"
PRACTICE = "question_banks/drill/practice.yaml"
EXAM = "question_banks/drill/exam.yaml"
COURSE = "courses/drill/course.yaml"
QUIZ = "courses/drill/quizzes/final.yaml"
LAMPS = "courses/drill/lessons/010-lamps"
SEALS = "courses/drill/lessons/020-seals"


def found(library):
    return {(one.file, one.code) for one in checks.check(library.root)}


def test_the_shipped_content_has_no_problem():
    assert [str(problem) for problem in checks.check(ROOT)] == []


def test_the_shipped_content_is_large_enough_to_walk_through():
    shipped = read_library(ROOT)
    assert len(shipped.courses) == len(shipped.banks) == 2
    for course in shipped.courses.values():
        assert len(course.lessons) >= 6
        assert set(course.languages) >= {"en", "fr", "pt"}
        assert all(set(lesson.texts) >= {"en", "fr", "pt"} for lesson in course.lessons.values())
    for bank in shipped.banks.values():
        assert sum(item.item.use == "exam" for item in bank.items) >= 30


def test_the_small_library_has_no_problem(library):
    assert found(library) == set()


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (PRACTICE, "key: a", "key: z", "unknown_reference"),
        (PRACTICE, "id: seals", "id: lamp", "duplicate"),
        (PRACTICE, "      fr: Quelle lampe est allumée ?\n", "", "missing_language"),
        (PRACTICE, "Which lamp is *on*?", "Which <b>lamp</b>?", "raw_html"),
        (PRACTICE, "Which lamp is *on*?", "See [this](http://x.example)?", "link_in_item"),
        (PRACTICE, "material: calcite", "material: unobtainium", "unknown_material"),
        (PRACTICE, "type: choice", "type: riddle", "unknown_type"),
        (EXAM, "tags: [critical]\n", "tags: [wet]\n", "critical_tag"),
        (EXAM, "ladder.svg", "no-ladder.svg", "picture_missing"),
        (EXAM, "objective: D2", "objective: D9", "objective_unknown"),
        (BANK, "owner: harbour\n", "", "missing"),
        (BANK, "sharing: platform", "sharing: everyone", "not_one_of"),
        (COURSE, "banks: [drill]", "banks: [drill, other]", "unknown_reference"),
        (COURSE, "requires: [020-seals]", "requires: [final]", "unknown_reference"),
        (COURSE, "objectives: [D1], completion: confirm", "objectives: [D7], completion: confirm",
         "unknown_reference"),
        (COURSE, "id: 010-lamps", "id: 011-lamps", "not_found"),
        (COURSE, "validity: 24 months", "validity: two years", "not_months"),
        (COURSE, "languages: [en, fr]", "languages: [fr]", "missing_language"),
        (COURSE, 'minutes: "7"', 'minutes: "0"', "out_of_range"),
        (COURSE, "title:\n  en: Drill", "# note\ntitle:\n  en: Drill", "comment"),
        (QUIZ, "time_limit: 10 min", "time_limit: ten", "not_a_duration"),
        (QUIZ, "pass_mark: 50 %", "pass_mark: 150 %", "out_of_range"),
        (QUIZ, 'pick: "2"', 'pick: "5"', "blueprint_short"),
        (QUIZ, "bank: drill", "bank: other", "bank_not_listed"),
        (f"{SEALS}/en.md", "::: check lamp", "::: check ladder", "check_not_practice"),
        (f"{SEALS}/en.md", "::: check lamp", "::: check nothing", "unknown_reference"),
        (f"{SEALS}/en.md", "::: check seals", "::: check lamp", "check_twice"),
        (f"{SEALS}/fr.md", "::: check seals\n", "Text.\n", "shape_differs"),
        (f"{LAMPS}/fr.md", "translates: ", "translates: 0000", "translation_older"),
        (f"{LAMPS}/en.md", "lamp.svg", "other.svg", "picture_missing"),
        (f"{LAMPS}/lamp.svg", "<rect", "<script/><rect", "unsafe_picture"),
        (f"{LAMPS}/en.md", "---\ntitle", "title", "header_missing"),
        (f"{LAMPS}/en.md", "Lamps of the harbour", "x" * 201, "too_long"),
        (EXAM, "objective: D2", f"objective: {'x' * 65}", "too_long"),
        (COURSE, 'minutes: "7"', 'minutes: "601"', "out_of_range"),
        (COURSE, "languages: [en, fr]", "languages: [en, fr, zh-Hant-TW-longer]", "bad_language"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_in_its_file(library, path, old, new, code):
    library.edit(path, old, new)
    assert (path, code) in found(library)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("question_banks/drill/My Items.yaml", "bad_identifier"),
        (f"question_banks/drill/{'x' * 65}.yaml", "bad_identifier"),
        ("question_banks/drill/My Ladder.svg", "bad_picture_name"),
        ("question_banks/Drill/bank.yaml", "bad_identifier"),
        ("courses/My Course/course.yaml", "bad_identifier"),
    ],
)
def test_names_of_files_are_ids(library, path, code):
    library.write(path, "items: []\n")
    assert code in {code for _, code in found(library)}


@pytest.mark.parametrize(
    "path",
    ["courses/notes.txt", "question_banks/drill/notes.md", f"{LAMPS}/de.md", f"{LAMPS}/a/b.md"],
)
def test_a_file_that_belongs_nowhere_is_reported(library, path):
    library.write(path, "text\n")
    assert any(code == "stray_file" for _, code in found(library)) or path.endswith("b.md")


def test_a_link_out_of_the_folder_is_never_followed(library, tmp_path):
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\nsummary: x\n---\n\nsecret\n")
    (library.course / "lessons" / "010-lamps" / "en.md").unlink()
    (library.course / "lessons" / "010-lamps" / "en.md").symlink_to(tmp_path / "secret.md")
    read = read_library(library.root)
    assert "en" not in read.courses["drill"].lessons["010-lamps"].texts


def test_a_problem_is_one_line_with_place_and_remedy(library):
    library.edit(PRACTICE, "key: a", "key: z")
    line = next(str(one) for one in checks.check(library.root) if one.file == PRACTICE)
    assert line.startswith(f"{PRACTICE}:11:")
    assert line.endswith("[unknown_reference]")
    assert "\n" not in line


def test_fix_writes_the_canonical_form_and_leaves_what_is_broken(library):
    library.edit(COURSE, "languages: [en, fr]", 'languages: ["en", fr]')
    library.edit(QUIZ, "title:", "title: [")
    broken = (library.root / QUIZ).read_bytes()
    assert canonical.fix(library.root) == [COURSE]
    assert (library.root / QUIZ).read_bytes() == broken
    assert canonical.fix(library.root) == []


def test_layout_and_order_of_keys_make_no_version_and_words_do(library):
    def versions():
        bank = read_library(library.root).banks["drill"]
        return {item.id: item.fingerprints for item in bank.items}

    before = versions()
    library.edit(PRACTICE, "    bloom: remember\n    difficulty: easy\n", "")
    later = "    difficulty: easy\n    bloom: remember\n    stem"
    library.edit(PRACTICE, "    objective: D1\n    stem", f"    objective: D1\n{later}")
    assert versions() == before
    library.edit(PRACTICE, "Quelle lampe est allumée ?", "Quelle lampe brille ?")
    after = versions()
    assert after["seals"] == before["seals"]
    assert after["lamp"].structure == before["lamp"].structure
    assert after["lamp"].texts["en"] == before["lamp"].texts["en"]
    assert after["lamp"].texts["fr"] != before["lamp"].texts["fr"]
    assert after["lamp"].version != before["lamp"].version


def test_another_picture_is_another_item(library):
    before = read_library(library.root).banks["drill"]
    library.edit("question_banks/drill/ladder.svg", "#fff", "#000")
    after = read_library(library.root).banks["drill"]
    changed = {
        old.id
        for old, new in zip(before.items, after.items, strict=True)
        if old.fingerprints.version != new.fingerprints.version
    }
    assert changed == {"ladder"}


def test_fingerprints_do_not_depend_on_the_order_of_keys():
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert fingerprints.of_value(one) == fingerprints.of_value(other)
