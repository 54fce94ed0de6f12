"""How long grant files are kept."""

from core.retention.periods import Period

GRANT_FILE = Period(years=6, after="the end of the year of the last payment")
DECLINED_OFFER = Period(months=12, after="the decision")
