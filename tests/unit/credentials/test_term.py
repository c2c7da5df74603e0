"""How long a certificate lasts."""

from datetime import date

import pytest

from lms.core.credentials.term import last_day


@pytest.mark.parametrize(
    ("issued_on", "months", "expected"),
    [
        (date(2026, 11, 24), 12, date(2027, 11, 23)),
        (date(2026, 11, 24), 36, date(2029, 11, 23)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2026, 10, 31), 24, date(2028, 10, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_the_last_day_is_the_one_before_the_same_day(issued_on, months, expected):
    assert last_day(issued_on, months) == expected
