"""Adding and changing organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation
from lms.accounts.refusals import Refusal, Refused
from lms.audit.services import record
from lms.core.access import Actor, Permission, Subject, may


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """What is known of an organisation. The slug stands before staff numbers, and stays."""

    slug: str
    name: Mapping[str, str]
    kind: str = "customs"
    country: str | None = None
    time_zone: str = "UTC"
    language: str = "en"
    requires_second_factor: bool = False


_CHANGEABLE = ("name", "kind", "country", "time_zone", "language", "requires_second_factor")


def add_organisation(
    session: Session, actor: Actor, data: OrganisationData, now: datetime
) -> Organisation:
    """A new organisation. Raises `Refused`."""
    if not may(actor, Permission.ORGANISATION_ADD):
        raise Refused(Refusal.NOT_YOURS)
    organisation = Organisation(slug=data.slug, created_at=now, **_values(data))
    session.add(organisation)
    try:
        session.flush()
    except IntegrityError:
        raise Refused(Refusal.SLUG_TAKEN) from None
    subject = ("organisation", organisation.id)
    record(session, actor, "organisation.added", subject, now, _audited(data), organisation.id)
    return organisation


def change_organisation(
    session: Session, actor: Actor, organisation_id: int, data: OrganisationData, now: datetime
) -> None:
    """Another name, zone or switch; the slug is not changed. Raises `Refused`."""
    if not may(actor, Permission.ORGANISATION_MANAGE, Subject(organisation_id=organisation_id)):
        raise Refused(Refusal.NOT_YOURS)
    locked = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    organisation = session.scalars(locked.execution_options(populate_existing=True)).one()
    for column, value in _values(data).items():
        setattr(organisation, column, value)
    session.flush()
    subject = ("organisation", organisation_id)
    record(session, actor, "organisation.changed", subject, now, _audited(data), organisation_id)


def _values(data: OrganisationData) -> dict[str, object]:
    values = {column: getattr(data, column) for column in _CHANGEABLE}
    return {**values, "name": dict(data.name)}


def _audited(data: OrganisationData) -> dict[str, object]:
    return {"slug": data.slug, **_values(data)}
