"""Pages of certificates: one's own, everyone's to check, and a coordinator's."""

from lms.certificates.views import manage, own, public
from lms.certificates.views.blueprint import bp

__all__ = ["bp", "manage", "own", "public"]
