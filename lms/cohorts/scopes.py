"""Programmes and cohorts as scopes in which administrators can give roles."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.scopes import ScopeChoice
from lms.cohorts.models import Cohort, Programme
from lms.core.access import Scope


def list_scopes(session: Session, organisations: frozenset[int] | None) -> list[ScopeChoice]:
    """The programmes and cohorts of these organisations; of all of them for None."""
    found: list[ScopeChoice] = []
    for table, scope in ((Programme, Scope.PROGRAMME), (Cohort, Scope.COHORT)):
        query = select(table.id, table.organisation_id, table.title).order_by(table.slug)
        if organisations is not None:
            query = query.where(table.organisation_id.in_(organisations))
        found.extend(ScopeChoice(scope, *row) for row in session.execute(query))
    return found
