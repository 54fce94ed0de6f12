"""What each person who comes to a visit needs to take part: asked, said by themselves, and deleted afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from applications import letters
from applications.lifecycle import COMING_VISIT, TrailEvent
from applications.models import AccessNeeds, AssessmentVisit, Attendee
from core.audit import trail
from core.letters import outbox
from core.lifecycle import require
from core.text import is_visible

OVER = "This visit is over, cancelled or without you, so this is no longer read. Email the grants office instead."
LINK = "their own link"  # how somebody without an account acts, for the trail


def ask(attendees: Iterable[Attendee], *, at: datetime) -> None:
    for attendee in attendees:
        letters.visit_words.needs_asked(attendee, at=at)


def may_be_stated(attendee: Attendee, at: datetime) -> bool:
    return attendee.visit.status in COMING_VISIT and at < attendee.visit.ends_at


@transaction.atomic
def state(attendee: Attendee, *, text: str, at: datetime) -> None:
    """Say what one needs, or change it; an empty text takes it back. Those who read it are told."""
    # Of two at once, the end of a visit and this, each waits for the other: nothing is left behind.
    AssessmentVisit.objects.select_for_update(of=("self",)).get(pk=attendee.visit_id)
    current = Attendee.objects.filter(pk=attendee.pk).select_related("visit").first()
    require(current is not None and may_be_stated(current, at), OVER, "text", code="wrong_state")
    text = text.strip() if is_visible(text) else ""
    before = AccessNeeds.objects.filter(attendee=attendee).first()
    if text == (before.text if before else ""):
        return
    if text:
        AccessNeeds.objects.update_or_create(attendee=attendee, defaults={"text": text, "written_at": at})
    else:
        AccessNeeds.objects.filter(attendee=attendee).delete()
    # Health may be told by who has needs: the trail stays for ever, so it does not say whose they are.
    trail.record(TrailEvent.ACCESS_NEEDS_STATED, attendee.visit, by=None, at=at, through=LINK)
    letters.visit_words.access_needs(attendee, at=at)


def end(visit: AssessmentVisit) -> None:
    outbox.withdraw(visit.attendees.all())
    AccessNeeds.objects.filter(attendee__visit=visit).delete()
