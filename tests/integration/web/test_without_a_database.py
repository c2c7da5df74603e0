"""With the database away, every page says so; nothing else is said, and nothing breaks."""

import pytest

from lms.app import create_app
from lms.config import Settings
from tests.fixtures.pages import InspectingClient

NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"


@pytest.fixture(params=[True, False], ids=["with a cookie", "as a stranger"])
def signed_in(request):
    return request.param


@pytest.fixture
def client(signed_in, tmp_path, clock):
    settings = Settings.from_env({"LMS_HOME": str(tmp_path), "LMS_DATABASE_URL": NOWHERE})
    app = create_app(settings, clock)
    app.test_client_class = InspectingClient
    client = app.test_client()
    if signed_in:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = "a token of an earlier sign-in"
    return client


def test_a_page_that_needs_the_database_says_that_it_is_away(client):
    response = client.get("/verify/VG-AAAA-BBBB-CCCC")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "your answers stay in this browser" in response.text


@pytest.mark.parametrize("path", ["/", "/courses", "/attempts/1", "/certificates"])
def test_people_who_were_signed_in_are_told_and_strangers_sent_to_sign_in(client, path, signed_in):
    assert client.get(path).status_code == (503 if signed_in else 302)


def test_a_script_is_told_in_its_own_words(client, signed_in):
    response = client.post(
        "/attempts/1/responses", json={"events": []}, headers={"X-Outbox-Key": "0" * 64}
    )
    assert response.status_code == (503 if signed_in else 401)
    assert response.json["error"] == response.status_code


def test_alive_is_not_ready(client):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_what_is_not_there_has_a_page_too(client, signed_in):
    response = client.get("/nothing-here")
    assert response.status_code == (503 if signed_in else 404)
    assert client.page
