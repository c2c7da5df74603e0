"""The migrations make what the models say, on both engines."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from lms import migrations, models
from lms.db import make_engine


def test_models_and_migrations_agree(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, models.metadata) == []


def test_upgrading_twice_changes_nothing(engine):
    migrations.upgrade(engine)
    assert migrations.is_current(engine)


def test_a_database_without_tables_is_not_current(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert not migrations.is_current(engine)
    engine.dispose()


def test_sqlite_syncs_every_commit_and_keeps_its_promises(sqlite_url):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000,
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(models.metadata.tables))
def test_times_know_their_zone(name):
    naive = [
        column.name
        for column in models.metadata.tables[name].columns
        if column.type.python_type.__name__ == "datetime" and not column.type.impl.timezone
    ]
    assert not naive
