"""Pages of courses and lessons, and the pictures in them."""

from lms.courses.views import courses, lessons, pictures
from lms.courses.views.blueprint import bp

__all__ = ["bp", "courses", "lessons", "pictures"]
