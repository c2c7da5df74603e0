"""Who may say where a request came from."""

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.web.proxies import BehindProxies

FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "lms.example.org",
}


def seen_from(address: str) -> str:
    def application(environ, start_response):
        start_response("200 OK", [])
        told = (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"])
        return [" ".join(told).encode()]

    environ = EnvironBuilder(headers=FORWARDED).get_environ()
    environ["REMOTE_ADDR"] = address
    behind = BehindProxies(application, ["10.0.0.0/8", "::1"])
    body, _status, _headers = run_wsgi_app(behind, environ)
    return b"".join(body).decode()


@pytest.mark.parametrize("proxy", ["10.1.2.3", "::1"])
def test_a_proxy_that_was_set_up_is_believed(proxy):
    assert seen_from(proxy) == "203.0.113.9 https lms.example.org"


@pytest.mark.parametrize("stranger", ["192.0.2.7", "2001:db8::1", "", "not an address"])
def test_a_stranger_is_not_believed(stranger):
    assert seen_from(stranger) == f"{stranger} http localhost"
