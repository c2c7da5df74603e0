"""Property tests run on loaded machines: an example may take its time, a wrong one may not pass."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
