"""Simulated Raman spectra: what is known of the materials, and the pictures drawn from it."""
