"""What is wrong with a content file: where, what, and what to do about it.

Sentences are plain English for the command line; `code` and `params` let a page say the same in
another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.core.document import DocumentError

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. `file` is relative to the checked folder, `line` counts from 1."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str
    remedy: str
    params: Mapping[str, str | int] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} "
            f"{self.remedy} [{self.code}]"
        )

    def to_json(self) -> dict[str, Any]:
        """The problem as plain JSON, for `--json`."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
            "params": dict(self.params),
        }


class ContentError(Exception):
    """A file that cannot be read at all; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def problem(
    file: str,
    line: int,
    code: str,
    *,
    column: int = 1,
    severity: str = ERROR,
    **params: Any,
) -> Problem:
    """The problem of a code, with its sentences filled in."""
    message, remedy = _SENTENCES[code]
    return Problem(
        file=file,
        line=line,
        column=column,
        severity=severity,
        code=code,
        message=_filled(message, params),
        remedy=_filled(remedy, params),
        params=params,
    )


def from_document_error(
    file: str, line: int, column: int, path: str, error: DocumentError
) -> Problem:
    """The problem a reader of documents in the core found at a path."""
    code = error.code if error.code in _SENTENCES else "not_proper"
    params: dict[str, Any] = {"reason": error.code, **error.params, "path": path or "the document"}
    return problem(file, line, code, column=column, **params)


def _filled(sentence: str, params: Mapping[str, str | int]) -> str:
    return sentence.format_map(_Shown(params))


class _Shown(dict[str, object]):
    """Values for a sentence: quoted from files, so cut short and kept on one line."""

    def __init__(self, params: Mapping[str, str | int]) -> None:
        super().__init__({name: _shown(value) for name, value in params.items()})

    def __missing__(self, key: str) -> str:
        return "?"


def _shown(value: str | int) -> str:
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))
    return text if len(text) <= 120 else text[:119] + "…"


_SENTENCES: Mapping[str, tuple[str, str]] = {
    # Files and YAML
    "not_found": ("{name} does not exist.", "Add the file or remove what refers to it."),
    "file_too_big": (
        "The file has {found} bytes; at most {most} are read.",
        "Split it or make it smaller.",
    ),
    "not_utf8": ("The file is not UTF-8 text.", "Save it as UTF-8."),
    "byte_order_mark": (
        "The file begins with a byte order mark.",
        "Save it as UTF-8 without a byte order mark.",
    ),
    "carriage_return": (
        "Lines end with a carriage return.",
        "Save the file with LF line ends.",
    ),
    "tab": ("A tab stands here.", "Use spaces."),
    "not_yaml": ("This is not YAML: {reason}.", "Correct the line or the one before it."),
    "more_than_one_document": (
        "A second YAML document begins here.",
        "Keep one document in a file; remove the line of dashes.",
    ),
    "yaml_directive": ("YAML directives (%) are not used.", "Remove the line."),
    "empty_document": ("The file holds nothing.", "Fill it in or remove it."),
    "anchor": ("Anchors (&) and aliases (*) are not used.", "Write the text out; quote a text "
               "that begins with & or *."),
    "tag": ("Tags (!) are not used: every value is text.", "Remove the tag, or quote the text."),
    "too_deep": ("Values are nested more than {most} deep.", "See the format of the file."),
    "too_many_values": ("The file holds more than {most} values.", "Split the file."),
    "duplicate_key": (
        "The key “{key}” stands twice; the first is on line {first}.",
        "Remove one of the two.",
    ),
    "key_not_text": ("A key must be a short text.", "Remove the “?” or the brackets."),
    "merge_key": ("Merge keys (<<) are not used.", "Write the keys out."),
    # Documents (codes of lms.core.document and its readers)
    "missing": ("“{path}” is missing.", "Add it."),
    "unknown_key": ("“{path}” is not a key that is known here.", "Correct or remove it."),
    "not_a_mapping": ("“{path}” must hold keys and values.", "See the format of the file."),
    "not_a_list": ("“{path}” must be a list.", "See the format of the file."),
    "not_text": ("“{path}” must be a text.", "See the format of the file."),
    "empty": ("“{path}” is empty.", "Fill it in or remove it."),
    "too_long": ("“{path}” has {found} characters; at most {most} fit.", "Shorten it."),
    "bad_character": ("“{path}” holds an unprintable character.", "Type the text anew."),
    "bad_identifier": (
        "“{path}” is not a proper id.",
        "Use 1 to 64 small letters, digits and hyphens.",
    ),
    "bad_language": ("“{path}” is not a language tag.", "Use en, fr, pt or another BCP 47 tag."),
    "not_one_of": ("“{path}” is not one of: {expected}.", "Use one of these words."),
    "not_a_number": ("“{path}” is not a number.", "Use digits, and a point for decimals."),
    "out_of_range": ("“{path}” is out of range.", "See the format of the file."),
    "too_few": ("“{path}” has {found} entries; {least} are needed.", "Add some."),
    "too_many": ("“{path}” has too many entries; at most {most} fit.", "Remove some."),
    "duplicate": ("“{path}” repeats {name}.", "Give each its own."),
    "unknown_reference": ("“{path}” refers to {name}, which does not exist here.",
                          "Correct the name or add what it names."),
    "unknown_type": (
        "“{name}” is not an item type.",
        "Use choice, choices, true_false, numeric, matching or ordering.",
    ),
    "no_distractor": ("Every option is right.", "Add a distractor or correct the key."),
    "listed_in_key_order": (
        "The options are listed in the order of the key.",
        "List them in another order.",
    ),
    "one_of_file_or_spectrum": (
        "A figure has either a file or a spectrum.",
        "Keep one of the two.",
    ),
    "not_a_duration": ("“{path}” is not a duration.", "Write 60 s, 30 min or 2 h."),
    "not_a_percentage": ("“{path}” is not a percentage.", "Write 70 %, with the space."),
    "not_months": ("“{path}” is not a number of months.", "Write 24 months."),
    "not_proper": ("“{path}” is not proper: {reason}.", "See the format of the file."),
    # Texts and pictures
    "missing_language": ("“{path}” has no text in {language}.", "Translate it."),
    "length_ratio": (
        "The {language} text of “{path}” has {percent} % of the length of the English one.",
        "Check that both say the same.",
    ),
    "raw_html": ("HTML is not used here: {found}.", "Use Markdown, or `code` to show it."),
    "link_in_item": ("Links and pictures are not used in items.", "Say it in words."),
    "unsafe_link": (
        "The address {found} is not allowed.",
        "Link to http, https or mailto addresses only.",
    ),
    "bad_picture_name": (
        "{name} is not the name of a picture beside the text.",
        "Use small letters, digits, hyphens and points, ending in .svg, .png, .jpg or .webp.",
    ),
    "picture_missing": ("The picture {name} does not exist.", "Add it beside the text."),
    "picture_unused": ("The picture {name} is not used.", "Use it or remove it."),
    "picture_not_alone": (
        "A picture stands in the middle of a paragraph.",
        "Leave an empty line before and after it.",
    ),
    "alt_missing": ("The picture {name} has no alternative text.", "Say what is seen on it."),
    "unsafe_picture": ("The picture is not safe: {reason} {found}.", "Remove it from the SVG."),
    "picture_not_proper": ("The picture is not proper: {reason}.", "Save it anew."),
    "small_letters": (
        "Letters of size {size} are too small at a width of 640.",
        "Use 14 units or more.",
    ),
    # Lessons
    "header_missing": (
        "The lesson does not begin with a header between lines of ---.",
        "Begin with ---, title, summary, ---.",
    ),
    "first_heading": ("A heading of the first level.", "Begin with ##; the title is the h1."),
    "directive_unknown": (
        "“::: {name}” is not known.",
        "Use note, tip, warning, stop, check or spectrum.",
    ),
    "directive_stray": ("“:::” closes nothing.", "Remove it."),
    "directive_open": ("“::: {name}” is never closed.", "Add a line “:::” after it."),
    "directive_inside": (
        "“::: {name}” stands inside a list, a quotation or a call-out.",
        "Move it out to the left margin.",
    ),
    "directive_words": ("“::: {name}” takes other words after it.", "See the format."),
    "spectrum_line": ("“{found}” is not a “key: value” of a spectrum.", "Correct the line."),
    "check_twice": ("The check {name} stands twice in this lesson.", "Keep one."),
    "check_not_practice": (
        "{name} is an exam item; a lesson shows practice items only.",
        "Use a practice item.",
    ),
    "no_checks": (
        "The lesson is completed by its checks but has none.",
        "Add a check or use “completion: confirm”.",
    ),
    "shape_differs": (
        "The {what} differ from those of en.md: {found} here, {expected} there.",
        "Bring both to the same.",
    ),
    "translates_missing": (
        "The header does not say which English text it follows.",
        "Add “translates: pending”.",
    ),
    "translates_in_source": (
        "en.md is what the others follow; it follows nothing.",
        "Remove “translates”.",
    ),
    "translation_pending": (
        "The header says “pending” instead of the text it follows.",
        "Write “translates: {current}” (`lms content check --fix` does it).",
    ),
    "translation_older": (
        "{language}.md follows an older text.",
        "Bring it up to date, then write “translates: {current}”.",
    ),
    # Courses, banks and quizzes
    "unlisted": ("{name} is not listed in course.yaml.", "List it or remove it."),
    "unknown_material": ("No spectrum of {name} may be drawn.", "Use one of: {expected}."),
    "objective_unknown": (
        "The objective {name} is none of the courses that use this bank.",
        "Correct it or add the objective.",
    ),
    "critical_tag": (
        "Critical items carry the tag “critical”, and only they.",
        "Set both or neither.",
    ),
    "feedback_missing": ("“{path}” has no feedback.", "Say why the option is right or wrong."),
    "blueprint_short": (
        "The bank cannot fill this line: it wants {wanted} items, {found} can be found.",
        "Write more items or pick fewer.",
    ),
    "bank_not_listed": (
        "The bank {name} is not among the banks of the course.",
        "Add it to “banks” in course.yaml.",
    ),
    "stray_file": ("The file is not part of a course or bank.", "Remove or rename it."),
    "comment": (
        "A comment; the canonical form keeps none.",
        "Say it in `source` or `review.note`.",
    ),
    "layout": (
        "The file is not in canonical layout from this line on.",
        "`lms content check --fix` rewrites it.",
    ),
}  # fmt: skip
