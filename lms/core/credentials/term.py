"""How long a certificate lasts, in whole months."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def last_day(issued_on: date, months: int) -> date:
    """The last day on which a certificate that lasts so many months is good.

    One day before the same day of the month it ends in: issued on 24 November for 12 months, it
    is good until 23 November. Where that month is too short (issued on the 31st), until the last
    day of the month.
    """
    place = issued_on.year * 12 + issued_on.month - 1 + months
    year, month = divmod(place, 12)
    days = calendar.monthrange(year, month + 1)[1]
    if issued_on.day > days:
        return date(year, month + 1, days)
    return date(year, month + 1, issued_on.day) - timedelta(days=1)
