"""Writing quizzes and attempts: one module for each act."""
