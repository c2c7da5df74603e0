"""Where roles can reach, for features above that own programmes and cohorts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.orm import Session

from lms.core.access import Scope


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """An organisation, programme or cohort in which a role can be given."""

    scope: Scope
    scope_id: int
    organisation_id: int
    title: Mapping[str, str]


ScopeLister: TypeAlias = Callable[[Session, frozenset[int] | None], Sequence[ScopeChoice]]
"""Lists the scopes of these organisations; of all of them for None."""


@dataclass(frozen=True, slots=True)
class AccountParts:
    """What wiring.py hands down to the pages of accounts."""

    scopes: tuple[ScopeLister, ...] = ()
