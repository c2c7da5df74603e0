"""Giving and taking roles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.authority import may_end
from lms.accounts.models import Person, RoleGrant
from lms.accounts.refusals import Refusal, Refused
from lms.audit.services import record
from lms.core.access import Actor, Grant, Permission, Role, Scope, Subject, may
from lms.db import insert_once


def grant_role(
    session: Session,
    actor: Actor,
    person_id: int,
    grant: Grant,
    now: datetime,
    organisation_id: int | None = None,
) -> RoleGrant:
    """Give a role; given twice it is there once. Raises `Refused`.

    For a programme or a cohort, `organisation_id` says whose it is.
    """
    person = session.get_one(Person, person_id)
    if grant.scope in (Scope.PROGRAMME, Scope.COHORT) and organisation_id is None:
        raise ValueError("whose programme or cohort it is was not said")
    values = {
        "person_id": person_id,
        "role": grant.role.value,
        "scope": grant.scope.value,
        "scope_id": grant.scope_id or 0,
        "organisation_id": organisation_id,
        "granted_by": actor.person_id,
        "granted_at": now,
    }
    row = RoleGrant(**values)
    home = Subject(organisation_id=person.organisation_id)
    if not may(actor, Permission.ROLE_GRANT, home) or not may_end(actor, row):
        raise Refused(Refusal.NOT_YOURS)
    new = insert_once(session, RoleGrant, **values)
    row = _find_current(session, row)
    if new:
        _record(session, actor, "role.granted", row, person, now)
    return row


def end_role(session: Session, actor: Actor, grant_id: int, now: datetime) -> None:
    """Take a role away; ended twice it is ended once. Raises `Refused`."""
    row = session.get_one(RoleGrant, grant_id)
    person = session.get_one(Person, row.person_id)
    home = Subject(organisation_id=person.organisation_id)
    if not may(actor, Permission.ROLE_GRANT, home) or not may_end(actor, row):
        raise Refused(Refusal.NOT_YOURS)
    if row.role == Role.ADMINISTRATOR and row.scope == Scope.PLATFORM:
        keep_an_administrator(session, without=person.id)
    ended = (
        update(RoleGrant)
        .where(RoleGrant.id == grant_id, RoleGrant.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor.person_id)
        .returning(RoleGrant.id)
    )
    if session.scalar(ended) is not None:
        _record(session, actor, "role.ended", row, person, now)


def keep_an_administrator(session: Session, without: int) -> None:
    """Refuse to leave the platform without anyone who can administrate it."""
    # Both rows are locked: of two administrators who end each other, the second one waits here,
    # and then no longer finds the first.
    administrators = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.scope == Scope.PLATFORM,
            RoleGrant.ended_at.is_(None),
            Person.suspended_at.is_(None),
        )
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    found = set(session.scalars(administrators))
    if without in found and len(found) == 1:
        raise Refused(Refusal.LAST_ADMINISTRATOR)


def _find_current(session: Session, row: RoleGrant) -> RoleGrant:
    return session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == row.person_id,
            RoleGrant.role == row.role,
            RoleGrant.scope == row.scope,
            RoleGrant.scope_id == row.scope_id,
            RoleGrant.ended_at.is_(None),
        )
    ).one()


def _record(
    session: Session, actor: Actor, action: str, row: RoleGrant, person: Person, now: datetime
) -> None:
    details = {"role": row.role, "scope": row.scope, "scope_id": row.scope_id}
    subject = ("person", person.id)
    record(session, actor, action, subject, now, details, person.organisation_id)
