"""Measurements: ratios taken in one run, beside bare floors and the budgets of the design.

Every number is a median with its spread; the machine's own noise is measured first, so that a
reader knows which differences mean something. Nothing here is a test: `make bench` prints a
table, and bench/README.md says where the time goes.
"""
