"""What every test can ask for, by topic; see tests/README.md."""

from hypothesis import settings

pytest_plugins = (
    "tests.fixtures.goals",
    "tests.fixtures.engines",
    "tests.fixtures.pages",
    "tests.fixtures.house",
    "tests.fixtures.people",
    "tests.fixtures.site",
    "tests.fixtures.browser",
)

# Property tests run on loaded machines: an example may take its time, a wrong one may not pass.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
