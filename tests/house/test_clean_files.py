"""Files say nothing of the machine they were written on, and locks nothing of where wheels lie."""

import re

from tests.house.sources import ROOT, files, name

BINARY = {".png", ".webp", ".jpg", ".mo", ".ico", ".pdf", ".gz", ".xlsx"}
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users)/")
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|\s@\s")
LOCKS = ("requirements.txt", "requirements-dev.txt")


def written():
    for path in files():
        if path.suffix not in BINARY:
            yield path, path.read_text(encoding="utf-8")


def test_no_file_names_a_place_on_someones_machine():
    this = name(ROOT / "tests/house/test_clean_files.py")
    assert not [
        name(path) for path, text in written() if MACHINE.search(text) and name(path) != this
    ]


def test_every_file_ends_with_one_line_end_and_has_no_conflict_marks():
    wrong = [
        name(path)
        for path, text in written()
        if path.suffix not in {".svg", ".css"}
        and text
        and (not text.endswith("\n") or re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE))
    ]
    assert not wrong


def test_lock_files_hold_versions_and_hashes_and_no_addresses():
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert not ADDRESS.search(text)
        entries = re.split(r"\n(?=\S)", text.strip())
        assert all(
            re.match(r"[\w.\[\]-]+==", entry) and "--hash=sha256:" in entry for entry in entries
        )


def test_the_styles_lock_holds_no_addresses():
    assert '"resolved"' not in (ROOT / "styles" / "package-lock.json").read_text(encoding="utf-8")
