"""How long what is told in confidence is kept."""

from core.retention.periods import Period

TOLD_IN_CONFIDENCE = Period(months=24, after="they were sent")
