"""Emails of learning."""

from datetime import datetime

from core.accounts.links import absolute
from core.letters import outbox
from learning.models import ConfidentialMessage
from learning.rules import partners_of


def told_in_confidence(message: ConfidentialMessage, *, at: datetime) -> None:
    """Tell the programme's learning partner that a message waits: neither its words nor who wrote it."""
    for person in partners_of(message.programme):
        outbox.post(
            "learning.told_in_confidence",
            to=person,
            key=f"told in confidence:{message.pk}:{person.pk}",
            at=at,
            programme=message.programme,
            link=absolute("learning_confidence"),
        )
