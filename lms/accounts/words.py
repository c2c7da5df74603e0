"""What accounts' states, roles and refusals are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from lms.accounts.queries import ACTIVE, INVITED, SUSPENDED
from lms.accounts.refusals import Refusal
from lms.core.access import Role, Scope

REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.NOT_YOURS: lazy_gettext("This reaches further than what you may change."),
    Refusal.REACHES_FURTHER: lazy_gettext(
        "Someone you chose has a role that reaches further than yours. Leave them out."
    ),
    Refusal.YOURSELF: lazy_gettext(
        "You cannot do this to your own account here. Use the page “Your account”."
    ),
    Refusal.LAST_ADMINISTRATOR: lazy_gettext(
        "This is the last administrator of the platform. Make someone else administrator first."
    ),
    Refusal.EMAIL_TAKEN: lazy_gettext("This e-mail address already belongs to an account."),
    Refusal.NUMBER_TAKEN: lazy_gettext(
        "Someone in this organisation already has this staff number."
    ),
    Refusal.SLUG_TAKEN: lazy_gettext("Another organisation already has this short name."),
    Refusal.UNREACHABLE: lazy_gettext("Enter an e-mail address or a staff number, or both."),
    Refusal.NO_EMAIL: lazy_gettext("This person has no e-mail address. Print a code instead."),
    Refusal.SUSPENDED: lazy_gettext("This account is suspended. Reinstate it first."),
    Refusal.WRONG_PASSWORD: lazy_gettext("This is not your current password."),
    Refusal.PASSWORD_SHORT: lazy_gettext(
        "Use at least 8 characters. Three or four words are good."
    ),
    Refusal.PASSWORD_LONG: lazy_gettext("Use at most 1,024 characters."),
    Refusal.PASSWORD_COMMON: lazy_gettext(
        "This password is easy to guess. Take three or four words that have nothing in common."
    ),
    Refusal.PASSWORD_OWN_NAME: lazy_gettext("Do not use your name or e-mail address in it."),
    Refusal.WRONG_CODE: lazy_gettext("This code is not right, or it was used already."),
    Refusal.LINK_USED: lazy_gettext("This link was used already, or it is too old."),
    Refusal.FACTOR_DEMANDED: lazy_gettext("Your organisation asks for the second step."),
}

ROLES: Mapping[str, LazyString] = {
    Role.OFFICER: lazy_gettext("Officer"),
    Role.TRAINER: lazy_gettext("Trainer"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}

SCOPES: Mapping[str, LazyString] = {
    Scope.PLATFORM: lazy_gettext("The whole platform"),
    Scope.ORGANISATION: lazy_gettext("Organisation"),
    Scope.PROGRAMME: lazy_gettext("Programme"),
    Scope.COHORT: lazy_gettext("Cohort"),
}

STATES: Mapping[str, LazyString] = {
    ACTIVE: lazy_gettext("Active"),
    INVITED: lazy_gettext("Not signed in yet"),
    SUSPENDED: lazy_gettext("Account suspended"),
}

KINDS: Mapping[str, LazyString] = {
    "customs": lazy_gettext("Customs administration"),
    "police": lazy_gettext("Police"),
    "gendarmerie": lazy_gettext("Gendarmerie"),
    "forces": lazy_gettext("Armed forces"),
    "laboratory": lazy_gettext("Laboratory"),
    "port": lazy_gettext("Port"),
    "other": lazy_gettext("Other"),
}

ACTIONS: Mapping[str, LazyString] = {
    "organisation.added": lazy_gettext("Organisation added"),
    "organisation.changed": lazy_gettext("Organisation changed"),
    "person.added": lazy_gettext("Person added"),
    "person.changed": lazy_gettext("Details changed"),
    "person.code_printed": lazy_gettext("One-time code printed"),
    "person.code_used": lazy_gettext("Signed in with a one-time code"),
    "person.invitation_accepted": lazy_gettext("Invitation accepted"),
    "person.invited": lazy_gettext("Invitation sent"),
    "person.password_set": lazy_gettext("Password set"),
    "person.recovery_code_used": lazy_gettext("Recovery code used"),
    "person.recovery_codes_renewed": lazy_gettext("Recovery codes renewed"),
    "person.reinstated": lazy_gettext("Account reinstated"),
    "person.reset_sent": lazy_gettext("Reset link sent"),
    "person.second_factor_removed": lazy_gettext("Second step removed"),
    "person.second_factor_set_up": lazy_gettext("Second step set up"),
    "person.second_factor_turned_off": lazy_gettext("Second step turned off"),
    "person.sessions_ended": lazy_gettext("Signed out everywhere"),
    "person.suspended": lazy_gettext("Account suspended"),
    "role.granted": lazy_gettext("Role given"),
    "role.ended": lazy_gettext("Role taken away"),
}
"""For the audit log; a test holds that every act has its words."""
