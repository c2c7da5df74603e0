"""The sync tests use the small library of tests/fixtures/content.py."""

from tests.fixtures.content import library, store, sync

__all__ = ["library", "store", "sync"]
