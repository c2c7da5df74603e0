"""The product as servers under measurement load it; BENCH_CHEAP_HASHING leaves hashing out."""

from __future__ import annotations

import os
from typing import Literal

from argon2 import PasswordHasher

from lms.accounts import passwords
from lms.app import create_app
from lms.config import Settings
from lms.web.logs import set_up_logs


class _Unhashed(PasswordHasher):
    """Says yes at once: what a sign-in costs apart from its hash."""

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        return True

    def check_needs_rehash(self, hash: str | bytes) -> bool:
        return False


if "BENCH_CHEAP_HASHING" in os.environ:
    passwords._hasher = _Unhashed()

settings = Settings.from_env(os.environ)
set_up_logs(settings.log_json)
application = create_app(settings)
