"""Quizzes: attempts, their journal of responses, results."""
