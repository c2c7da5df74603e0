"""How much is tried: a little with every change, `LMS_FAULTS=full` for all of it."""

import os

FULL = os.environ.get("LMS_FAULTS") == "full"
