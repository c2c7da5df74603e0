"""`lms certificate`: what it says and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from lms.certificates.services.status import Act, change_status
from lms.cli import main
from lms.core.access import SYSTEM
from lms.core.credentials.address import qr_address
from lms.courses.models import CourseCompletion
from lms.db import transaction


@pytest.fixture
def lms(monkeypatch, tmp_path, engine_url, session):
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.setenv("LMS_DATABASE_URL", engine_url)

    def run(*words):
        session.rollback()
        return CliRunner().invoke(main, ["certificate", *words])

    return run


def test_issue_says_of_everyone_what_became_of_them(
    lms, session, cohort, course, create_officer, clock
):
    done, waiting = create_officer(display_name="A done"), create_officer(display_name="B waiting")
    with transaction(session):
        completion = CourseCompletion(
            person_id=done.id,
            course_id=course.id,
            cycle_id=cohort.cycle_id,
            completed_at=clock(),
        )
        session.add(completion)
    words = ("issue", "--cohort", "north", "--course", "raman")
    first = lms(*words)
    assert first.exit_code == 0
    assert "A done: issued; VG-" in first.output
    assert "B waiting: not completed" in first.output
    assert "1 of 2 issued now." in first.output
    again = json.loads(lms(*words, "--json").output)
    assert again["counts"] == {
        "issued": 0,
        "already_issued": 1,
        "not_completed": 1,
        "withdrawn": 0,
    }
    assert [one["person"] for one in again["officers"]] == [done.id, waiting.id]
    assert again["officers"][0]["serial"] in first.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("issue", "--cohort", "nowhere", "--course", "raman"), "no cohort 'nowhere'"),
        (("issue", "--cohort", "north", "--course", "other"), "but: raman"),
        (("verify", "missing.pdf"), "No such file"),
    ],
)
def test_what_is_not_there_is_refused_with_the_reason(lms, cohort, words, told):
    result = lms(*words)
    assert result.exit_code == 1
    assert told in result.output


def test_verify_takes_a_file_a_code_a_number_or_a_qr_address(
    lms, create_officer, complete, print_now, tmp_path, session, clock, course
):
    """The command looks at the real clock: this one was issued before, and never expires."""
    clock.now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    with transaction(session):
        course.validity_months = None
    certificate = complete(create_officer(display_name="Éléonore Brûlé"))
    path = tmp_path / "certificate.pdf"
    path.write_bytes(print_now(certificate))
    address = qr_address(certificate.public_url, certificate.message)
    for given in (str(path), certificate.code, certificate.serial, address):
        result = lms("verify", given, "--json")
        answer = json.loads(result.output)
        assert (result.exit_code, answer["verdict"]) == (0, "valid")
        assert (answer["serial"], answer["name"]) == (certificate.serial, "Éléonore Brûlé")
    with transaction(session):
        change_status(session, SYSTEM, certificate, Act.REVOKE, "for this test", clock())
    for given in (str(path), certificate.code):
        result = lms("verify", given, "--json")
        assert (result.exit_code, json.loads(result.output)["verdict"]) == (1, "revoked")
    path.write_bytes(path.read_bytes() + b"\n")
    result = lms("verify", str(path))
    assert result.exit_code == 1
    assert "unknown" in result.output
