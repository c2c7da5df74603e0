"""The header of a lesson file: what is translated about a lesson beside its text."""

from __future__ import annotations

from dataclasses import dataclass

from lms.content import strict_yaml
from lms.content.problems import ContentError, problem
from lms.content.strict_yaml import Document
from lms.core.document import DocumentError, Fields

MOST_BYTES = 256 * 1024
PENDING = "pending"
LONGEST_TITLE = 200

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class LessonSource:
    """A lesson file taken apart. `translates` is "" in English, "pending" or 12 hex digits.

    `body` is Markdown; its first line is line `body_line` of the file.
    """

    title: str
    summary: str
    translates: str
    body: str
    body_line: int
    header: Document


def split(source: bytes, file: str) -> LessonSource:
    """The header and the text of a lesson file; `ContentError` if there is no proper header."""
    text = strict_yaml.read_text(source, file, MOST_BYTES)
    lines = text.split("\n")
    if lines[0] != _FENCE or _FENCE not in lines[1:]:
        raise ContentError(problem(file, 1, "header_missing"))
    end = lines.index(_FENCE, 1)
    header = strict_yaml.read("\n".join(lines[1:end]).encode("utf-8"), file, first_line=2)
    try:
        fields = Fields.of(header.mapping, "", DocumentError, ("title", "summary", "translates"))
        return LessonSource(
            title=fields.written(fields.value("title"), "title", LONGEST_TITLE),
            summary=fields.text("summary"),
            translates=fields.text("translates", ""),
            body="\n".join(lines[end + 1 :]),
            body_line=end + 2,
            header=header,
        )
    except DocumentError as error:
        raise ContentError(header.error_problem(error)) from None
