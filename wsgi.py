import os

from lms.app import create_app
from lms.config import Settings
from lms.web.logs import set_up_logs

settings = Settings.from_env(os.environ)
set_up_logs(settings.log_json)
application = create_app(settings)
