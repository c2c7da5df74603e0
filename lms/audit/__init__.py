"""Who did what, when: an append-only chain in which every row seals the one before."""
