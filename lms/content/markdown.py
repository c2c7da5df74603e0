"""A lesson's text: CommonMark with tables, as clean HTML and the blocks that stand between.

Beyond Markdown there are call-outs (`::: note` ... `:::`), checks (`::: check <item>`, one line)
and spectra (`::: spectrum <material>`, `key: value` lines, `:::`). Whatever the source holds, the
HTML that comes out is made of the elements listed here and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from lms.content.problems import Problem, from_document_error, problem
from lms.core.document import DocumentError, Fields
from lms.core.items.base import SpectrumFigure, read_spectrum

CALL_OUTS = ("note", "tip", "warning", "stop")
LONGEST_BODY = 256 * 1024
PICTURE_NAME = re.compile(
    r"[a-z0-9][a-z0-9-]{0,60}(\.[a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?\.(svg|png|jpg|webp)"
)

_SPECTRUM_KEYS = ("drift", "noise", "baseline", "peaks", "label", "overlay")
_OPENING = re.compile(r":::[ ]*([A-Za-z_-]+)(?:[ ]+(.*?))?[ ]*")
_CLOSING = re.compile(r":::[ ]*")
_PAIR = re.compile(r"([a-z]+):[ ]*(.*)")
_SAFE_ADDRESS = re.compile(r"(https?://|mailto:)[^\s\"'<>\\]+", re.IGNORECASE)
_ITEM_ID = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """A stretch of clean HTML."""

    html: str


@dataclass(frozen=True, slots=True)
class CheckBlock:
    """A practice item that stands here."""

    item_id: str
    line: int


@dataclass(frozen=True, slots=True)
class SpectrumBlock:
    """A spectrum that the server draws here; `alt` and `caption` are plain text."""

    figure: SpectrumFigure
    alt: str
    caption: str
    line: int


Block: TypeAlias = HtmlBlock | CheckBlock | SpectrumBlock


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page; `anchor` is the same in all languages of a lesson."""

    anchor: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class PictureUse:
    """A picture the text refers to by its file name."""

    name: str
    alt: str
    caption: str
    line: int


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where a picture is served from, and its size, so that pages do not jump."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson's text, parsed."""

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    pictures: tuple[PictureUse, ...]
    problems: tuple[Problem, ...]

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the practice items, in order."""
        return tuple(block.item_id for block in self.blocks if isinstance(block, CheckBlock))

    @property
    def spectra(self) -> tuple[SpectrumBlock, ...]:
        """The spectra to draw, in order."""
        return tuple(block for block in self.blocks if isinstance(block, SpectrumBlock))


def parse(
    body: str,
    *,
    pictures: Mapping[str, PictureSource] | None = None,
    file: str = "",
    first_line: int = 1,
) -> Lesson:
    """The lesson in a text. It never fails: what is wrong stands in `problems`.

    `pictures` gives the addresses of the pictures by name; one that is not there keeps its name
    as its address. `file` and `first_line` tell where the text stands, for the problems.
    """
    return _Reader(file, first_line, pictures or {}).read(body[:LONGEST_BODY])


class _Reader:
    """Walks the tokens of one text, makes them safe, and cuts them at the blocks."""

    def __init__(self, file: str, first_line: int, pictures: Mapping[str, PictureSource]) -> None:
        self._file = file
        self._first_line = first_line
        self._sources = pictures
        self._problems: list[Problem] = []
        self._headings: list[Heading] = []
        self._pictures: list[PictureUse] = []

    def read(self, body: str) -> Lesson:
        tokens = _MARKDOWN.parse(body)
        self._report_html(body)
        blocks: list[Block] = []
        run: list[Token] = []
        for place, token in enumerate(tokens):
            self._prepare(tokens, place)
            if token.type != "directive":
                run.append(token)
            elif found := self._directive(token):
                blocks += [*_as_html(run), found]
                run = []
        blocks += _as_html(run)
        return Lesson(
            tuple(blocks), tuple(self._headings), tuple(self._pictures), tuple(self._problems)
        )

    def _report(self, line: int, code: str, **params: Any) -> None:
        self._problems.append(problem(self._file, line, code, **params))

    def _line(self, token: Token) -> int:
        return self._first_line + (token.map[0] if token.map else 0)

    def _report_html(self, body: str) -> None:
        if "<" not in body:
            return
        for token in _SUSPECTING.parse(body):
            found = [token] if token.type == "html_block" else token.children or []
            for part in found:
                if part.type in ("html_block", "html_inline"):
                    self._report(self._line(token), "raw_html", found=part.content.strip())

    def _prepare(self, tokens: Sequence[Token], place: int) -> None:
        token = tokens[place]
        if token.type == "heading_open":
            self._heading(token, tokens[place + 1])
        elif token.type in ("th_open", "td_open"):
            _align(token)
        elif token.type == "inline":
            self._inline(token, tokens[place - 1], tokens[place + 1])

    def _heading(self, token: Token, words: Token) -> None:
        level = int(token.tag[1])
        if level == 1:
            self._report(self._line(token), "first_heading")
        anchor = f"section-{len(self._headings) + 1}"
        token.attrSet("id", anchor)
        self._headings.append(Heading(anchor, level, _plain(words.children or [])))

    def _inline(self, token: Token, before: Token, after: Token) -> None:
        children = token.children or []
        line = self._line(token)
        safe: list[Token] = []
        dropped = 0
        for child in children:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            if child.type == "link_open" and not self._is_safe_link(child, line):
                dropped += 1
            elif child.type == "link_close" and dropped:
                dropped -= 1
            elif child.type == "image":
                safe.append(self._image(child, line, alone=len(children) == 1))
            else:
                safe.append(child)
        token.children = safe
        if len(safe) == 1 and safe[0].type == "image" and before.type == "paragraph_open":
            before.tag = after.tag = "figure"
            before.hidden = after.hidden = False

    def _is_safe_link(self, token: Token, line: int) -> bool:
        address = str(token.attrGet("href") or "")
        if _SAFE_ADDRESS.fullmatch(address):
            return True
        self._report(line, "unsafe_link", found=address)
        return False

    def _image(self, token: Token, line: int, alone: bool) -> Token:
        name = str(token.attrGet("src") or "")
        alt = _plain(token.children or [])
        if not PICTURE_NAME.fullmatch(name):
            self._report(line, "bad_picture_name", name=name)
            return Token("text", "", 0, content=alt)
        if not alone:
            self._report(line, "picture_not_alone")
        if not alt.strip():
            self._report(line, "alt_missing", name=name)
        caption = str(token.attrGet("title") or "")
        self._pictures.append(PictureUse(name, alt, caption, line))
        source = self._sources.get(name, PictureSource(name))
        token.meta = {"source": source, "alt": alt, "caption": caption if alone else ""}
        return token

    def _directive(self, token: Token) -> Block | None:
        """The block of a check or a spectrum; None, and a problem, for what is neither."""
        line = self._line(token)
        meta = token.meta
        if meta["fault"]:
            self._report(line, meta["fault"], name=meta["name"])
            return None
        if meta["name"] == "check":
            if not _ITEM_ID.fullmatch(meta["words"]):
                self._report(line, "directive_words", name="check")
                return None
            return CheckBlock(meta["words"], line)
        return self._spectrum(meta["words"], meta["lines"], line)

    def _spectrum(self, material: str, lines: Sequence[str], line: int) -> Block | None:
        values: dict[str, str] = {"material": material}
        places = {"spectrum.material": line, "material": line}
        for number, text in enumerate(lines, start=line + 1):
            if not text.strip():
                continue
            match = _PAIR.fullmatch(text.strip())
            if match is None or match[1] in values:
                self._report(number, "spectrum_line", found=text.strip())
                continue
            values[match[1]] = match[2]
            places[match[1]] = places[f"spectrum.{match[1]}"] = number
        try:
            return self._spectrum_block(values, line)
        except DocumentError as error:
            at = places.get(error.path, line)
            self._problems.append(from_document_error(self._file, at, 1, error.path, error))
            return None

    @staticmethod
    def _spectrum_block(values: Mapping[str, str], line: int) -> SpectrumBlock:
        known = ("material", *_SPECTRUM_KEYS, "alt", "caption")
        words = Fields.of(values, "", DocumentError, known)
        drawn = {key: value for key, value in values.items() if key not in ("alt", "caption")}
        return SpectrumBlock(
            figure=read_spectrum(Fields({"spectrum": drawn}, "", DocumentError)),
            alt=words.text("alt"),
            caption=words.text("caption", ""),
            line=line,
        )


def _directive_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Markdown-it's block rule for lines that begin with `:::`."""
    if state.is_code_block(first) or not _line_of(state, first).startswith(":::"):
        return False
    if silent:
        return True
    match = _OPENING.fullmatch(_line_of(state, first))
    name, words = (match[1], match[2] or "") if match else ("", "")
    if name in CALL_OUTS and not words and state.level == 0:
        end = _closing_line(state, first, last)
        if end is not None:
            _call_out(state, name, first, end)
            return True
    token = state.push("directive", "", 0)
    end = _closing_line(state, first, last) if name == "spectrum" else first
    stop = first + 1 if end is None or name != "spectrum" else end + 1
    token.map = [first, stop]
    token.meta = {
        "name": name,
        "words": words,
        "lines": [_line_of(state, at) for at in range(first + 1, stop - 1)],
        "fault": _fault(state, name, words, end),
    }
    state.line = stop
    return True


def _fault(state: StateBlock, name: str, words: str, end: int | None) -> str:
    if not name:
        return "directive_stray"
    if name not in (*CALL_OUTS, "check", "spectrum"):
        return "directive_unknown"
    if state.level > 0:
        return "directive_inside"
    if name in CALL_OUTS:
        return "directive_words" if words else "directive_open"
    return "directive_open" if end is None else ""


def _call_out(state: StateBlock, name: str, first: int, end: int) -> None:
    opening = state.push("call_out_open", "div", 1)
    opening.map = [first, end]
    opening.attrs = {"class": f"callout callout-{name}", "role": "note"}
    outer_type, outer_last = state.parentType, state.lineMax
    state.parentType, state.lineMax = "blockquote", end
    state.md.block.tokenize(state, first + 1, end)
    state.parentType, state.lineMax = outer_type, outer_last
    state.push("call_out_close", "div", -1)
    state.line = end + 1


def _closing_line(state: StateBlock, first: int, last: int) -> int | None:
    """The `:::` that closes a directive; another one that opens before it means there is none."""
    for line in range(first + 1, last):
        text = _line_of(state, line)
        if _CLOSING.fullmatch(text):
            return line
        if _OPENING.fullmatch(text) and not text.startswith("::: check"):
            return None
    return None


def _line_of(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _plain(tokens: Sequence[Token]) -> str:
    words = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        else:
            words.append(_plain(token.children) if token.children else token.content)
    return "".join(words)


def _align(token: Token) -> None:
    """A class for the style markdown-it writes, which our pages do not allow."""
    style = str(token.attrGet("style") or "")
    token.attrs.pop("style", None)
    for side, name in (("right", "text-end"), ("center", "text-center")):
        if style.endswith(side):
            token.attrSet("class", name)
    if token.type == "th_open":
        token.attrSet("scope", "col")


def _as_html(tokens: Sequence[Token]) -> list[Block]:
    if not tokens:
        return []
    rendered: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return [HtmlBlock(_CLEANER.clean(rendered))] if rendered.strip() else []


def _render_image(
    _renderer: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any
) -> str:
    meta = tokens[place].meta
    source: PictureSource = meta["source"]
    size = f' width="{source.width}" height="{source.height}"' if source.width else ""
    caption = f"<figcaption>{escapeHtml(meta['caption'])}</figcaption>" if meta["caption"] else ""
    return (
        f'<img src="{escapeHtml(source.url)}" alt="{escapeHtml(meta["alt"])}"{size} '
        f'loading="lazy" decoding="async">{caption}'
    )


def _render_table_open(*_: Any) -> str:
    # Wide tables scroll by themselves on a small screen, and by keyboard too.
    return '<div class="table-scroll" tabindex="0"><table class="table">\n'


def _render_table_close(*_: Any) -> str:
    return "</table></div>\n"


def _render_fence(
    _renderer: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any
) -> str:
    return f"<pre><code>{escapeHtml(tokens[place].content)}</code></pre>\n"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.block.ruler.before(
        "fence",
        "directive",
        _directive_rule,
        {"alt": ["paragraph", "reference", "blockquote", "list", "table"]},
    )
    # Every address becomes a link here; what is not allowed is taken out, and reported, above.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.add_render_rule("image", _render_image)
    markdown.add_render_rule("table_open", _render_table_open)
    markdown.add_render_rule("table_close", _render_table_close)
    markdown.add_render_rule("fence", _render_fence)
    return markdown


_MARKDOWN = _markdown()
_SUSPECTING = MarkdownIt("commonmark", {"html": True})
_CLEANER = nh3.Cleaner(
    tags={
        "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "em", "strong", "code", "pre",
        "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td", "hr", "br", "figure",
        "figcaption", "img", "div",
    },
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        **{f"h{level}": {"id"} for level in range(1, 7)},
    },
    tag_attribute_values={
        "img": {"loading": {"lazy"}, "decoding": {"async"}},
        "th": {"scope": {"col"}},
        "div": {"role": {"note"}, "tabindex": {"0"}},
    },
    allowed_classes={
        "div": {"table-scroll", "callout", *(f"callout-{name}" for name in CALL_OUTS)},
        "table": {"table"},
        "th": {"text-end", "text-center"},
        "td": {"text-end", "text-center"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)  # fmt: skip
