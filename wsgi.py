import os

from lms.app import create_app
from lms.config import Settings

application = create_app(Settings.from_env(os.environ))
