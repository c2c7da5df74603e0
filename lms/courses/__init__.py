"""Courses: modules of ordered activities, lessons to read, progress."""
