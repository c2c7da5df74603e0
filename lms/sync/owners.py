"""The organisations that own banks and courses, by the name that stands in the files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation


def owner_id(session: Session, slug: str, now: datetime) -> int:
    """The organisation of that name; made if it is not there, to be completed on its page."""
    organisation = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        name = slug.replace("-", " ").capitalize()
        organisation = Organisation(slug=slug, name={"en": name}, kind="other", created_at=now)
        session.add(organisation)
        session.flush()
    return organisation.id
