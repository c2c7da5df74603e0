"""From the facts of a certificate to its printed page.

The page prints what the claim signs, and beside it only what belongs to the paper: where to
check it, and the sentence on what the training is aligned with.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lms.adapters.pdf import DRAWING_COLOUR, PdfRenderer
from lms.adapters.qr import qr_code
from lms.adapters.stencil import Filling
from lms.certificates.frame import frame_drawing
from lms.core.credentials.claim import Claim

_PAGE = "certificates/pdf/certificate.html"
_SHEET = "certificates/pdf/sheet.html"
_TITLE = "certificates/pdf/title.txt"
_STYLE = "certificates/pdf/certificate.css"
_LONG_DATES = {"en": ("en_GB", "long"), "fr": ("fr", "long"), "pt": ("pt_PT", "long")}
LANGUAGES = tuple(_LONG_DATES)
"""In which certificates are printed."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Up to so many letters: this type size, on so many lines."""

    letters: int
    size: str
    lines: int = 1


_NAME_STEPS = (_Step(30, "short"), _Step(44, "middling"), _Step(90, "long", 2))
_COURSE_STEPS = (_Step(52, "short"), _Step(100, "middling", 2))


_WORTH_A_STENCIL = 4
_WINDOW = 64
"""Pages looked at together: enough to spread a stencil's cost, few enough to hold in memory and
to keep the fonts small, which carry the letters of everyone's name."""
_ONE_FONT = re.compile("[\u0020-\u058f\u1e00-\u1fff\u2000-\u206f]+")
"""Latin, Greek and Cyrillic with their marks: all in the design's own font. A letter from another
one makes its line higher, and then the model's heights are not right."""
_LINE_COLOURS = {
    "name": "#1b2431",
    "score": "#1b2432",
    "number": "#1b2433",
    "address": "#46525e",
    "link": "#0b5d67",
}
"""As in certificate.css, in the order of sheet.html."""


@dataclass(frozen=True, slots=True)
class Page:
    """What goes on paper. `organisation` is the holder's, `signatory` who answers for it."""

    claim: Claim
    code: str
    verify_url: str
    qr_address: str
    organisation: str = ""
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """Where the page's template and its translations lie."""

    templates: Path
    translations: Path

    def pdf(self, page: Page) -> bytes:
        """The page as PDF/A-3a and PDF/UA-1, not yet signed."""
        drawing = qr_code(page.qr_address).pdf_drawing()
        return _renderer(self.templates).render(self._html(page), drawing)

    def pdfs(self, pages: Sequence[Page]) -> Iterator[bytes]:
        """The same for many pages, in their order, several times faster where they are alike."""
        remaining = iter(pages)
        while window := list(islice(remaining, _WINDOW)):
            yield from self._window(window)

    def _window(self, pages: list[Page]) -> list[bytes]:
        alike: dict[_Likeness, list[int]] = {}
        for place, page in enumerate(pages):
            alike.setdefault(_likeness(page), []).append(place)
        made: dict[int, bytes] = {}
        for likeness, places in alike.items():
            group = [pages[place] for place in places]
            cut = likeness.cuttable and len(group) >= _WORTH_A_STENCIL
            pdfs = self._from_stencil(group) if cut else map(self.pdf, group)
            made.update(zip(places, pdfs, strict=True))
        return [made[place] for place in range(len(pages))]

    def _from_stencil(self, pages: list[Page]) -> Iterator[bytes]:
        language = pages[0].claim.language
        fillings = [
            Filling(self._title(page), page.verify_url, qr_code(page.qr_address).pdf_drawing())
            for page in pages
        ]
        sheet = self._template(_SHEET, language).render(
            pages=pages, language=language, fitted_name=_fitted_name
        )
        colours = [
            colour
            for line, colour in _LINE_COLOURS.items()
            if line != "score" or pages[0].claim.score is not None
        ]
        return _renderer(self.templates).render_many(self._html(pages[0]), sheet, colours, fillings)

    def _html(self, page: Page) -> str:
        """The page in the claim's language, with an empty place for the QR code."""
        claim = page.claim
        return self._template(_PAGE, claim.language).render(
            claim=claim,
            page=page,
            title=self._title(page),
            issued_on=_long_date(claim.issued_on, claim.language),
            expires_on=claim.expires_on and _long_date(claim.expires_on, claim.language),
            fitted_name=_fitted_name,
            course=_fitted(claim.course, _COURSE_STEPS),
            drawing_colour=DRAWING_COLOUR,
        )

    def _title(self, page: Page) -> str:
        return self._template(_TITLE, page.claim.language).render(claim=page.claim)

    def _template(self, name: str, language: str) -> Template:
        return _environment(self.templates, self.translations, language).get_template(name)


class _Likeness(NamedTuple):
    """What pages must share to be cut from one stencil: everything but the person's own lines."""

    cuttable: bool
    name_size: str
    scored: bool
    shared: tuple[object, ...]


def _likeness(page: Page) -> _Likeness:
    claim = page.claim
    name = _fitted_name(claim.name)
    return _Likeness(
        cuttable="\n" not in name["text"] and _ONE_FONT.fullmatch(name["text"]) is not None,
        name_size=name["size"],
        scored=claim.score is not None,
        shared=(
            *(claim.course, claim.language, claim.issuer, claim.issued_on, claim.expires_on),
            *(page.organisation, page.signatory),
        ),
    )


@lru_cache(maxsize=4)
def _renderer(templates: Path) -> PdfRenderer:
    style = (templates / _STYLE).read_text("utf-8")
    return PdfRenderer(style, assets={}, backdrop=frame_drawing())


@lru_cache(maxsize=16)
def _environment(templates: Path, translations: Path, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wording = gettext.translation("messages", translations, [language], fallback=True)
    environment.install_gettext_translations(wording, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _long_date(day: date, language: str) -> str:
    locale, form = _LONG_DATES.get(language[:2], _LONG_DATES["en"])
    return format_date(day, form, locale=locale)


def _fitted_name(name: str) -> dict[str, str]:
    return _fitted(name, _NAME_STEPS)


def _fitted(text: str, steps: tuple[_Step, ...]) -> dict[str, str]:
    """The text broken into even lines, and the name of the type size in which it looks right."""
    step = next((step for step in steps if len(text) <= step.letters), _Step(200, "longest", 3))
    return {"text": _even_lines(text, step.lines), "size": step.size}


def _even_lines(text: str, lines: int) -> str:
    """The text with spaces turned into line breaks where the lines come out most alike."""
    if lines == 1:
        return text
    wished = len(text) / lines
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    first = min(spaces, key=lambda place: abs(place - wished))
    return text[:first] + "\n" + _even_lines(text[first + 1 :], lines - 1)
