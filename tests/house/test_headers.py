"""Every response carries the house's headers, whatever it is, and every cookie its flags."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from lms.app import create_app
from lms.config import Settings
from lms.core.access import Permission
from tests.house.world import NOBODY, World

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SOMETHING = ("Permissions-Policy", "Cache-Control", "X-Request-Id")
POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
HTTPS = {
    "LMS_MODE": "production",
    "LMS_PUBLIC_URL": "https://vigie.example",
    "LMS_SECRET_KEY": "a secret for tests, long enough to be taken",
    "LMS_KEY_PASSPHRASE": "a passphrase for tests",
}


@pytest.fixture(scope="module", params=["http", "https"])
def app(request, world: World):
    """The world's application as it is reached over HTTP, and another one over HTTPS."""
    settings = {"LMS_HOME": str(world.home), **(HTTPS if request.param == "https" else {})}
    app = create_app(Settings.from_env(settings), world.clock)

    def fail():
        raise RuntimeError("on purpose")

    def fail_without_database():
        raise OperationalError("select 1", {}, Exception("on purpose"))

    for view in (fail, fail_without_database):
        view.permission = Permission.PUBLIC
        app.add_url_rule(f"/{view.__name__}", view.__name__, view)
    yield app
    app.extensions["engine"].dispose()


def responses(app, world):
    """One of every kind."""
    client = app.test_client()
    scheme = "https" if app.config["SESSION_COOKIE_SECURE"] else "http"
    name = app.extensions["assets"].name("css/vigie.css")
    script = {"Accept": "application/json"}
    for expected, method, path, more in (
        (200, "GET", "/sign-in", {}),
        (200, "GET", f"/static/{name}", {}),
        (404, "GET", "/static/none.css", {}),
        (404, "GET", "/nowhere", {}),
        (404, "GET", "/nowhere", {"headers": script}),
        (302, "GET", "/account", {}),
        (308, "GET", "//sign-in", {}),
        (400, "POST", "/sign-in", {"data": {"login": "x"}}),
        (405, "POST", "/healthz", {}),
        (413, "POST", "/language", {"data": {"language": "x" * 3_000_000}}),
        (200, "OPTIONS", "/sign-in", {}),
        (200, "HEAD", "/sign-in", {}),
        (200, "GET", "/healthz", {}),
        (200, "GET", "/readyz", {}),
        (200, "GET", "/.well-known/certificate-keys.json", {}),
        (200, "GET", f"/verify/{world.values['typed']}", {}),
        (404, "GET", "/verify/unknown", {}),
        (500, "GET", "/fail", {}),
        (500, "GET", "/fail", {"headers": script}),
        (503, "GET", "/fail_without_database", {}),
    ):
        response = client.open(path, method=method, base_url=f"{scheme}://localhost", **more)
        assert response.status_code in (expected, 400), (method, path, response.status)
        yield f"{method} {path} {response.status_code}", response


@pytest.mark.goal("S12")
def test_every_response_carries_the_headers(app, world, goal):
    found = list(responses(app, world))
    goal(len(found), [fault for name, one in found for fault in faults(app, name, one)])


def faults(app, name, response):
    """What is missing or too much."""
    headers, secure = response.headers, app.config["SESSION_COOKIE_SECURE"]
    policy = headers.get("Content-Security-Policy", "")
    resource = headers.get("Cross-Origin-Resource-Policy")
    holds = {
        **{header: headers.get(header) == value for header, value in ALWAYS.items()},
        **{header: bool(headers.get(header)) for header in SOMETHING},
        **{part: part in policy for part in POLICY},
        "a policy without exceptions": "unsafe" not in policy,
        "a resource policy": resource in ("same-origin", "cross-origin"),
        "HTTPS for good, over HTTPS": ("Strict-Transport-Security" in headers) == secure,
        "not what it is made with": not {"Server", "X-Powered-By"} & set(headers.keys()),
        **{cookie: is_proper(cookie, secure) for cookie in headers.getlist("Set-Cookie")},
    }
    return [f"{name}: {what}" for what, is_so in holds.items() if not is_so]


def is_proper(cookie, secure):
    """Whether no script and no other site can use it."""
    parts = {part.strip() for part in cookie.split(";")}
    wanted = {"HttpOnly", "SameSite=Lax", "Path=/"} | ({"Secure"} if secure else set())
    return wanted <= parts and cookie.startswith("__Host-") == secure


@pytest.mark.goal("S12")
def test_pages_of_people_are_kept_nowhere(world, goal):
    pages = ("/", "/account", "/certificates", f"/attempts/{world.values['attempt_id']}")
    client = world.client("officer")
    found = {page: client.get(page).headers["Cache-Control"] for page in pages}
    goal(len(pages), [one for one in found.items() if one[1] != "no-store"])


@pytest.mark.goal("S12")
def test_a_stranger_who_only_reads_gets_no_cookie(world, goal):
    pages = ("/verify", f"/verify/{world.values['typed']}", "/healthz")
    client = world.client(NOBODY)
    goal(len(pages), [page for page in pages if client.get(page).headers.getlist("Set-Cookie")])
