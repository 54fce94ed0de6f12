"""What stands in a person's own calendar about applications: deadlines and assessment visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from applications import documents
from applications.letters import visit_slots
from applications.letters.assessments import calendar_entry
from applications.letters.recipients import people_with_conflict
from applications.lifecycle import COMING_VISIT, SlotStatus, Status
from applications.models import Application, AssessmentVisit, Call, SlotOffer, VisitSlot
from applications.visibility.names import Reader
from core.accounts.models import Membership, User
from core.visibility import visible

LOOKS_BACK = timedelta(days=30)


def entries(user: User, now: datetime, stamped_at: datetime) -> Iterator[bytes]:
    """Deadlines of one's drafts (for staff, of every open call), and visits that one attends or has arranged."""
    yield from deadlines(user, now)
    rows = AssessmentVisit.objects.filter(status__in=COMING_VISIT, starts_at__gte=now - LOOKS_BACK)
    own = rows.filter(Q(attendees__email__iexact=user.email) | Q(arranged_by=user)).distinct().order_by("starts_at")
    related = own.select_related("application__organisation", "application__call__programme", "arranged_by")
    for visit in related.prefetch_related("attendees"):
        conflicted = people_with_conflict(visit.application)
        if user.email not in conflicted:
            people = [person for person in visit.attendees.all() if person.email not in conflicted]
            people = Reader.of(user, visit.application).attendees(people)
            yield calendar_entry(visit, people, stamped_at, method="PUBLISH")
    yield from times_on_offer(user, now, stamped_at)


def times_on_offer(user: User, now: datetime, stamped_at: datetime) -> Iterator[bytes]:
    """Times that one keeps free as a visitor, and those from which one's organisation may choose: all tentative."""
    is_visitor = Q(funder_visitor=user) | Q(host_visitor=user)
    led = user.memberships.filter(standing=Membership.Standing.LEAD).values("organisation")
    chooses = SlotOffer.objects.filter(ended_at=None, application__organisation__in=led)
    rows = VisitSlot.objects.filter(is_visitor | Q(pk__in=chooses.values("slot")), status=SlotStatus.OFFERED)
    for slot in rows.filter(starts_at__gt=now).select_related("call__programme", "offered_by"):
        yield visit_slots.calendar_entry(slot, [], stamped_at, method="PUBLISH")


def deadlines(user: User, now: datetime) -> Iterator[bytes]:
    if user.is_staff:
        for call in visible(Call.objects.taking_applications(now), user).select_related("programme"):
            if call.closes_at:
                yield documents.deadline(call, call.closes_at)[1]
        return
    drafts = Application.objects.real().filter(organisation__in=user.organisation_ids, status=Status.DRAFT)
    for draft in visible(drafts, user).select_related("call__programme"):
        if draft.closes_at and draft.is_open(now):
            yield documents.deadline(draft.call, draft.closes_at)[1]
