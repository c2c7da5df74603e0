"""The outside world, reached without the web: clock, mail, files, PDF, signing keys."""
