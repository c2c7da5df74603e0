"""The sync tests use the small library of tests/fixtures/content.py."""

from tests.fixtures.content import library, statements, store, sync

__all__ = ["library", "statements", "store", "sync"]
