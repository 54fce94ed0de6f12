"""What the trail says of meetings; code compares members, never the words."""

from django.db.models import TextChoices


class TrailEvent(TextChoices):
    """What was done to a meeting."""

    ITEM_ADDED = "agenda item added"
    CASES_ADDED = "cases put on the agenda"
    AGENDA_ARRANGED = "agenda arranged"
    PAPERS_OPENED = "papers opened"
    PRESENT_RECORDED = "members present recorded"
    MINUTES_DRAFTED = "minutes drafted"
    MINUTES_CONFIRMED = "minutes confirmed"
    MINUTES_OPENED = "minutes opened"
