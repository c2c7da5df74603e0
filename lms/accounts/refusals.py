"""Why a change to an account was refused. Forms and commands put it in words."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """One reason."""

    NOT_YOURS = "not_yours"
    """Beyond the actor's reach: pages answer that there is no such thing."""
    REACHES_FURTHER = "reaches_further"
    """The account has a role that the actor could not have given."""
    YOURSELF = "yourself"
    """Nobody does this to themselves here; their own account page is the place."""
    LAST_ADMINISTRATOR = "last_administrator"
    EMAIL_TAKEN = "email_taken"
    NUMBER_TAKEN = "number_taken"
    SLUG_TAKEN = "slug_taken"
    UNREACHABLE = "unreachable"
    """Neither e-mail nor staff number."""
    NO_EMAIL = "no_email"
    SUSPENDED = "suspended"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a reason
    PASSWORD_SHORT = "password_short"  # noqa: S105
    PASSWORD_LONG = "password_long"  # noqa: S105
    PASSWORD_COMMON = "password_common"  # noqa: S105
    PASSWORD_OWN_NAME = "password_own_name"  # noqa: S105
    WRONG_CODE = "wrong_code"
    LINK_USED = "link_used"
    """The link or code is unknown, was used, or is too old."""
    FACTOR_DEMANDED = "factor_demanded"
    """The organisation demands the second factor."""


class Refused(Exception):
    """A change that was not made."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason
