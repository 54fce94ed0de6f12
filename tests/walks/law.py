"""The law of endings: nothing waits, reminds, invites or counts about what has ended, and whoever was told is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from applications.lifecycle import COMING_VISIT, LIVE, LIVE_CANDIDATE, OPEN_ASSESSMENT, CallStatus, SlotStatus
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    Call,
    CallInvitation,
    Candidate,
    ExpressionOfInterest,
    SlotOffer,
    VisitSlot,
)
from core import events
from core.accounts.models import User
from core.letters.models import Letter, Status
from core.work_queue import for_person
from grants.lifecycle import GrantStatus, ReportStatus
from grants.models import Decision, EvaluationReport, Grant
from secondments.lifecycle import OVER, PlacementStatus, StartStepStatus
from secondments.models import Amendment, Placement, StartStep
from secondments.rules import left_in

AHEAD = (0, 2, 40, 400)  # days after the walk at which reminders are asked for

# Letters that promise or ask something about an application, and those that say that it has ended.
PROMISED = {
    "received", "received_candidate", "reopened", "reopened_candidate", "shortlisted", "shortlisted_candidate",
    "candidate_asked", "candidate_changed", "assigned", "visit_invitation", "visit_moved", "visit_confirmed", "stands",
    "stands_candidate", "unfinished", "visit_soon", "visit_needs_asked", "visit_times_offered", "visit_times_waiting", "candidate_other_post", "other_post_reminder", "other_post_over", "other_post_agreed", "call_extended", "call_extended_candidate",
}  # fmt: skip
ENDED = {
    "withdrawn", "withdrawn_candidate", "call_cancelled", "call_cancelled_candidate", "turned_down",
    "turned_down_candidate", "candidate_withdrew", "candidate_withdrew_candidate", "candidate_lapsed",
    "assessment_closed", "visit_cancelled", "visit_excused", "decision_decline", "candidate_decline",
    "offer_declined_members", "candidate_offer_declined", "person_refused", "other_post_refused",
    "offer_lapsed_members", "candidate_offer_lapsed",
}  # fmt: skip


def has_ended(thing: Model | None) -> bool:  # noqa: C901, PLR0911, PLR0912 — a table of kinds
    """Whether nothing more is to happen to this thing."""
    match thing:
        case None:
            return True
        case Call():
            return thing.status == CallStatus.CANCELLED
        case Application():
            return thing.status not in LIVE or has_ended(thing.call)
        case AssessmentVisit():
            return thing.status not in COMING_VISIT or has_ended(thing.application)
        case Attendee():
            return has_ended(thing.visit)
        case VisitSlot():
            return thing.status != SlotStatus.OFFERED
        case SlotOffer():
            return thing.ended_at is not None or has_ended(thing.slot) or has_ended(thing.application)
        case Assessment():
            return thing.status not in OPEN_ASSESSMENT or has_ended(thing.application)
        case Candidate():
            return thing.status not in LIVE_CANDIDATE or has_ended(thing.application)
        case CallInvitation():
            return thing.withdrawn_at is not None or has_ended(thing.call)
        case ExpressionOfInterest():
            return thing.answered_at is not None
        case Grant():
            return thing.status in {GrantStatus.DECLINED, GrantStatus.CLOSED}
        case EvaluationReport():
            return thing.status not in {ReportStatus.DUE, ReportStatus.RETURNED} or has_ended(thing.grant)
        case Placement():
            return thing.status in OVER
        case Amendment():
            return not thing.is_open
        case StartStep():
            is_settled = thing.status in {StartStepStatus.DONE, StartStepStatus.WAIVED}
            return is_settled or thing.placement.status != PlacementStatus.PREPARING
    raise AssertionError(f"Say when {thing!r} has ended.")


def breaches(now: datetime, moved: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield a sentence for each breach of the law; `moved` leads from an address to the one that took its place."""
    yield from events.leftovers(now)
    yield from reminded(now)
    yield from queued()
    yield from waiting(now)
    yield from counted()
    yield from untold(moved or {})
    yield from placements_untold()
    yield from times_untold()
    yield from changes_untold()


def reminded(now: datetime) -> Iterator[str]:
    for days in AHEAD:
        later = now + timedelta(days=days)
        for path in settings.REMINDER_SOURCES:
            for reminder in import_string(path)(later):
                about = (
                    type(reminder.about)._base_manager.filter(pk=reminder.about.pk).first() if reminder.about else None
                )
                if has_ended(about):
                    yield f"{reminder.template} would remind of {reminder.about} in {days} days."
                if (
                    isinstance(reminder.to, User)
                    and not User.objects.filter(pk=reminder.to.pk, is_active=True).exists()
                ):
                    yield f"{reminder.template} would go to somebody whose account is closed."


def queued() -> Iterator[str]:
    for letter in Letter.objects.filter(status=Status.QUEUED).exclude(about=""):
        label, _, key = letter.about.partition(":")
        thing = apps.get_model(label)._base_manager.filter(pk=key).first()
        # An invitation that waits may be followed by the letter that cancels it; a reminder may not.
        if has_ended(thing):
            yield f"{letter.template} to {letter.to_email} still waits, about {thing or letter.about}."


def waiting(now: datetime) -> Iterator[str]:
    """What anybody's front page asks them to do leads to nothing that has ended."""
    for person in User.objects.filter(is_active=True):
        for item in for_person(person, now):
            for reference in re.findall(r"/([A-Z]+(?:-[A-Z0-9]+)+)/", item.url):
                thing = thing_of(reference)
                is_report = "/reports/" in item.url
                if thing is not None and has_ended(thing) and not is_report:
                    yield f"“{item.text}” waits for {person}, about {thing}."


def thing_of(reference: str) -> Model | None:
    found: Any = (
        Placement.objects.filter(reference=reference).first() or Grant.objects.filter(reference=reference).first()
    )
    return found or Application.objects.by_reference(reference).first()


def counted() -> Iterator[str]:
    """Every count of the office is of things that go on."""
    for decision in Decision.objects.filter(status__in=["recorded", "confirmed"]):
        if has_ended(decision.application):
            yield f"{decision} is counted as one to confirm or release."
    for placement in Placement.objects.going_on():
        if has_ended(placement.grant) or placement.ends_on > placement.grant.ends_on:
            yield f"{placement} takes a place longer than its grant."


def untold(moved: Mapping[str, str]) -> Iterator[str]:
    """Yield who was told that something would happen about an application, and not that it will not."""
    for application in Application.objects.select_related("organisation", "call"):
        if not has_ended(application):
            continue
        name = application.organisation.name
        letters = [
            row
            for row in Letter.objects.order_by("pk")
            if name in row.subject or name in row.body or is_of(row, application)
        ]
        for who in {addressee(row, moved) for row in letters}:  # an address may have changed in between
            to_them = [row for row in letters if addressee(row, moved) == who]
            own, address = [row for row in to_them if row.status != Status.WITHDRAWN], to_them[-1].to_email
            kinds = [row.template.partition(".")[2] for row in own]
            last_promise = max((at for at, kind in enumerate(kinds) if kind in PROMISED), default=-1)
            was_told = any(kind in ENDED for kind in kinds[last_promise + 1 :])
            if last_promise >= 0 and not was_told and not knows(address, application):
                yield f"{address} was last told “{kinds[last_promise]}” about {application}, which is {application.status}."


def addressee(letter: Letter, moved: Mapping[str, str]) -> int | str:
    """The account that a letter goes to; without one the address, as it is now."""
    address = letter.to_email
    while address in moved:
        address = moved[address]
    return letter.to_user_id or address


def is_of(letter: Letter, application: Application) -> bool:
    if any(letter.key.startswith(f"visit excused:{visit.pk}:") for visit in application.visits.all()):
        return True  # it does not name the application: it may go to somebody with a conflict of interest
    references = [one for one in (application.reference, application.draft_reference) if one]
    return any(one in letter.subject or one in letter.body for one in references)


def knows(address: str, application: Application) -> bool:
    """Whether somebody need not be told: they took the step themselves, or are no longer part of it."""
    assessments = Assessment.objects.filter(application=application, assessor__email=address)
    if assessments.filter(status__in=["complete", "recused"]).exists():
        return True
    person = User.objects.filter(email=address).first()
    if person is not None and (not person.is_active or assessments.filter(status="closed").exists()):
        return True
    candidates = Candidate.objects.filter(application=application, email=address)
    if candidates.filter(status__in=["declined", "withdrawn"]).exists():
        return True
    is_member = person is not None and application.organisation.memberships.filter(person=person).exists()
    was_member = person is not None and not is_member and not assessments.exists()
    return was_member and not candidates.exists()


def placements_untold() -> Iterator[str]:
    for placement in Placement.objects.select_related("secondee", "line_manager", "home_manager", "grant"):
        for field in ("secondee", "line_manager", "home_manager"):
            person = getattr(placement, field)
            if person is None or not person.is_active or left_in([placement], field):
                continue
            own = Letter.objects.filter(template__startswith="secondments.", to_user=person)
            own = own.filter(key__contains=f":{placement.pk}:")
            if (
                placement.status == PlacementStatus.CALLED_OFF
                and not own.filter(template__endswith="called_off").exists()
            ):
                yield f"{person} was not told that {placement} is called off."
            moved = own.filter(template__endswith="last_day_moved").order_by("pk").last()
            if moved is not None and placement.ends_on.isoformat() not in moved.key:
                yield f"{person} was told another last day of {placement}."


def times_untold() -> Iterator[str]:
    """Yield which visitor's calendar still has a time that is over, or has not one that goes on."""
    for slot in VisitSlot.objects.select_related("funder_visitor", "host_visitor", "visit"):
        expected = {slot.funder_visitor_id, slot.host_visitor_id} if slot.status == SlotStatus.OFFERED else set()
        letters = Letter.objects.filter(template__startswith="applications.visit_time_", key__contains=f":{slot.pk}:")
        last = {row.to_user_id: row.template for row in letters.exclude(to_user=None).order_by("pk")}
        held = {person for person, template in last.items() if template.endswith("time_held")}
        if slot.status == SlotStatus.OFFERED and held != expected:
            yield f"{slot}: kept free by {held}, visited by {expected}."
        active = set(User.objects.filter(pk__in=held, is_active=True).values_list("pk", flat=True))
        if slot.status == SlotStatus.WITHDRAWN and active:
            yield f"{slot} is withdrawn, and still in the calendar of {active}."


def changes_untold() -> Iterator[str]:
    """Yield who was asked about a change of a grant that came to nothing, and not told so."""
    for amendment in Amendment.objects.filter(ended_at__isnull=False):
        letters = Letter.objects.filter(about=f"secondments.amendment:{amendment.pk}", to_user__is_active=True)
        over = Letter.objects.filter(key__startswith=f"amendment over:{amendment.pk}:")
        told = set(over.values_list("to_user", flat=True))
        if asked := set(letters.values_list("to_user", flat=True)) - told:
            yield f"{asked} were not told that {amendment} is {amendment.status}."
