"""Pages of accounts: signing in, one's own account, and what administrators do."""

from lms.accounts.views import account, links, second_step, sign_in
from lms.accounts.views.blueprint import bp

__all__ = ["account", "bp", "links", "second_step", "sign_in"]
