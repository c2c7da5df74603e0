"""The first page after signing in, for each role: what to do next."""
