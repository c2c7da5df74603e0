"""Vigie: training and assessment for customs officers. See README.md for the map of the house."""
