"""What follows here when something of this stage, or a person, ends or changes; named like the events."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from applications.actions import visits
from applications.lifecycle import LIVE, CallStatus
from applications.models import Application, AssessmentVisit, Call
from core.accounts.models import User
from core.events import Event, publish


def call_cancelled(call: Call, *, by: User, at: datetime) -> None:
    """Every application of the call that goes on ends with it."""
    for application in call.applications.filter(status__in=LIVE).select_related("call", "organisation").order_by("pk"):
        publish(Event.APPLICATION_ENDED, application, by=by, at=at)


def application_ended(application: Application, *, by: User | None, at: datetime) -> None:
    """Its coming visit is cancelled, in people's calendars too."""
    visits.cancel_coming(application, by=by, at=at)


def leftovers(_now: datetime) -> Iterator[str]:
    """Yield a sentence for each visit that is still to come although its application or call has ended."""
    over = ~Q(application__status__in=LIVE) | Q(application__call__status=CallStatus.CANCELLED)
    for visit in AssessmentVisit.objects.coming().filter(over).select_related("application"):
        yield f"{visit} is in the future, although {visit.application} has ended."
