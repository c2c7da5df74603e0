"""Question banks: items, their versions and reviews."""
