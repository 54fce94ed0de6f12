"""How long grant files are kept."""

from core.retention.periods import Period

GRANT_FILE = Period(years=6, after="the end of the year of the last payment")
COMMITTEE_PAPERS = Period(months=3, after="they were made")
DOSSIER = Period(days=7, after="it was made")
DECLINED_OFFER = Period(months=12, after="the decision")
