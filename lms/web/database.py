"""Flask-SQLAlchemy, bound to the house's own engine and tables."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.db import Base


class _Database(SQLAlchemy):
    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine: Engine = app.extensions["engine"]
        return engine


# Objects stay readable after a commit: the answer is rendered from them.
database = _Database(metadata=Base.metadata, session_options={"expire_on_commit": False})


def session() -> Session:
    """The session of the current request."""
    return database.session()
