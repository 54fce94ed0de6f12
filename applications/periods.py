"""How long applications and what belongs to them are kept."""

from core.retention.periods import Period

NEVER_SUBMITTED = Period(days=90, after="the deadline")
NEVER_SUBMITTED_WITHOUT_DEADLINE = Period(months=12, after="the last entry")
UNSUCCESSFUL = Period(months=12, after="the decision")
WITHDRAWN = Period(months=12, after="the withdrawal")
UNDECIDED = Period(months=24, after="they were submitted")
EXPRESSION_ANSWERED = Period(months=12, after="the last entry")
EXPRESSION_UNANSWERED = Period(months=24, after="the last entry")
EXPRESSION_DRAFT = Period(days=30, after="the last entry")
INVITATION_CODE = Period(months=12, after="the code's last day")
LATE_ADMISSION = Period(months=12, after="its deadline")
EQUALITY_LINK = Period(days=30, after="the call closes")
ENQUIRY = Period(months=6, after="they were asked")
ANSWER_REVISION = Period(days=30, after="they were replaced")
ACCESS_NEEDS = Period(days=7, after="the visit")
VISIT_TIME = Period(months=12, after="the time")
SCORING_COPY = Period(months=3, after="they were made")
SCORING_COPY_KIND = "scoring copy"  # of a document about a call; with the reader's key
