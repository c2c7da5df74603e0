"""Tables, types and transactions, for web, worker and commands alike. Knows no Flask.

Reading happens in whatever transaction the session has begun; writing only inside
`transaction()`, the one place that commits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 10_000
_IMMEDIATE = "lms_immediate"


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. A naive datetime is a mistake, and refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC, whether the engine keeps the zone (PostgreSQL) or not (SQLite)."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts rows only in a column that is exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Slug = Annotated[str, mapped_column(String(64))]
Word = Annotated[str, mapped_column(String(32))]
Language = Annotated[str, mapped_column(String(16))]
Digest = Annotated[str, mapped_column(String(64))]
"""SHA-256 in hexadecimal digits."""
Line = Annotated[str, mapped_column(String(200))]
Texts = Annotated[dict[str, str], mapped_column(JSON)]
"""A short text in its languages: `lms.core.text.Text`."""


class Base(DeclarativeBase):
    """What every table of the house is made from."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - the name and the shape are SQLAlchemy's
        datetime: Moment(),
        int: BigId,
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


def make_engine(url: str | URL, **options: Any) -> Engine:
    """An engine for SQLite or PostgreSQL, set up to lose nothing that was committed."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
        return create_engine(address, **{"pool_pre_ping": True, **options})
    engine = create_engine(address, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # The driver's own idea of when a transaction begins is switched off: see _begin_sqlite.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        # A power cut may lose whatever was not synced. "Saved" is said after a commit, so every
        # commit is synced.
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two that read first and then write would both have to wait
    # for each other. Readers do not, or a second reader would be locked out.
    immediate = connection.get_execution_options().get(_IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Write, and commit at the end; any error undoes it all. The only commit there is.

    What was loaded before stays usable, but may be older than the transaction: services decide
    with conditional writes, or read again.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside of a transaction")
    if session.in_transaction():
        session.commit()
    try:
        session.connection(execution_options={_IMMEDIATE: True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def insert_once(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless a unique constraint says it is there already; whether it was not."""
    postgres = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql.insert if postgres else sqlite.insert)(table).values(**values)
    keys = inspect(table).primary_key
    inserted = session.execute(statement.on_conflict_do_nothing().returning(*keys))
    return inserted.first() is not None


def new_session(engine: Engine) -> Session:
    """A session for worker and commands. Objects stay loaded after a commit."""
    return Session(engine, expire_on_commit=False)
