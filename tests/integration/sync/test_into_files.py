"""What is brought in comes out byte for byte, and can be brought in again."""

import pytest

from lms.content.library import read_library
from lms.core.access import SYSTEM
from lms.db import new_session, transaction
from lms.sync.into_database import bring_in
from lms.sync.into_files import NotEmpty, write_out
from tests.fixtures.content import files_below
from tests.house.sources import ROOT


def test_an_export_is_the_library_byte_for_byte(session, sync, library, store, tmp_path):
    sync()
    written = write_out(session, tmp_path / "out", store)
    assert files_below(tmp_path / "out") == library.files()
    assert written == len(library.files())


def test_the_shipped_content_goes_in_and_out_byte_for_byte(session, store, clock, tmp_path):
    with transaction(session):
        report = bring_in(session, SYSTEM, read_library(ROOT), store, clock())
    assert not report.is_refused, report.errors
    write_out(session, tmp_path / "out", store)
    for folder in ("courses", "question_banks"):
        assert files_below(tmp_path / "out" / folder) == files_below(ROOT / folder)


def test_retired_things_are_not_exported(session, sync, library, store, tmp_path):
    sync()
    library.remove("courses/drill")
    sync()
    write_out(session, tmp_path / "out", store)
    assert not any(path.startswith("courses") for path in files_below(tmp_path / "out"))


def test_an_exported_library_changes_nothing_when_it_is_brought_in(
    session, engine, sync, store, clock, tmp_path
):
    sync()
    write_out(session, tmp_path / "out", store)
    with new_session(engine) as other, transaction(other):
        again = bring_in(other, SYSTEM, read_library(tmp_path / "out"), store, clock())
    assert again.changes == []


def test_an_export_never_mixes_with_files_that_are_there(session, sync, store, tmp_path):
    sync()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(NotEmpty):
        write_out(session, tmp_path / "out", store)
    assert files_below(tmp_path / "out") == {"notes.txt": b"mine"}
