"""`lms content`: what it prints, and what it exits with."""

import json

import pytest
from click.testing import CliRunner

from lms.cli import main
from tests.fixtures.content import files_below


@pytest.fixture
def lms(engine_url, library, tmp_path):
    """Runs the command on the test's own database and library."""

    def run(*words):
        environment = {
            "LMS_HOME": str(tmp_path),
            "LMS_DATABASE_URL": engine_url,
            "LMS_CONTENT": str(library.root),
        }
        return CliRunner().invoke(main, ["content", *words], env=environment)

    return run


def test_check_says_where_what_and_what_to_do(lms, library):
    library.edit("question_banks/drill/practice.yaml", "key: a", "key: z")
    run = lms("check", str(library.root))
    assert run.exit_code == 1
    line = next(one for one in run.output.splitlines() if "practice.yaml" in one)
    assert line.startswith("question_banks/drill/practice.yaml:11:")
    assert "error" in line
    assert "Correct the name" in line


def test_check_of_a_good_library_exits_0(lms):
    run = lms("check")
    assert (run.exit_code, run.output) == (0, "0 errors, 0 warnings.\n")


def test_check_as_json_holds_every_problem(lms, library):
    library.edit("question_banks/drill/practice.yaml", "key: a", "key: z")
    run = lms("check", "--json")
    assert run.exit_code == 1
    codes = [problem["code"] for problem in json.loads(run.stdout)["problems"]]
    assert "unknown_reference" in codes


def test_check_with_fix_rewrites_the_layout(lms, library):
    library.edit("courses/drill/course.yaml", "languages: [en, fr]", 'languages: ["en", "fr"]')
    before = lms("check")
    assert "layout" in before.output
    assert lms("check", "--fix").exit_code == 0
    assert "languages: [en, fr]" in (library.course / "course.yaml").read_text()


def test_check_of_a_folder_that_is_not_there_is_wrong_use(lms, tmp_path):
    assert lms("check", str(tmp_path / "nowhere")).exit_code == 2


def test_sync_says_what_it_did_and_then_that_there_is_nothing_to_do(lms):
    first = lms("sync")
    assert first.exit_code == 0
    assert "added: course drill" in first.output
    assert lms("sync").output.splitlines()[-1] == "Content: nothing changed."


def test_sync_of_a_broken_file_lists_it_and_exits_1(lms, library):
    lms("sync")
    library.edit("question_banks/drill/practice.yaml", "key: a", "key: z")
    run = lms("sync", "--json")
    assert run.exit_code == 1
    said = json.loads(run.stdout)
    broken = {(one["file"], one["line"]) for one in said["problems"]}
    assert ("question_banks/drill/practice.yaml", 11) in broken
    left_out = {one["name"] for one in said["changes"] if one["outcome"] == "left out"}
    assert left_out == {"drill"}


def test_sync_without_content_says_which_setting_to_set(lms, library):
    library.remove("courses")
    library.remove("question_banks")
    run = lms("sync")
    assert run.exit_code == 1
    assert "LMS_CONTENT" in run.output


def test_export_writes_the_library_and_refuses_to_write_over_it(lms, library, tmp_path):
    lms("sync")
    assert lms("export", str(tmp_path / "out")).exit_code == 0
    assert files_below(tmp_path / "out") == library.files()
    again = lms("export", str(tmp_path / "out"))
    assert again.exit_code == 1
    assert "not empty" in again.output
