"""What is done in learning."""

from django.db.models import TextChoices


class TrailEvent(TextChoices):
    """What the trail says was done; code compares members, never the words."""

    FINDING_RECORDED = "finding recorded"
    CHANGE_RECORDED = "change recorded"
    TOLD_IN_CONFIDENCE = "message in confidence sent to the learning partner"
    ANSWERED_IN_CONFIDENCE = "message in confidence answered"
    DATA_TAKEN = "data downloaded"
