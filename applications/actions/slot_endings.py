"""How visit times and their offers end: the time is chosen, withdrawn, or nobody is left to choose it or to come."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications import letters
from applications.lifecycle import SLOT, SlotStatus, Status, TrailEvent, VisitStatus
from applications.models import Application, AssessmentVisit, SlotOffer, VisitSlot
from applications.models.assessment import Party
from applications.rules.visit_slots import possible_visitors
from core.accounts.models import User
from core.audit import trail
from core.letters import outbox

IS_OPEN = Q(ended_at=None, slot__status=SlotStatus.OFFERED)
OFFERS = SlotOffer.objects.filter(application=OuterRef("pk"))
VISITS = AssessmentVisit.objects.filter(application=OuterRef("pk")).exclude(status=VisitStatus.CANCELLED)
NO_VISIT = Q(~Exists(VISITS), status=Status.SHORTLISTED)
VISITOR_OF = {Party.FUNDER: "funder_visitor", Party.HOST: "host_visitor"}


def open_offers(application: Application, at: datetime | None = None) -> QuerySet[SlotOffer]:
    """The offers from which an organisation may choose; with `at`, of times that are to come."""
    rows = SlotOffer.objects.filter(IS_OPEN, application=application)
    rows = rows.select_related(
        "slot__call__programme", "slot__funder_visitor", "slot__host_visitor", "slot__offered_by"
    )
    return rows if at is None else rows.filter(slot__starts_at__gt=at)


def lock(application: Application) -> None:
    """Lock the times that an application may choose from, in one order, before any of their offers is changed."""
    slots = SlotOffer.objects.filter(IS_OPEN, application=application).values("slot")
    list(VisitSlot.objects.select_for_update().filter(pk__in=slots).order_by("pk").values_list("pk", flat=True))


def to_choose(now: datetime) -> Q:
    """Which applications may choose a time and have not."""
    return NO_VISIT & Q(Exists(OFFERS.filter(IS_OPEN, slot__starts_at__gt=now)))


def without_times(now: datetime) -> Q:
    """Which applications were offered times, chose none and have none left."""
    return NO_VISIT & Q(Exists(OFFERS)) & ~Q(Exists(OFFERS.filter(IS_OPEN, slot__starts_at__gt=now)))


def end_for(application: Application, *, by: User | None, at: datetime) -> None:
    """End what an application may choose from; times that nobody else may choose leave the visitors' calendars."""
    lock(application)
    _end(open_offers(application), by=by, at=at)


def end_where_recused(application: Application, person: User, *, by: User | None, at: datetime) -> None:
    """End the offers of times at which somebody visits who has a conflict of interest; the organisation is told."""
    is_visitor = Q(slot__funder_visitor=person) | Q(slot__host_visitor=person)
    lock(application)
    ended = _end(open_offers(application).filter(is_visitor), by=by, at=at)
    for offer in ended:
        _tell(offer, at=at)


def end_of_visitor(person: User, *, by: User | None, at: datetime) -> None:
    """Withdraw the times at which somebody was to visit who can no longer; the organisations are told."""
    is_visitor = Q(funder_visitor=person) | Q(host_visitor=person)
    rows = VisitSlot.objects.filter(is_visitor, status=SlotStatus.OFFERED)
    for slot in rows.select_related("call__programme", "funder_visitor", "host_visitor", "offered_by"):
        sides = [side for side, field in VISITOR_OF.items() if getattr(slot, f"{field}_id") == person.pk]
        if any(not possible_visitors(side, slot.call.programme).filter(pk=person.pk).exists() for side in sides):
            withdraw(slot, by=by, at=at)


def withdraw(slot: VisitSlot, *, by: User | None, at: datetime) -> None:
    """Take a time back: visitors' calendars lose it, and organisations that were to choose are told."""
    waiting = list(slot.offers.filter(ended_at=None).select_related("application__organisation"))
    _withdraw(slot, by=by, at=at)
    for offer in waiting:
        offer.slot = slot
        _tell(offer, at=at)


def _end(offers: QuerySet[SlotOffer], *, by: User | None, at: datetime) -> list[SlotOffer]:
    ended = list(offers)
    SlotOffer.objects.filter(pk__in=[offer.pk for offer in ended]).update(ended_at=at)
    outbox.withdraw(ended)
    _withdraw_unoffered((offer.slot for offer in ended), by=by, at=at)
    return ended


def _withdraw_unoffered(slots: Iterable[VisitSlot], *, by: User | None, at: datetime) -> None:
    for slot in slots:
        if slot.status == SlotStatus.OFFERED and not slot.offers.filter(ended_at=None).exists():
            _withdraw(slot, by=by, at=at)


def _withdraw(slot: VisitSlot, *, by: User | None, at: datetime) -> None:
    offers = list(slot.offers.filter(ended_at=None))
    SLOT.advance(slot, "withdraw", withdrawn_at=at, sequence=slot.sequence + 1)
    slot.offers.filter(ended_at=None).update(ended_at=at)
    outbox.withdraw([slot, *offers])
    trail.record(TrailEvent.VISIT_TIME_WITHDRAWN, slot, by=by, at=at)
    active = [person for person in letters.visit_slots.visitors(slot) if person.is_active]
    letters.visit_slots.released(slot, active, at=at)


def _tell(offer: SlotOffer, *, at: datetime) -> None:
    application = offer.application
    if application.status == Status.SHORTLISTED:
        left = open_offers(application, at).count()
        letters.visit_slots.withdrawn(application, offer.slot, left=left, at=at)
