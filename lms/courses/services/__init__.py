"""Writing courses and how far officers are. Other features settle a course through `settle`."""

from lms.courses.services.completion import settle

__all__ = ["settle"]
