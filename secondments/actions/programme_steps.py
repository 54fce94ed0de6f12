"""The steps before the start that a programme asks for."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core.accounts.models import Programme, User
from core.audit import trail
from core.lifecycle import require
from core.permissions import check
from secondments import defaults
from secondments.lifecycle import TrailEvent
from secondments.models import ProgrammeStep


def standard(programme: Programme) -> list[ProgrammeStep]:
    """The standard steps as rows of a programme, not saved."""
    return [
        ProgrammeStep(programme=programme, position=place, **row._asdict())
        for place, row in enumerate(defaults.STEPS, start=1)
    ]


def terms_of(programme: Programme) -> list[dict[str, Any]]:
    """What the steps of a placement that is opened now begin with: the programme's own, or else the standard ones."""
    return [step.terms for step in list(programme.start_steps.all()) or standard(programme)]


@transaction.atomic
def put_in_standard(programme: Programme, *, by: User, at: datetime) -> None:
    check(by, "secondments.add_programmestep", programme)
    has_none = not programme.start_steps.exists()
    require(has_none, "This programme has steps of its own already. Change them below.")
    ProgrammeStep.objects.bulk_create(standard(programme))
    trail.record(TrailEvent.STANDARD_STEPS_PUT_IN, programme, by=by, at=at)
