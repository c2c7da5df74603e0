"""Issuing certificates, printing them, and changing what they are worth."""
