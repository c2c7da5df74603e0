"""Who gets through which door: every route, every person, other people's things.

The table says for each route who is let in. A route that is not in it fails the test; so does
anyone else who gets an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.routing import Rule

from tests.house.world import NOBODY, PEOPLE, World

EVERYBODY = frozenset({NOBODY, *PEOPLE})
SIGNED_IN = frozenset(PEOPLE) - {"suspended"}
OWNER = frozenset({"officer"})
ENROLLED = frozenset({"officer", "other officer"})
PLATFORM = frozenset({"platform's administrator"})
HOME_STAFF = frozenset({"trainer", "coordinator", "administrator"}) | PLATFORM
ALL_STAFF = frozenset(who for who, role in PEOPLE.items() if role is not None)
COURSE = ENROLLED | HOME_STAFF
TRAINERS = frozenset({"trainer", "other's trainer"})
COORDINATORS = frozenset({"coordinator", "other's coordinator"})
HOME_ADMINISTRATORS = frozenset({"administrator"}) | PLATFORM
ADMINISTRATORS = HOME_ADMINISTRATORS | {"other's administrator"}
ID = "int(max=9223372036854775807)"
PERSON = f"/people/<{ID}:person_id>"
ACT = "<any(suspend, reinstate, 'remove-second-step'):act>"


@dataclass(frozen=True)
class Door:
    """Who is let in, with what is sent, and which parts of the address are not the usual ones."""

    people: frozenset[str]
    values: dict[str, str] = field(default_factory=dict)
    """Names of values that stand for a part of the address."""
    sends: dict[str, Any] = field(default_factory=dict)


TABLE = {
    "GET /": Door(SIGNED_IN),
    "GET /.well-known/certificate-keys.json": Door(EVERYBODY),
    "GET /.well-known/certificate-status": Door(EVERYBODY),
    "GET /V/<path:payload>": Door(EVERYBODY),
    "GET /verify": Door(EVERYBODY),
    "GET /verify/<path:typed>": Door(EVERYBODY),
    "GET /healthz": Door(EVERYBODY),
    "GET /readyz": Door(EVERYBODY),
    "GET /static/<path:name>": Door(EVERYBODY, {"name": "static"}),
    "POST /language": Door(EVERYBODY),
    "POST /theme": Door(EVERYBODY),
    # accounts
    "GET /sign-in": Door(EVERYBODY),
    "POST /sign-in": Door(EVERYBODY),
    "GET /sign-in/code": Door(EVERYBODY),
    "POST /sign-in/code": Door(EVERYBODY),
    "GET /sign-in/second-step": Door(SIGNED_IN),
    "POST /sign-in/second-step": Door(SIGNED_IN),
    "POST /sign-out": Door(SIGNED_IN),
    "GET /forgotten-password": Door(EVERYBODY),
    "POST /forgotten-password": Door(EVERYBODY),
    "GET /reset/<token>": Door(EVERYBODY),
    "POST /reset/<token>": Door(EVERYBODY),
    "GET /invitation/<token>": Door(EVERYBODY),
    "POST /invitation/<token>": Door(EVERYBODY),
    "GET /account": Door(SIGNED_IN),
    "POST /account": Door(SIGNED_IN),
    "GET /account/password": Door(SIGNED_IN),
    "POST /account/password": Door(SIGNED_IN),
    "GET /account/email": Door(SIGNED_IN),
    "POST /account/email": Door(SIGNED_IN),
    "GET /account/email/<token>": Door(SIGNED_IN),
    "POST /account/email/<token>": Door(SIGNED_IN),
    "GET /account/second-step": Door(SIGNED_IN),
    "POST /account/second-step": Door(SIGNED_IN),
    # Nobody here has a second step that could be changed.
    "POST /account/second-step/change": Door(frozenset()),
    f"POST /account/sessions/<{ID}:session_id>/end": Door(OWNER),
    "POST /account/sessions/end-others": Door(SIGNED_IN),
    # people and organisations
    "GET /people": Door(ADMINISTRATORS),
    "GET /people/new": Door(ADMINISTRATORS),
    "POST /people/new": Door(ADMINISTRATORS),
    f"GET {PERSON}": Door(HOME_ADMINISTRATORS),
    f"POST {PERSON}": Door(HOME_ADMINISTRATORS),
    f"GET {PERSON}/{ACT}": Door(HOME_ADMINISTRATORS),
    f"POST {PERSON}/{ACT}": Door(
        HOME_ADMINISTRATORS, sends={"data": {"reason": "On leave until further notice."}}
    ),
    f"POST {PERSON}/invite": Door(HOME_ADMINISTRATORS),
    f"POST {PERSON}/reset": Door(HOME_ADMINISTRATORS),
    f"POST {PERSON}/roles": Door(
        HOME_ADMINISTRATORS, sends={"data": {"role": "trainer", "scope": "organisation"}}
    ),
    f"POST {PERSON}/roles/<{ID}:grant_id>/end": Door(HOME_ADMINISTRATORS, {"person_id": "trainer"}),
    f"POST {PERSON}/sessions/end": Door(HOME_ADMINISTRATORS),
    "POST /people/codes": Door(ADMINISTRATORS),
    "GET /organisations": Door(ADMINISTRATORS),
    "GET /organisations/new": Door(PLATFORM),
    "POST /organisations/new": Door(PLATFORM),
    "GET /organisations/<slug>": Door(HOME_ADMINISTRATORS, {"slug": "organisation"}),
    "POST /organisations/<slug>": Door(HOME_ADMINISTRATORS, {"slug": "organisation"}),
    "GET /audit-log": Door(ADMINISTRATORS),
    # courses
    "GET /courses": Door(SIGNED_IN),
    "GET /courses/<course>": Door(COURSE),
    "GET /courses/<course>/lessons/<lesson>": Door(COURSE),
    "GET /courses/<course>/lessons/<lesson>/print": Door(COURSE),
    "POST /courses/<course>/lessons/<lesson>/progress": Door(COURSE),
    "POST /courses/<course>/lessons/<lesson>/done": Door(COURSE),
    "POST /courses/<course>/lessons/<lesson>/checks/<item>": Door(COURSE, {"item": "check"}),
    "GET /courses/<course>/lessons/<lesson>/pictures/<sha256>/<name>": Door(COURSE),
    "GET /courses/<course>/lessons/<lesson>/spectra/<digest>.svg": Door(COURSE),
    # question banks
    "GET /question-banks": Door(TRAINERS | ADMINISTRATORS),
    "GET /question-banks/<bank>": Door(frozenset({"trainer", "administrator"}) | PLATFORM),
    "GET /question-banks/<bank>/items/<item>": Door(
        frozenset({"trainer", "administrator"}) | PLATFORM
    ),
    # Nobody could guess the address of a picture.
    "GET /question-banks/figures/<int:version>-<mark>": Door(SIGNED_IN),
    # cohorts
    "GET /cohorts": Door(ALL_STAFF),
    "GET /cohorts/<slug>": Door(HOME_STAFF),
    "POST /cohorts/<slug>/codes": Door(frozenset({"coordinator"}) | HOME_ADMINISTRATORS),
    # quizzes
    "GET /quizzes": Door(SIGNED_IN),
    "GET /quizzes/signed-in": Door(SIGNED_IN),
    "GET /quizzes/<int(max=9223372036854775807):quiz_id>": Door(COURSE),
    "POST /quizzes/<int(max=9223372036854775807):quiz_id>/start": Door(COURSE),
    "GET /attempts/<int(max=9223372036854775807):attempt_id>": Door(OWNER),
    "GET /attempts/<int(max=9223372036854775807):attempt_id>/confirm": Door(OWNER),
    "POST /attempts/<int(max=9223372036854775807):attempt_id>/submit": Door(OWNER),
    "POST /attempts/<int(max=9223372036854775807):attempt_id>/responses": Door(
        OWNER, sends={"json": {"events": []}}
    ),
    "GET /attempts/<int(max=9223372036854775807):attempt_id>/result": Door(
        OWNER, {"attempt_id": "handed in"}
    ),
    # certificates
    "GET /certificates": Door(SIGNED_IN),
    "GET /certificates/<serial>": Door(frozenset({"coordinator"})),
    "GET /certificates/<serial>.pdf": Door(OWNER | {"coordinator"}),
    "GET /certificates/<serial>/<any(revoke, suspend, reinstate):act>": Door(
        frozenset({"coordinator"})
    ),
    "POST /certificates/<serial>/<any(revoke, suspend, reinstate):act>": Door(
        frozenset({"coordinator"}), sends={"data": {"reason": "Issued in error, see the file."}}
    ),
}
"""Method and route -> who is let in. Everyone else finds nothing, or the way to sign in."""

READING = ("GET", "HEAD")
ANSWERS = frozenset({200, 202, 204, 302, 303, 400, 409, 410, 422})
"""What someone who is let in may be told."""


@pytest.fixture(autouse=True)
def without_tokens(world: World) -> Iterator[None]:
    """Forms are sent without having been fetched; that they need a token is tested apart."""
    world.app.config["WTF_CSRF_ENABLED"] = False
    yield
    world.app.config["WTF_CSRF_ENABLED"] = True


def doors(world: World) -> dict[str, Rule]:
    return {
        f"{method} {rule.rule}": rule
        for rule in world.app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    }


@pytest.mark.goal("S1")
def test_the_table_names_every_door_there_is(world, goal):
    found = doors(world)
    goal(len(found), sorted(found.keys() ^ TABLE.keys()))


@pytest.mark.goal("S1")
def test_only_who_is_named_gets_through(world, goal):
    knocks = [
        (door, who)
        # Those who are let in may change something: they come last, and it is put back.
        for lets_in in (False, True)
        for door in doors(world).keys() & TABLE.keys()
        for who in [NOBODY, *PEOPLE]
        if (who in TABLE[door].people) is lets_in
    ]
    goal(len(knocks), [found for knock in knocks if (found := fault(world, *knock))])


def fault(world: World, door: str, who: str) -> str:
    """What is wrong with the answer; "" for nothing."""
    response, written = knock(world, door, who)
    said = f"{who}: {door} -> {response.status_code} {response.location or ''}"
    if who in TABLE[door].people:
        wrong = response.status_code not in ANSWERS or (
            to_sign_in(response) and door != "POST /sign-out"
        )
    elif who in (NOBODY, "suspended"):
        wrong = not to_sign_in(response) and response.status_code != 401
    else:
        wrong = response.status_code != 404
    if wrong:
        return said
    if written and (door.startswith(READING) or who not in TABLE[door].people):
        return f"{said} wrote {written}"
    return ""


def knock(world: World, door: str, who: str):
    """Send the request, and see what it wrote."""
    method, _, route = door.partition(" ")
    values = {**world.values, **{k: world.values[v] for k, v in TABLE[door].values.items()}}
    with world.app.test_request_context():
        built = doors(world)[door].build(values, append_unknown=False)
    assert built is not None, f"the world holds nothing for {route}"
    world.written.clear()
    sends = dict(TABLE[door].sends)
    if "json" in sends:
        sends["headers"] = {"X-Outbox-Key": world.values["outbox key"]}
    response = world.client(who).open(built[1], method=method, **sends)
    written = list(world.written)
    if written:
        world.put_back()
    return response, written


def to_sign_in(response) -> bool:
    return response.status_code in (302, 303) and response.location.startswith("/sign-in")


@pytest.mark.goal("S1")
def test_whatever_changes_something_needs_the_token_of_its_form(world, goal):
    world.app.config["WTF_CSRF_ENABLED"] = True
    # A script's save carries the attempt's own token instead.
    posts = [door for door in TABLE if door.startswith("POST") and "json" not in TABLE[door].sends]
    passed = []
    for door in posts:
        for who in {NOBODY, *sorted(TABLE[door].people)[:1]}:
            response, written = knock(world, door, who)
            if response.status_code != 400 or written:
                passed.append(f"{who}: {door} -> {response.status_code}")
    goal(len(posts), passed)
