"""Where assessment visits and the times offered for them stand."""

from django.db.models import TextChoices

from core.lifecycle import Lifecycle, Step


class VisitStatus(TextChoices):
    """A meeting at a shortlisted organisation."""

    PROPOSED = "proposed", "proposed"
    CONFIRMED = "confirmed", "confirmed"
    HELD = "held", "held"
    CANCELLED = "cancelled", "cancelled"


COMING_VISIT = (VisitStatus.PROPOSED, VisitStatus.CONFIRMED)
VISIT = Lifecycle(
    start=VisitStatus.PROPOSED,
    steps={
        "confirm": Step(sources=(VisitStatus.PROPOSED,), target=VisitStatus.CONFIRMED),
        "move": Step(sources=(VisitStatus.PROPOSED, VisitStatus.CONFIRMED), target=VisitStatus.PROPOSED),
        "hold": Step(sources=(VisitStatus.CONFIRMED,), target=VisitStatus.HELD),
        "cancel": Step(sources=(VisitStatus.PROPOSED, VisitStatus.CONFIRMED), target=VisitStatus.CANCELLED),
    },
)


class SlotStatus(TextChoices):
    """A time at which visitors can come, offered to organisations who choose."""

    OFFERED = "offered", "on offer"
    TAKEN = "taken", "taken"
    WITHDRAWN = "withdrawn", "withdrawn"


SLOT = Lifecycle(
    start=SlotStatus.OFFERED,
    steps={
        "take": Step(sources=(SlotStatus.OFFERED,), target=SlotStatus.TAKEN),
        "withdraw": Step(sources=(SlotStatus.OFFERED,), target=SlotStatus.WITHDRAWN),
    },
)
