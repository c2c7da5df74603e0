"""What can be measured, one module a part: each takes the platforms and gives rows."""
