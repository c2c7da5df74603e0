"""Pages of quizzes and attempts."""

from lms.quizzes.views import attempts, quizzes, responses
from lms.quizzes.views.blueprint import bp

__all__ = ["attempts", "bp", "quizzes", "responses"]
