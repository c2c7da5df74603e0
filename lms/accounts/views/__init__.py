"""Pages of accounts: signing in, one's own account, and what administrators do."""

from lms.accounts.views import (
    account,
    acts,
    codes,
    links,
    organisations,
    people,
    second_step,
    sign_in,
)
from lms.accounts.views.blueprint import bp, organisations_bp, people_bp

BLUEPRINTS = (bp, people_bp, organisations_bp)

__all__ = [
    "BLUEPRINTS",
    "account",
    "acts",
    "codes",
    "links",
    "organisations",
    "people",
    "second_step",
    "sign_in",
]
