"""All tables in one place, for migrations and for whoever wants to see them."""

from lms.accounts import models as accounts
from lms.audit import models as audit
from lms.certificates import models as certificates
from lms.cohorts import models as cohorts
from lms.courses import models as courses
from lms.db import Base
from lms.jobs import models as jobs
from lms.question_banks import models as question_banks
from lms.quizzes import models as quizzes

EVERY = (accounts, audit, certificates, cohorts, courses, jobs, question_banks, quizzes)
metadata = Base.metadata
