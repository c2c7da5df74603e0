"""How Alembic runs here: on the connection it is given, with all models known."""

from __future__ import annotations

from typing import Literal

from alembic import context

from lms import models
from lms.db import Moment

target_metadata = models.metadata


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations never import the house: its own types are written as SQLAlchemy's."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=target_metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
