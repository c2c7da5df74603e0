"""Programmes, their cycles and cohorts, and the officers enrolled in them."""
