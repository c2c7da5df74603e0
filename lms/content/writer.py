"""The canonical form of every content file: the same document always gives the same bytes.

Keys stand in the order of `shapes`, whatever order they come in. A scalar is plain where nobody
could read it as a number, a date or a yes; longer texts are folded at 100 columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from lms.content.shapes import (
    BANK,
    COURSE,
    LESSON_HEADER,
    QUIZ,
    TOPIC,
    Items,
    Lines,
    Plain,
    Record,
    Records,
    Shape,
    Texts,
    entry_shape,
    language_order,
)
from lms.content.strict_yaml import Value

WIDTH = 100

_STEP = 2
# The first letter of a plain scalar is none of YAML's indicators; inside, ": " and " #" end it.
_PLAIN_SCALAR = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~][^\n]*")
_PLAIN_ENDED = re.compile(r":(\s|$)|\s#|\s$")
_FLOW_ENDED = re.compile(r"[,\[\]{}:]")
# Characters that YAML takes for line breaks or refuses; written as escapes.
_ESCAPED = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"\\\\]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers


class NotInShape(ValueError):
    """A document with a key (`unknown`) or a value its kind of file does not have."""

    def __init__(self, path: str, unknown: bool = False) -> None:
        super().__init__(path, unknown)
        self.path = path
        self.unknown = unknown


def bank_yaml(document: Mapping[str, Any]) -> str:
    """bank.yaml of a bank. Writers raise `NotInShape` for keys that do not belong there."""
    return _file(document, BANK)


def items_yaml(items: Sequence[Mapping[str, Any]]) -> str:
    """One topic file of a bank: the items' documents in order."""
    return topic_yaml({"items": [dict(item) for item in items]})


def topic_yaml(document: Mapping[str, Any]) -> str:
    """One topic file of a bank, from the whole document with its `items`."""
    return _file(document, TOPIC)


def course_yaml(document: Mapping[str, Any]) -> str:
    """course.yaml of a course."""
    return _file(document, COURSE)


def quiz_yaml(document: Mapping[str, Any]) -> str:
    """A quiz of a course."""
    return _file(document, QUIZ)


def lesson_markdown(title: str, summary: str, translates: str, body: str) -> str:
    """A lesson in one language: header, empty line, text as it is, one line end.

    `translates` is left out where it is "" (English). The text is kept to the letter but for
    empty lines around it.
    """
    header = {"title": title, "summary": summary}
    if translates:
        header["translates"] = translates
    lines = [f"{key}: {scalar(header[key])}" for key in LESSON_HEADER.fields if key in header]
    return "\n".join(["---", *lines, "---", "", body.strip("\n"), ""])


def scalar(text: str, flow: bool = False) -> str:
    """A scalar on one line: plain where that is certain, else in double quotes."""
    plain = (
        _PLAIN_SCALAR.fullmatch(text)
        and not _PLAIN_ENDED.search(text)
        and not _ESCAPED.search(text.replace('"', "").replace("\\", ""))
        and not (flow and _FLOW_ENDED.search(text))
        and not _looks_typed(text)
    )
    return text if plain else f'"{_ESCAPED.sub(_escape, text)}"'


def _file(document: Mapping[str, Any], shape: Record) -> str:
    return "\n".join([*_record(dict(document), shape, 0, ""), ""])


def _record(value: dict[str, Value], shape: Record, indent: int, path: str) -> list[str]:
    for key in value:
        if key not in shape.fields:
            raise NotInShape(_at(path, key), unknown=True)
    lines = []
    for key, field in shape.fields.items():
        if key in value:
            lines += _field(key, value[key], field, indent, _at(path, key))
    return lines


def _field(key: str, value: Value, shape: Shape, indent: int, path: str) -> list[str]:
    start = f"{' ' * indent}{scalar(key)}:"
    if isinstance(value, str):
        if not isinstance(shape, Plain):
            raise NotInShape(path)
        return _scalar_field(start, value, indent)
    line = _one_line(value, shape, path)
    if line is not None and len(start) + 1 + len(line) <= WIDTH:
        return [f"{start} {line}"]
    return [start, *_below(value, shape, indent + _STEP, path)]


def _scalar_field(start: str, text: str, indent: int) -> list[str]:
    line = f"{start} {scalar(text)}"
    inner = " " * (indent + _STEP)
    if "\n" in text and _is_literal(text):
        return [f"{start} |-", *(f"{inner}{row}" if row else "" for row in text.split("\n"))]
    if len(line) > WIDTH and _is_foldable(text):
        return [f"{start} >-", *(f"{inner}{row}" for row in _folded(text, WIDTH - len(inner)))]
    return [line]


def _below(value: Value, shape: Shape, indent: int, path: str) -> list[str]:
    """A mapping or list, one entry a line or more."""
    if isinstance(value, dict):
        if isinstance(shape, Record):
            return _record(value, shape, indent, path)
        if isinstance(shape, Texts | Plain):
            lines = []
            for key in language_order(value):
                lines += _field(key, value[key], Plain(), indent, _at(path, key))
            return lines
    elif isinstance(value, list) and isinstance(shape, Lines | Plain):
        return [f"{' ' * indent}- {scalar(_text(entry, path))}" for entry in value]
    elif isinstance(value, list) and isinstance(shape, Records | Items):
        return _entries(value, shape, indent, path)
    raise NotInShape(path)


def _entries(values: list[Value], shape: Records | Items, indent: int, path: str) -> list[str]:
    start = " " * indent + "- "
    shapes = [entry_shape(shape, value) for value in values]
    paths = [f"{path}[{place}]" for place in range(len(values))]
    inline = [_one_line(*entry) for entry in zip(values, shapes, paths, strict=True)]
    if all(line is not None and len(start) + len(line) <= WIDTH for line in inline):
        return [f"{start}{line}" for line in inline]
    lines = []
    for value, its_shape, its_path in zip(values, shapes, paths, strict=True):
        if not isinstance(value, dict) or not isinstance(its_shape, Record):
            raise NotInShape(its_path)
        first, *others = _record(_arranged(value), its_shape, indent + _STEP, its_path) or ["{}"]
        lines += [start + first.lstrip(" "), *others]
    return lines


def _one_line(value: Value, shape: Shape, path: str) -> str | None:
    """The value between brackets, where its shape allows that; None where not."""
    if isinstance(value, str):
        if not isinstance(shape, Plain):
            raise NotInShape(path)
        return scalar(value, flow=True)
    if isinstance(value, list) and (isinstance(shape, Plain) or not value):
        return f"[{', '.join(scalar(_text(entry, path), flow=True) for entry in value)}]"
    if isinstance(value, dict) and isinstance(shape, Plain):
        keys = language_order(value) if set(value) & {"en", "fr", "pt"} else list(value)
        return _braces([(key, scalar(_text(value[key], path), flow=True)) for key in keys])
    if isinstance(value, dict) and isinstance(shape, Record) and shape.inline:
        return _inline_record(value, shape, path)
    return "{}" if isinstance(value, dict) and not value else None


def _inline_record(value: dict[str, Value], shape: Record, path: str) -> str | None:
    pairs = []
    for key in value:
        if key not in shape.fields:
            raise NotInShape(_at(path, key), unknown=True)
    for key, field in shape.fields.items():
        if key in value:
            inner = _one_line(value[key], field, _at(path, key))
            if inner is None:
                return None
            pairs.append((key, inner))
    return _braces(pairs)


def _arranged(item: dict[str, Value]) -> dict[str, Value]:
    """An item whose key goes by prompts has it in their order, else by name."""
    key, prompts = item.get("key"), item.get("prompts")
    if not isinstance(key, dict) or not isinstance(prompts, list):
        return item
    order = [str(prompt["id"]) for prompt in prompts if isinstance(prompt, dict) and "id" in prompt]
    names = [name for name in order if name in key]
    return {**item, "key": {name: key[name] for name in (*names, *sorted({*key} - {*names}))}}


def _braces(pairs: Sequence[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{scalar(key, flow=True)}: {text}" for key, text in pairs) + "}"


def _text(value: Value, path: str) -> str:
    if not isinstance(value, str):
        raise NotInShape(path)
    return value


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _looks_typed(text: str) -> bool:
    """Whether another YAML reader would take the plain text for something else than text."""
    if text.lower() in ("y", "n", "yes", "no", "on", "off", "true", "false", "null"):
        return True
    candidates = [*_RESOLVERS.get(text[:1], []), *_RESOLVERS.get(None, [])]
    return any(pattern.match(text) for _, pattern in candidates)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _is_foldable(text: str) -> bool:
    return " " in text.strip(" ") and text == text.strip() and not _has_escapes(text)


def _is_literal(text: str) -> bool:
    rows = text.split("\n")
    return (
        bool(rows[0] and rows[-1])
        and text == text.strip()
        and not any(row != row.rstrip() for row in rows)
        and not _has_escapes(text.replace("\n", ""))
    )


def _has_escapes(text: str) -> bool:
    return bool(_ESCAPED.search(text.replace('"', "").replace("\\", "")))


def _folded(text: str, width: int) -> list[str]:
    """The text in rows; broken only at single spaces, which folding gives back."""
    words = re.split(r"(?<! ) (?! )", text)
    rows = [words[0]]
    for word in words[1:]:
        if len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows
