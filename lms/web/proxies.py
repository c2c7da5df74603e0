"""Whose word counts on where a request came from: only that of the proxies set up."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BehindProxies:
    """Believes X-Forwarded-For, -Proto and -Host of these networks, and of nobody else."""

    def __init__(self, application: WSGIApplication, networks: Sequence[str]) -> None:
        self._plain = application
        self._forwarded = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
        self._networks = [ipaddress.ip_network(network) for network in networks]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        trusted = self._is_proxy(environ.get("REMOTE_ADDR", ""))
        serve = self._forwarded if trusted else self._plain
        return serve(environ, start_response)

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)
