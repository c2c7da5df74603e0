"""How the log names what happens to certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext

ACTIONS = {
    "certificate.issued": lazy_gettext("Certificate issued"),
    "certificate.revoked": lazy_gettext("Certificate revoked"),
    "certificate.suspended": lazy_gettext("Certificate suspended"),
    "certificate.reinstated": lazy_gettext("Certificate reinstated"),
}
