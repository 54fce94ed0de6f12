"""Two messages to the learning partner: one waits, one is answered."""

from datetime import datetime, timedelta

from core.accounts.models import Programme, User
from learning.actions import answer_in_confidence, tell_in_confidence

UNHEARD = (
    "We asked twice for the guidance to name the groups who wrote it, and had no answer. "
    "We would rather not raise it with those who fund us."
)


def build(programme: Programme, cast: dict[str, User], now: datetime) -> None:
    tell_in_confidence(programme, words=UNHEARD, by=cast["applicant"], at=now - timedelta(days=1))
    asked = "May I say no to a fourth day?"
    answered = tell_in_confidence(programme, words=asked, by=cast["secondee"], at=now - timedelta(days=9))
    answer = "You may. Your agreement says three days; tell me if it is asked again."
    answer_in_confidence(answered, answer=answer, by=cast["learning"], at=now - timedelta(days=8))
