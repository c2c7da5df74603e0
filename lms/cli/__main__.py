"""`python -m lms.cli`, for processes that start others with the interpreter they run on."""

from lms.cli import main

main()
