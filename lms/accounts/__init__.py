"""People, organisations and roles; signing in and everything around it."""
