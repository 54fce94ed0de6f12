"""What of learning is deleted when."""

from core.retention.rules import Line, Rule
from learning.models import ConfidentialMessage
from learning.periods import TOLD_IN_CONFIDENCE

TABLE: tuple[Line, ...] = (
    Rule(
        "Messages to the learning partner in confidence, and the answers",
        TOLD_IN_CONFIDENCE,
        due=lambda before: ConfidentialMessage.objects.filter(sent_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
)
