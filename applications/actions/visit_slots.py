"""Visit times: offered to shortlisted organisations, chosen by their leads, withdrawn, visited by somebody else."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from applications import letters
from applications.actions import access_needs, attendance, slot_endings, visits
from applications.lifecycle import COMING_VISIT, LIVE_CANDIDATE, SLOT, VISIT, SlotStatus, Status, TrailEvent
from applications.models import Application, AssessmentVisit, Attendee, Interest, SlotOffer, VisitSlot
from applications.models.assessment import Party
from applications.rules.visit_slots import possible_visitors
from core.accounts.addresses import require_sure
from core.accounts.models import User
from core.audit import trail
from core.dates import say_deadline
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

GONE = "That time is no longer on offer. Choose another."
BY_LINK = "Video call"


def refuse_offering(application: Application, at: datetime) -> None:
    """Raise Refused for an application that cannot be offered times to visit, whatever the times."""
    sentence = f"This application is {application.get_status_display()}. Visit only shortlisted applications."
    require(application.status == Status.SHORTLISTED, sentence)
    visits.refuse_second(application, at)
    has_candidate = application.candidates.filter(status__in=LIVE_CANDIDATE).exists()
    require(has_candidate, "The proposed secondee has withdrawn, so there is no one to meet.")


@transaction.atomic
def offer(
    application: Application,
    *,
    times: Sequence[datetime],
    minutes: int,
    place: str,
    link: str = "",
    questions: str = "",
    funder_visitor: User,
    host_visitor: User,
    by: User,
    at: datetime,
) -> list[VisitSlot]:
    """Offer times to an organisation, which chooses one; return them. Visitors keep each free in their calendars.

    A time that is on offer already, with the same people and place, is offered to this organisation too: whoever
    chooses first has it. Without a place and a link the visit is at the organisation, which says where. Raises Refused
    for a time past, outside the call's window, or at which a visitor is expected elsewhere, and for a visitor with a
    conflict of interest with this application.
    """
    check(by, "applications.add_assessmentvisit", application)
    refuse_offering(application, at)
    require(bool(times), "Enter at least one day and time.", "time_1")
    require(0 < minutes <= visits.LONGEST, "Enter how many minutes the visit takes, up to 480.", "minutes")
    _refuse_visitors(application, {Party.FUNDER: funder_visitor, Party.HOST: host_visitor})
    facts = {
        "minutes": minutes,
        "place": place.strip() or (BY_LINK if link else ""),
        "link": link.strip(),
        "questions": questions.strip(),
        "funder_visitor": funder_visitor,
        "host_visitor": host_visitor,
    }
    slots = _offer_all(application, times, facts, by=by, at=at)
    trail.record(TrailEvent.VISIT_TIMES_OFFERED, application, by=by, at=at, times=letters.visit_slots.in_words(slots))
    letters.visit_slots.offered(application, slots, at=at)
    return slots


def _offer_all(
    application: Application, times: Sequence[datetime], facts: dict[str, object], *, by: User, at: datetime
) -> list[VisitSlot]:
    slots, clashes = [], []
    for number, starts_at in enumerate(times, start=1):
        try:
            slots.append(_offer_at(application, starts_at, facts, by=by, at=at, field=f"time_{number}"))
        except Refused as refused:
            if refused.code != "busy":
                raise
            clashes.append(refused)
    if clashes:
        raise Refused(" ".join(one.sentence for one in clashes), clashes[0].field, code="busy")
    return slots


def _refuse_visitors(application: Application, people: dict[Party, User]) -> None:
    for side, person in people.items():
        field = slot_endings.VISITOR_OF[side]
        may_visit = possible_visitors(side, application.call.programme).filter(pk=person.pk).exists()
        require(may_visit, f"{person} does not visit for the {side.label.lower()}. Choose someone else.", field)
        conflict = Interest.objects.binding().filter(application=application, person=person).exists()
        sentence = f"{person} has a conflict of interest with this application. Choose someone else."
        require(not conflict, sentence, field)


def _offer_at(
    application: Application, starts_at: datetime, facts: dict[str, object], *, by: User, at: datetime, field: str
) -> VisitSlot:
    visits.check_time(application.call, starts_at, at, field=field)
    slot = _slot_at(application, starts_at, facts, by=by, at=at, field=field)
    again = {"offered_at": at, "ended_at": None}
    SlotOffer.objects.update_or_create(slot=slot, application=application, defaults=again)
    return slot


def _slot_at(
    application: Application, starts_at: datetime, facts: dict[str, object], *, by: User, at: datetime, field: str
) -> VisitSlot:
    """The time as it is on offer already, else a new one."""
    on_offer = VisitSlot.objects.filter(call=application.call, status=SlotStatus.OFFERED, starts_at=starts_at, **facts)
    if (found := on_offer.select_for_update(of=("self",)).first()) is not None:
        return found
    slot = VisitSlot(call=application.call, starts_at=starts_at, offered_by=by, offered_at=at, **facts)
    for person in letters.visit_slots.visitors(slot):
        _refuse_busy(person, slot, field)
    slot.save(force_insert=True)
    trail.record(TrailEvent.VISIT_TIMES_OFFERED, slot, by=by, at=at, when=say_deadline(starts_at))
    letters.visit_slots.held(slot, letters.visit_slots.visitors(slot), at=at)
    return slot


def _refuse_busy(person: User, slot: VisitSlot, field: str) -> None:
    """A visitor is in one place at a time; the sentence says nothing of whom they visit then."""
    own = Q(funder_visitor=person) | Q(host_visitor=person)
    held = Q(status=SlotStatus.OFFERED) | Q(status=SlotStatus.TAKEN, visit__status__in=COMING_VISIT)
    others = VisitSlot.objects.filter(own, held, starts_at__lt=slot.ends_at).exclude(pk=slot.pk)
    overlaps = any(other.ends_at > slot.starts_at for other in others)
    when = say_deadline(slot.starts_at)
    sentence = f"{person} already keeps a time free that overlaps {when}. Choose another time."
    require(not overlaps, sentence, field, code="busy")


@transaction.atomic
def choose(
    application: Application,
    *,
    slot: VisitSlot,
    senior_name: str,
    senior_email: str,
    address: str = "",
    sure_of: Collection[str] = (),
    by: User,
    at: datetime,
) -> AssessmentVisit:
    """Take a time for the visit, which is confirmed with it; everybody who comes gets the same calendar entry.

    Of several organisations the first has it. Raises Refused for the others, for an application that is not
    shortlisted or has a visit to come, and for a senior member of staff without a name, address, or in doubt.
    """
    check(by, "applications.choose_visitslot", application)
    # A withdrawal at the same moment waits for this, or this for it.
    Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    slot_endings.lock(application)
    application.refresh_from_db(fields=["status"])
    refuse_offering(application, at)
    chosen = slot_endings.open_offers(application, at).filter(slot=slot).first()
    if chosen is None:
        raise Refused(GONE, "slot", code="gone")
    slot = chosen.slot
    place = slot.place or address.strip()
    require(bool(place), "Enter the address where we meet.", "address")
    visit = _visit_at(application, slot, place, at=at)
    _invite(visit, slot, (senior_name, senior_email), sure_of)
    _take(slot, visit)
    slot_endings.end_for(application, by=by, at=at)
    VISIT.advance(visit, "confirm")
    for thing in (visit, application):
        trail.record(TrailEvent.VISIT_TIME_CHOSEN, thing, by=by, at=at, when=say_deadline(slot.starts_at), place=place)
    trail.record(TrailEvent.VISIT_TIME_CHOSEN, slot, by=by, at=at)
    letters.assessments.visit("visit_confirmed", visit, at=at)
    access_needs.ask(visit.attendees.all(), at=at)
    letters.visit_slots.chosen(visit, slot, at=at)
    return visit


def _visit_at(application: Application, slot: VisitSlot, place: str, *, at: datetime) -> AssessmentVisit:
    try:
        with transaction.atomic():
            return AssessmentVisit.objects.create(
                application=application,
                starts_at=slot.starts_at,
                minutes=slot.minutes,
                place=place,
                link=slot.link,
                questions=slot.questions,
                uid=slot.uid,
                sequence=slot.sequence + 1,
                arranged_by=slot.offered_by,
                arranged_at=at,
            )
    except IntegrityError:
        raise Refused(visits.ARRANGED) from None


def _invite(visit: AssessmentVisit, slot: VisitSlot, senior: tuple[str, str], sure_of: Collection[str]) -> None:
    candidate = visit.application.candidates.filter(status__in=LIVE_CANDIDATE).get()
    capacities = Attendee.Capacity
    comes = [
        (*senior, str(capacities.SENIOR)),
        (candidate.name, candidate.address, str(capacities.CANDIDATE)),
        (slot.funder_visitor.name, slot.funder_visitor.email, str(capacities.FUNDER)),
        (slot.host_visitor.name, slot.host_visitor.email, str(capacities.HOST)),
    ]
    invited = attendance.check_invited(comes)
    require_sure(attendance.doubts(visit.application, comes[:1]), sure_of)
    attendance.invite(visit, invited)


def _take(slot: VisitSlot, visit: AssessmentVisit) -> None:
    try:
        SLOT.advance(slot, "take", visit=visit)
    except Refused:  # another organisation was faster
        raise Refused(GONE, "slot", code="gone") from None
    outbox.withdraw([slot, *slot.offers.all()])
    slot.offers.filter(ended_at=None).update(ended_at=visit.arranged_at)


@transaction.atomic
def withdraw(slot: VisitSlot, *, by: User, at: datetime) -> None:
    check(by, "applications.withdraw_visitslot", slot)
    slot_endings.withdraw(slot, by=by, at=at)


@transaction.atomic
def replace_visitor(slot: VisitSlot, *, side: str, person: User, by: User, at: datetime) -> None:
    """Have somebody else visit at a time that is on offer; calendars follow. Raises Refused as `offer` does."""
    check(by, "applications.replace_visitor_visitslot", slot)
    party = Party(side)
    field = slot_endings.VISITOR_OF[party]
    require(slot.status == SlotStatus.OFFERED, "Only a time that is on offer has visitors to replace.")
    before: User = getattr(slot, field)
    require(person != before, f"{person} visits at this time already.", "person")
    for offered in slot.offers.filter(ended_at=None).select_related("application__call__programme"):
        _refuse_as_person(offered.application, party, person)
    _refuse_busy(person, slot, "person")
    changed = {field: person, "sequence": slot.sequence + 1}
    seen = VisitSlot.objects.filter(pk=slot.pk, status=SlotStatus.OFFERED, sequence=slot.sequence)
    require(bool(seen.update(**changed)), GONE, code="changed_meanwhile")
    outbox.withdraw([slot], to=before.email)
    slot.sequence += 1
    letters.visit_slots.released(slot, [before], at=at)
    setattr(slot, field, person)
    letters.visit_slots.held(slot, [person], at=at)
    trail.record(TrailEvent.VISITOR_REPLACED, slot, by=by, at=at, side=party.label)


def _refuse_as_person(application: Application, side: Party, person: User) -> None:
    try:
        _refuse_visitors(application, {side: person})
    except Refused as refused:
        raise Refused(refused.sentence, "person", code=refused.code) from None
