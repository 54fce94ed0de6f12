"""Reminders about applications, visits, expressions of interest and files that wait for the virus scan."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch
from django.db.models.functions import Coalesce

from applications.actions import slot_endings, virus_scans
from applications.letters.visit_slots import choosers, in_words, page_of
from applications.lifecycle import COMING_VISIT, LIVE, OPEN_ASSESSMENT, CallStatus, ExpressionStatus, Status
from applications.models import Application, Assessment, Attendee, ExpressionOfInterest, Interest
from core.accounts.links import absolute
from core.accounts.models import Membership, User
from core.accounts.rules import officers_of
from core.dates import at_london, london, say_day, say_deadline, say_left, say_moment
from core.letters.reminders import Reminder, latest

UNANSWERED_AFTER = timedelta(days=14)
BEFORE_A_VISIT = timedelta(days=2)
UNCHOSEN = timedelta(days=2)
AROUND_SCORING = (timedelta(days=7), timedelta(days=2), timedelta(days=-1))
BEFORE_THE_CLOSE = (timedelta(days=14), timedelta(days=7), timedelta(days=2), timedelta(hours=8), timedelta(hours=2))


def due(now: datetime) -> Iterator[Reminder]:
    yield from unfinished(now)
    yield from visits_soon(now)
    yield from visit_times_unchosen(now)
    yield from unscored(now)
    yield from unanswered(now)
    yield from unscanned(now)


def unfinished(now: datetime) -> Iterator[Reminder]:
    """Yield, for each draft of a call about to close, a reminder to everybody of its organisation.

    14, 7, 2 days, 8 and 2 hours before the close, only the latest that has passed, and none before the draft.
    """
    colleagues = Membership.objects.filter(person__is_active=True).select_related("person")
    drafts = (
        Application.objects.with_deadline()
        .filter(  # type: ignore[misc]  # the stubs do not see the annotation
            status=Status.DRAFT,
            entered_by__isnull=True,
            call__status=CallStatus.PUBLISHED,
            deadline__gt=now,
            deadline__lte=now + BEFORE_THE_CLOSE[0],
            started_at__lte=F("deadline"),
        )
        .select_related("call", "organisation", "post", "standing")
        .prefetch_related(Prefetch("organisation__memberships", queryset=colleagues))
    )
    for application in drafts:
        closes_at = application.closes_at
        if closes_at is None or (passed := latest(now, (closes_at - before for before in BEFORE_THE_CLOSE))) is None:
            continue
        hours = (closes_at - passed) // timedelta(hours=1)
        for membership in application.organisation.memberships.all():
            yield Reminder(
                template="applications.unfinished",
                to=membership.person,
                key=f"unfinished:{application.pk}:{closes_at.isoformat()}:{hours}:{membership.person_id}",
                due_at=passed,
                not_before=application.started_at,
                context={
                    "application": application,
                    "call": application.call,
                    "left": say_left(now, closes_at),
                    "standing": getattr(application, "standing", None),
                    "link": absolute("application", application.shown_reference),
                },
                about=application,
            )


def visits_soon(now: datetime) -> Iterator[Reminder]:
    """Yield a reminder two days before a coming visit to everybody invited; a visit that was moved reminds anew."""
    conflicted = Interest.objects.binding().filter(
        application=OuterRef("visit__application"), person__email=OuterRef("email")
    )
    coming = Attendee.objects.filter(
        ~Exists(conflicted),
        visit__status__in=COMING_VISIT,
        visit__application__status__in=LIVE,
        visit__starts_at__gt=now,
        visit__starts_at__lte=now + BEFORE_A_VISIT,
    ).select_related("visit__application__organisation", "visit__arranged_by")
    for attendee in coming:
        visit = attendee.visit
        yield Reminder(
            template="applications.visit_soon",
            to=attendee.email,
            key=f"visit soon:{visit.pk}:{visit.sequence}:{attendee.pk}",
            due_at=visit.starts_at - BEFORE_A_VISIT,
            not_before=visit.arranged_at,
            context={
                "attendee": attendee,
                "visit": visit,
                "application": visit.application,
                "when": say_deadline(visit.starts_at),
            },
            about=visit,
        )


def visit_times_unchosen(now: datetime) -> Iterator[Reminder]:
    """Yield a reminder to who chooses for an organisation that has not: 2 days after the offer, and 2 before the end.

    The end is the last time on offer. What is offered anew reminds anew.
    """
    waiting = Application.objects.filter(slot_endings.to_choose(now)).select_related(
        "call", "organisation", "entered_by"
    )
    for application in waiting:
        offers = list(slot_endings.open_offers(application, now))
        newest = max(offers, key=lambda offer: offer.offered_at)
        last = max(offer.slot.starts_at for offer in offers)
        if (passed := latest(now, (newest.offered_at + UNCHOSEN, last - UNCHOSEN))) is None:
            continue
        for person in choosers(application):
            yield Reminder(
                template="applications.visit_times_waiting",
                to=person,
                key=f"visit times waiting:{newest.pk}:{passed.isoformat()}:{person.pk}",
                due_at=passed,
                not_before=newest.offered_at,
                context={
                    "application": application,
                    "times": in_words(offer.slot for offer in offers),
                    "contact": newest.slot.offered_by.email,
                    "link": page_of(application),
                },
                about=newest,
            )


def unscored(now: datetime) -> Iterator[Reminder]:
    """Yield a reminder to the assessor of each assessment that is not finished: 7 and 2 days before, and a day after.

    It is due when the call's visits begin, or, without visits, in the week of the decision.
    """
    due_on = Coalesce("application__call__visits_from_on", "application__call__decision_week_on")
    open_ones = Assessment.objects.filter(
        status__in=OPEN_ASSESSMENT, application__status__in=LIVE, assessor__is_active=True
    ).select_related("application__organisation", "application__call", "assessor")
    for assessment in open_ones.alias(due_on=due_on).filter(due_on__lte=london(now + AROUND_SCORING[0]).date()):
        call = assessment.application.call
        day = call.visits_from_on or call.decision_week_on
        if day is None:
            continue
        until = at_london(day, time(9))
        if (passed := latest(now, (until - before for before in AROUND_SCORING))) is None:
            continue
        yield Reminder(
            template="applications.assessment_due",
            to=assessment.assessor,
            key=f"assessment due:{assessment.pk}:{day}:{(until - passed).days}",
            due_at=passed,
            not_before=assessment.assigned_at,
            context={
                "application": assessment.application,
                "call": call,
                "until": say_day(day),
                "link": absolute("admin:applications_assessment_change", assessment.pk),
            },
            about=assessment,
        )


def unanswered(now: datetime) -> Iterator[Reminder]:
    """Yield a reminder to every grants officer of an expression of interest that has waited for 14 days, once."""
    waiting = ExpressionOfInterest.objects.filter(
        status=ExpressionStatus.RECEIVED, sent_at__lte=now - UNANSWERED_AFTER
    ).select_related("organisation")
    officers: dict[int, list[User]] = {}
    for expression in waiting:
        programme = expression.programme_id
        if programme not in officers:
            officers[programme] = list(officers_of(programme))
        for officer in officers[programme]:
            yield Reminder(
                template="applications.expression_waiting",
                to=officer,
                key=f"expression waiting:{expression.pk}:{officer.pk}",
                due_at=expression.sent_at + UNANSWERED_AFTER,
                not_before=expression.sent_at,
                context={
                    "expression": expression,
                    "link": absolute("admin:applications_expressionofinterest_change", expression.pk),
                },
                about=expression,
            )


def unscanned(now: datetime) -> Iterator[Reminder]:
    """Yield a letter a day to each grants officer while a file has waited over an hour for the virus scan."""
    late = virus_scans.waiting().filter(received_at__lte=now - virus_scans.TOO_LONG)
    waiting = late.aggregate(count=Count("pk"), first=Min("received_at"))
    if not waiting["count"]:
        return
    for person in officers_of():
        yield Reminder(
            template="applications.scan_waits",
            to=person,
            key=f"scan waits:{london(now).date()}:{person.pk}",
            due_at=waiting["first"] + virus_scans.TOO_LONG,
            not_before=waiting["first"],
            context={"count": waiting["count"], "since": say_moment(waiting["first"])},
        )
