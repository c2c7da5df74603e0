"""Certificates: issued once per person, programme, cycle and course, and checked by anyone."""
