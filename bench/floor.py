"""The floor: bare Flask that saves with one statement, and does nothing else.

Started by the bench under the same gunicorn as the product; BENCH_DATABASE_URL says where to.
"""

from __future__ import annotations

import os

from flask import Flask, Response, jsonify, request
from sqlalchemy import text

from lms.db import make_engine

_engine = make_engine(os.environ["BENCH_DATABASE_URL"])
_INSERT = text("insert into bench_floor (person, slot, value) values (:person, :slot, :value)")

application = Flask("floor")


@application.post("/save")
def save() -> Response:
    """One statement, one commit."""
    sent = request.get_json()
    with _engine.connect().execution_options(lms_immediate=True) as connection:
        connection.execute(_INSERT, sent)
        connection.commit()
    return jsonify(saved=True)
