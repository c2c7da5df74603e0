"""Reading organisations, people, roles and sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from lms.accounts.models import AccessToken, Organisation, Person, RoleGrant, SignInSession
from lms.accounts.services.sessions import IDLE
from lms.accounts.spelling import tidy_email, tidy_number
from lms.accounts.vault import digest
from lms.core.access import STAFF, Actor, Permission, Role, Scope, reach
from lms.core.paging import SIZE, Page, offset_of

ACTIVE, INVITED, SUSPENDED = "active", "invited", "suspended"
STATES = (ACTIVE, INVITED, SUSPENDED)
"""Of an account; invited: nobody has set a password yet."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of people is narrowed to; empty for all."""

    words: str = ""
    organisation_id: int | None = None
    role: str = ""
    state: str = ""


def find_by_login(session: Session, login: str) -> Person | None:
    """The person who signs in as this: an e-mail, a staff number that only one person has, or
    the organisation's slug, a stroke and the number."""
    if "@" in login:
        return session.scalar(select(Person).where(Person.email == tidy_email(login)))
    number = tidy_number(login)
    slug, _, rest = number.partition("/")
    in_organisation = (Organisation.slug == slug.strip().lower()) & (
        Person.staff_number == rest.strip()
    )
    found = session.execute(
        select(Person, in_organisation)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(or_(Person.staff_number == number, in_organisation))
        .limit(3)
    ).all()
    exact = [person for person, named in found if named]
    everyone = [person for person, _ in found]
    return (exact or everyone)[0] if exact or len(everyone) == 1 else None


def find_session(session: Session, token: str, now: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """The session, the person and each current role, one row a role, in one statement.

    No row: the session has ended or grown old, or the person is suspended.
    """
    values = {"digest": digest(token), "now": now, "active_after": now - IDLE}
    return session.execute(_session_query(), values).all()


@cache
def _session_query() -> Select[*tuple[Any, ...]]:
    """Asked on every request, and made once: to make it takes longer than to ask it."""
    home, granted = aliased(Organisation), aliased(Organisation)
    return (
        select(
            SignInSession.id,
            SignInSession.last_seen_at,
            SignInSession.awaits_second_factor,
            Person.id.label("person_id"),
            Person.organisation_id,
            Person.display_name,
            Person.language,
            Person.time_zone,
            Person.theme,
            Person.password_hash.is_(None).label("has_no_password"),
            Person.totp_secret.is_(None).label("has_no_second_factor"),
            home.requires_second_factor.label("demanded_at_home"),
            RoleGrant.role,
            RoleGrant.scope,
            RoleGrant.scope_id,
            granted.requires_second_factor.label("demanded_where_granted"),
        )
        .join(Person, Person.id == SignInSession.person_id)
        .join(home, home.id == Person.organisation_id)
        .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.ended_at.is_(None))
        .outerjoin(
            granted,
            (RoleGrant.scope == Scope.ORGANISATION) & (granted.id == RoleGrant.scope_id),
        )
        .where(
            SignInSession.token_digest == bindparam("digest"),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > bindparam("now"),
            SignInSession.last_seen_at > bindparam("active_after"),
            Person.suspended_at.is_(None),
        )
        .order_by(RoleGrant.id)
    )


def list_people(session: Session, actor: Actor, search: Search, page: int) -> Page[Person]:
    """The people the actor manages, with their organisations, by name."""
    query = _narrowed(_in_reach(select(Person), actor), search)
    total = session.scalars(select(func.count()).select_from(query.subquery())).one()
    rows = session.scalars(
        query.join(Organisation, Organisation.id == Person.organisation_id)
        .options(contains_eager(Person.organisation))
        .order_by(func.lower(Person.display_name), Person.id)
        .limit(SIZE)
        .offset(offset_of(page))
    ).all()
    return Page(rows, max(1, page), total)


def find_person(session: Session, actor: Actor, person_id: int) -> Person | None:
    """One of those people."""
    query = _in_reach(select(Person), actor).where(Person.id == person_id)
    return session.scalar(
        query.join(Organisation, Organisation.id == Person.organisation_id).options(
            contains_eager(Person.organisation)
        )
    )


def find_people(session: Session, actor: Actor, ids: Collection[int]) -> Sequence[Person]:
    """Several of those people, with their organisations."""
    query = _in_reach(select(Person), actor).where(Person.id.in_(ids))
    return session.scalars(
        query.join(Organisation, Organisation.id == Person.organisation_id)
        .options(contains_eager(Person.organisation))
        .order_by(func.lower(Person.display_name), Person.id)
    ).all()


def find_own(session: Session, person_id: int) -> Person:
    """A person with their organisation, as they are now."""
    query = (
        select(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .options(contains_eager(Person.organisation))
        .where(Person.id == person_id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def list_roles(session: Session, person_ids: Iterable[int]) -> Mapping[int, list[RoleGrant]]:
    """The current roles of these people, by person."""
    found: dict[int, list[RoleGrant]] = {person_id: [] for person_id in person_ids}
    query = select(RoleGrant).where(RoleGrant.person_id.in_(found), RoleGrant.ended_at.is_(None))
    for row in session.scalars(query.order_by(RoleGrant.id)):
        found[row.person_id].append(row)
    return found


def list_sessions(session: Session, person_id: int, now: datetime) -> Sequence[SignInSession]:
    """Where a person is signed in, the last used first."""
    query = select(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
        SignInSession.last_seen_at > now - IDLE,
    )
    return session.scalars(query.order_by(SignInSession.last_seen_at.desc())).all()


def count_tokens(session: Session, person_id: int, purpose: str, now: datetime) -> int:
    """How many of a person's secrets would still open something."""
    query = select(func.count()).where(
        AccessToken.person_id == person_id,
        AccessToken.purpose == purpose,
        AccessToken.used_at.is_(None),
        AccessToken.expires_at > now,
    )
    return session.scalars(query).one()


def demands_second_factor(session: Session, person_id: int) -> bool:
    """Whether a person's organisation, or one that gave them a staff role, asks for it."""
    home, granted = aliased(Organisation), aliased(Organisation)
    query = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(home, home.id == Person.organisation_id)
        .outerjoin(
            granted, (RoleGrant.scope == Scope.ORGANISATION) & (granted.id == RoleGrant.scope_id)
        )
        .where(
            Person.id == person_id,
            RoleGrant.ended_at.is_(None),
            RoleGrant.role.in_(STAFF),
            or_(home.requires_second_factor, granted.requires_second_factor),
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def list_organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations the actor administrates."""
    query = select(Organisation).order_by(Organisation.slug)
    organisations = reach(actor, Permission.ORGANISATION_MANAGE)
    if organisations is not None:
        query = query.where(Organisation.id.in_(organisations))
    return session.scalars(query).all()


def count_people(session: Session, ids: Collection[int]) -> Mapping[int, int]:
    """How many people these organisations have."""
    query = select(Person.organisation_id, func.count()).where(Person.organisation_id.in_(ids))
    counted = session.execute(query.group_by(Person.organisation_id))
    return {row[0]: row[1] for row in counted}


def find_organisation(session: Session, actor: Actor, slug: str) -> Organisation | None:
    """One of those organisations."""
    return next((one for one in list_organisations(session, actor) if one.slug == slug), None)


def organisation_names(
    session: Session, ids: Collection[int] | None
) -> Mapping[int, dict[str, str]]:
    """The names of these organisations, or for None of all, in their languages."""
    query = select(Organisation.id, Organisation.name).order_by(Organisation.slug)
    if ids is not None:
        query = query.where(Organisation.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}


def person_names(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """The names of people, for lists that hold only their ids."""
    query = select(Person.id, Person.display_name).where(Person.id.in_(ids))
    return {row.id: row.display_name for row in session.execute(query)}


def state_of(person: Person) -> str:
    """One of `STATES`."""
    if person.suspended_at is not None:
        return SUSPENDED
    return ACTIVE if person.password_hash is not None else INVITED


def _in_reach(query: Select[Person], actor: Actor) -> Select[Person]:
    organisations = reach(actor, Permission.PEOPLE_MANAGE)
    return (
        query if organisations is None else query.where(Person.organisation_id.in_(organisations))
    )


def _narrowed(query: Select[Person], search: Search) -> Select[Person]:
    for word in search.words.split():
        query = query.where(_mentions(word))
    if search.organisation_id is not None:
        query = query.where(Person.organisation_id == search.organisation_id)
    if search.role in list(Role):
        holders = select(RoleGrant.person_id).where(
            RoleGrant.role == search.role, RoleGrant.ended_at.is_(None)
        )
        query = query.where(Person.id.in_(holders))
    states = {
        ACTIVE: Person.suspended_at.is_(None) & Person.password_hash.is_not(None),
        INVITED: Person.suspended_at.is_(None) & Person.password_hash.is_(None),
        SUSPENDED: Person.suspended_at.is_not(None),
    }
    return query.where(states[search.state]) if search.state in states else query


def _mentions(word: str) -> ColumnElement[bool]:
    # SQLite knows the capitals of ASCII only, so that other letters are looked for as written.
    spellings = {word, word.lower(), word.upper(), word.capitalize()}
    columns = (
        Person.display_name,
        Person.given_names,
        Person.family_name,
        Person.email,
        Person.staff_number,
    )
    return or_(
        *(
            column.icontains(spelling, autoescape=True)
            for column in columns
            for spelling in spellings
        )
    )
