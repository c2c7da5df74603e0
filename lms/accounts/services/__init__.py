"""Changes to organisations, people, roles, sessions and one-time secrets, by act."""
