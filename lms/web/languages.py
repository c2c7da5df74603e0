"""In which language and time zone a page is shown, and how dates and texts are written in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.support import Translations
from flask import Flask, g, request
from flask import session as cookie
from flask_babel import Babel, format_date, format_datetime, format_time, get_domain, get_locale
from markupsafe import Markup

from lms.content import inline
from lms.core.scoring import percent
from lms.core.text import language_of, pick
from lms.web.request import viewer

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français", "pt": "Português"}
"""The languages of the interface, by their own names."""
_LOCALES = {"en": "en_GB", "fr": "fr", "pt": "pt_PT"}


def language() -> str:
    """The language of the current page: the person's, else the cookie's, else the browser's."""
    if "language" not in g:
        person = viewer()
        wished = person.language if person else cookie.get("language")
        known = wished if wished in LANGUAGES else request.accept_languages.best_match(LANGUAGES)
        g.language = known or "en"
    return str(g.language)


def time_zone() -> tzinfo:
    """The person's time zone; UTC for strangers."""
    person = viewer()
    try:
        return ZoneInfo(person.time_zone if person else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def init_languages(app: Flask) -> None:
    """Bind Flask-Babel and the filters of templates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(_translations(app))
    Babel(app, locale_selector=_locale_name, timezone_selector=lambda: str(time_zone()))
    # A page asks for some forty words. Flask-Babel looks for the catalogue anew for each of them,
    # which takes a tenth of all the work a page is.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, number: _catalogue().unpgettext(
            context, one, many, number
        ),
    )
    app.jinja_env.filters |= {
        "inline": inline_html,
        "pick": picked,
        "language_of": lambda text: language_of(text, language()),
        "day": day,
        "moment": moment,
        "clock": lambda at: format_time(at, "short"),
        "percent": percent_text,
    }


def inline_html(source: str) -> Markup:
    """An item's short text as HTML: emphasis and code, cleaned."""
    return Markup(inline.html(source))  # noqa: S704 - nh3 has cleaned it


def picked(text: Mapping[str, str]) -> str:
    """A text in the language of the page."""
    return pick(text, language())


def day(value: date | datetime) -> str:
    """A day as it is written here: 24 November 2026."""
    return str(format_date(value, "long"))


def moment(value: datetime) -> str:
    """Day and time in the viewer's zone."""
    return str(format_datetime(value, "d MMM y HH:mm"))


def percent_text(fraction: Fraction | int) -> str:
    """Whole percent, rounded down, with the space the language wants."""
    whole = percent(fraction) if isinstance(fraction, Fraction) else fraction
    return f"{whole}%" if language() == "en" else f"{whole}\u00a0%"


def _catalogue() -> Translations:
    """The words of the page's language, looked for once a request."""
    found = g.setdefault("catalogues", {})
    if language() not in found:
        found[language()] = get_domain().get_translations()
    catalogue: Translations = found[language()]
    return catalogue


def _translations(app: Flask) -> str:
    return f"{app.root_path}/translations"


def _locale_name() -> str:
    return _LOCALES[language()]


def current_locale() -> Locale:
    """Babel's locale of the page."""
    return get_locale() or Locale.parse("en_GB")
