"""Time zones as people choose them: by region, then city, in the language of the page."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

from babel import Locale
from babel.dates import get_timezone_location
from wtforms.fields.choices import SelectChoice

_REGIONS = (
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe"),
    *("Indian", "Pacific"),
)
UTC = "UTC"


def zone_names() -> frozenset[str]:
    """All zones that can be chosen, by their IANA names."""
    return frozenset(choice.value for choice in _choices("en"))


def zone_choices(locale: Locale) -> list[SelectChoice]:
    """What a menu of zones offers. Typing the first letters of a city finds it."""
    return list(_choices(str(locale)))


@lru_cache(maxsize=8)
def _choices(locale: str) -> tuple[SelectChoice, ...]:
    cities = sorted(
        (region, _city(name, locale), name)
        for name in zoneinfo.available_timezones()
        for region, slash, _ in [name.partition("/")]
        if slash and region in _REGIONS
    )
    return (
        SelectChoice(UTC, UTC),
        *(SelectChoice(name, city, optgroup=region) for region, city, name in cities),
    )


def _city(name: str, locale: str) -> str:
    return str(get_timezone_location(name, locale=locale, return_city=True))
