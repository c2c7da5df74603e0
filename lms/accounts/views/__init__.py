"""Pages of accounts: signing in, one's own account, and what administrators do."""

from lms.accounts.views import account, acts, links, organisations, people, second_step, sign_in
from lms.accounts.views.blueprint import bp

__all__ = ["account", "acts", "bp", "links", "organisations", "people", "second_step", "sign_in"]
