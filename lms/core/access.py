"""Who may do what: one table of roles and permissions, and the question asked of it.

A role is granted within a scope; a permission is asked for about a subject. The grant counts
when its scope covers the subject. What an officer may reach (own attempts, own courses) is not
here: queries start from the actor, and what they do not find does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does on the platform."""

    OFFICER = "officer"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


STAFF = frozenset({Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR})
"""Roles that can change what others see: an organisation may demand a second factor of them."""


class Scope(StrEnum):
    """How far a grant reaches."""

    PLATFORM = "platform"
    ORGANISATION = "organisation"
    PROGRAMME = "programme"
    COHORT = "cohort"


class Permission(StrEnum):
    """What a route can ask for, resource first."""

    PUBLIC = "public"
    """Anyone, signed in or not."""
    ACCOUNT_OWN = "account:own"
    """One's own account, language, sessions and home page."""
    COURSE_TAKE = "course:take"
    """Read the courses one is enrolled in, with their lessons."""
    QUIZ_TAKE = "quiz:take"
    """Start and take the quizzes of those courses, and see one's own results."""
    CERTIFICATE_OWN = "certificate:own"
    """See and download one's own certificates."""
    COURSE_PREVIEW = "course:preview"
    """Read any course of one's reach without being enrolled."""
    BANK_READ = "bank:read"
    """See question banks with their keys."""
    BANK_AUTHOR = "bank:author"
    """Write and change items."""
    COHORT_READ = "cohort:read"
    """See a cohort, its officers and how far they are."""
    COHORT_MANAGE = "cohort:manage"
    """Enrol, transfer and withdraw officers."""
    CERTIFICATE_MANAGE = "certificate:manage"
    """Issue certificates and change their status."""
    PEOPLE_MANAGE = "people:manage"
    """Add, invite, change and suspend people."""
    ROLE_GRANT = "role:grant"
    """Give and take roles within one's own reach."""
    ORGANISATION_MANAGE = "organisation:manage"
    """Change an organisation and its switches."""
    ORGANISATION_ADD = "organisation:add"
    """Add organisations to the platform."""
    AUDIT_READ = "audit:read"
    """Read who did what."""


SIGNED_IN = frozenset(
    {
        Permission.ACCOUNT_OWN,
        Permission.COURSE_TAKE,
        Permission.QUIZ_TAKE,
        Permission.CERTIFICATE_OWN,
    }
)
"""What everyone who is signed in may ask for; queries then give only what is theirs."""

_TRAINER, _COORDINATOR, _ADMINISTRATOR = Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR

TABLE: Mapping[Permission, frozenset[Role]] = {
    Permission.COURSE_PREVIEW: frozenset({_TRAINER, _COORDINATOR, _ADMINISTRATOR}),
    Permission.BANK_READ: frozenset({_TRAINER, _ADMINISTRATOR}),
    Permission.BANK_AUTHOR: frozenset({_TRAINER}),
    Permission.COHORT_READ: frozenset({_TRAINER, _COORDINATOR, _ADMINISTRATOR}),
    Permission.COHORT_MANAGE: frozenset({_COORDINATOR, _ADMINISTRATOR}),
    Permission.CERTIFICATE_MANAGE: frozenset({_COORDINATOR}),
    Permission.PEOPLE_MANAGE: frozenset({_ADMINISTRATOR}),
    Permission.ROLE_GRANT: frozenset({_ADMINISTRATOR}),
    Permission.ORGANISATION_MANAGE: frozenset({_ADMINISTRATOR}),
    Permission.ORGANISATION_ADD: frozenset({_ADMINISTRATOR}),
    Permission.AUDIT_READ: frozenset({_ADMINISTRATOR}),
}
"""The whole of it: permission -> the roles that carry it."""

PLATFORM_WIDE = frozenset({Permission.ORGANISATION_ADD})
"""Permissions that only a grant on the whole platform gives."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role within a scope; `scope_id` is None for the whole platform."""

    role: Role
    scope: Scope
    scope_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever performs an act. The platform itself (worker, commands) has no `person_id`."""

    person_id: int | None
    organisation_id: int | None = None
    grants: tuple[Grant, ...] = field(default=())

    def has_role(self, *roles: Role) -> bool:
        """Whether any of the roles was granted, in whatever scope."""
        return any(grant.role in roles for grant in self.grants)


SYSTEM = Actor(None, None, (Grant(Role.ADMINISTRATOR, Scope.PLATFORM),))
"""The platform itself: commands and background work."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Where the thing asked about belongs; what does not apply is None."""

    organisation_id: int | None = None
    programme_id: int | None = None
    cohort_id: int | None = None


def may(actor: Actor, permission: Permission, subject: Subject | None = None) -> bool:
    """Whether the actor may do this to the subject; without one, to anything at all."""
    if permission is Permission.PUBLIC:
        return True
    if permission in SIGNED_IN:
        return actor.person_id is not None
    roles = TABLE[permission]
    grants = [grant for grant in actor.grants if grant.role in roles]
    if permission in PLATFORM_WIDE:
        return any(grant.scope is Scope.PLATFORM for grant in grants)
    return any(subject is None or covers(grant, subject) for grant in grants)


def covers(grant: Grant, subject: Subject) -> bool:
    """Whether a grant's scope reaches a subject."""
    ids = {
        Scope.ORGANISATION: subject.organisation_id,
        Scope.PROGRAMME: subject.programme_id,
        Scope.COHORT: subject.cohort_id,
    }
    return grant.scope is Scope.PLATFORM or (
        grant.scope_id is not None and ids[grant.scope] == grant.scope_id
    )


def reach(actor: Actor, permission: Permission) -> frozenset[int] | None:
    """The organisations in which the actor has a permission; None for all of them.

    For lists: a query narrows itself to these.
    """
    roles = TABLE[permission]
    grants = [grant for grant in actor.grants if grant.role in roles]
    if any(grant.scope is Scope.PLATFORM for grant in grants):
        return None
    return frozenset(
        grant.scope_id
        for grant in grants
        if grant.scope is Scope.ORGANISATION and grant.scope_id is not None
    )


def may_grant(actor: Actor, wanted: Grant, subject: Subject) -> bool:
    """Whether the actor may give (or take) a grant whose scope lies within `subject`.

    Nobody gives what reaches further than their own: a role on the whole platform is given by
    administrators of the whole platform only.
    """
    if wanted.scope is Scope.PLATFORM:
        return Grant(Role.ADMINISTRATOR, Scope.PLATFORM) in actor.grants
    return may(actor, Permission.ROLE_GRANT, subject)
