"""From the facts of a certificate to its printed page.

The page prints what the claim signs, and beside it only what belongs to the paper: where to
check it, and the sentence on what the training is aligned with.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.adapters.pdf import DRAWING_COLOUR, PdfRenderer
from lms.adapters.qr import qr_code
from lms.certificates.frame import frame_drawing
from lms.core.credentials.claim import Claim
from lms.core.credentials.numbers import shown_code

_TEMPLATE = "certificates/pdf/certificate.html"
_STYLE = "certificates/pdf/certificate.css"
_LONG_DATES = {"en": ("en_GB", "long"), "fr": ("fr", "long"), "pt": ("pt_PT", "long")}


@dataclass(frozen=True, slots=True)
class _Step:
    """Up to so many letters: this type size, on so many lines."""

    letters: int
    size: str
    lines: int = 1


_NAME_STEPS = (_Step(30, "short"), _Step(44, "middling"), _Step(90, "long", 2))
_COURSE_STEPS = (_Step(52, "short"), _Step(100, "middling", 2))


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

    def html(self, page: Page, qr_side: int) -> str:
        """The page in the claim's language, with an empty place for a QR code of `qr_side`."""
        claim = page.claim
        return (
            _environment(self.templates, self.translations, claim.language)
            .get_template(_TEMPLATE)
            .render(
                claim=claim,
                page=page,
                code=shown_code(page.code),
                issued_on=_long_date(claim.issued_on, claim.language),
                expires_on=claim.expires_on and _long_date(claim.expires_on, claim.language),
                name=_fitted(claim.name, _NAME_STEPS),
                course=_fitted(claim.course, _COURSE_STEPS),
                qr_side=qr_side,
                drawing_colour=DRAWING_COLOUR,
            )
        )

    def pdf(self, page: Page) -> bytes:
        """The page as PDF/A-3a and PDF/UA-1, not yet signed."""
        code = qr_code(page.qr_address)
        return _renderer(self.templates).render(self.html(page, code.side), code.pdf_path())


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
