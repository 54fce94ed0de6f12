"""The part of a round before the committee: what is to be shortlisted, assessed and visited, and by whom."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from applications.actions import slot_endings
from applications.lifecycle import OPEN_ASSESSMENT, AssessmentStatus, CallStatus, Status, VisitStatus
from applications.models import Application, Assessment, AssessmentVisit, Call
from applications.models.assessment import Party
from applications.work_queue import (
    COPIES_TO_CHECK,
    COPIES_TO_MAKE,
    ENTERED,
    LATE,
    TO_RELEASE,
    TO_SHORTLIST,
    VISITS_OVER,
    VISITS_SOON,
    VISITS_TO_CHOOSE,
    VISITS_TO_CONFIRM,
    VISITS_WITHOUT_TIMES,
    in_office,
)
from core.accounts.models import User
from core.admin.round_calendar import RoundDate
from core.admin.rounds import RoundCount, of_task
from core.admin.workplace import rows_at_work
from core.visibility import visible

MOST = 12
OFFICE = "Grants officer"
NOT_ASSESSING = (AssessmentStatus.RECUSED, AssessmentStatus.CLOSED)

OF_CASE = Assessment.objects.filter(application=OuterRef("pk"))
VISITS = AssessmentVisit.objects.filter(application=OuterRef("pk"))
IS_VISITED = Q(Exists(VISITS.filter(status=VisitStatus.HELD)))
HAS_VISIT = Q(Exists(VISITS.exclude(status=VisitStatus.CANCELLED)))
WAS_OFFERED_TIMES = Q(Exists(slot_endings.OFFERS))
IS_ASSESSED = Q(
    ~Exists(OF_CASE.filter(status__in=OPEN_ASSESSMENT)),
    *(Exists(OF_CASE.filter(party=party, status=AssessmentStatus.COMPLETE)) for party in Party),
)


def _lacks(party: Party) -> Q:
    return Q(~Exists(OF_CASE.filter(party=party).exclude(status__in=NOT_ASSESSING)))


def _was_left(party: Party) -> Q:
    return _lacks(party) & Q(Exists(OF_CASE.filter(party=party, status=AssessmentStatus.RECUSED)))


WAS_LEFT = _was_left(Party.FUNDER) | _was_left(Party.HOST)
LACKS_ASSESSOR = (_lacks(Party.FUNDER) | _lacks(Party.HOST)) & ~WAS_LEFT


def calls(user: User, busy: Collection[int]) -> list[Call]:
    """The published calls of the programmes a person works in, and earlier ones where something waits: newest first."""
    rows = rows_at_work(Call, user).filter(Q(status=CallStatus.PUBLISHED) | Q(pk__in=busy))
    return list(rows.select_related("programme").order_by(F("closes_at").desc(nulls_first=True), "-pk")[:MOST])


def dates(user: User, calls: Iterable[Call]) -> Iterator[RoundDate]:
    """The deadline, window of visits and week of decision of each call, and the visits that the person sees."""
    for call in calls:
        url = reverse("call", args=[call.slug])
        days = {
            "Opens": call.opens_at,
            "Deadline": call.closes_at,
            "Assessment visits begin": call.visits_from_on,
            "Assessment visits end": call.visits_to_on,
            "Decision in this week": call.decision_week_on,
        }
        for what, at in days.items():
            if at is not None:
                yield RoundDate(f"call-{call.pk}-{slugify(what)}", what, at, str(call), url)
    coming = visible(AssessmentVisit, user).filter(application__call__in=calls).exclude(status=VisitStatus.CANCELLED)
    for visit in coming.select_related("application__organisation"):
        url = reverse("admin:applications_assessmentvisit_change", args=[visit.pk])
        about, length = str(visit.application.organisation), timedelta(minutes=visit.minutes)
        yield RoundDate(
            f"visit-{visit.pk}", f"Visit ({visit.get_status_display()})", visit.starts_at, about, url, length
        )


def reads_cases(user: User) -> bool:
    return bool(user.has_perm("applications.view_submitted_applications"))


def real(rows: QuerySet[Application], *statuses: Status) -> QuerySet[Application]:
    return rows.filter(is_rehearsal=False, status__in=statuses)


def _submitted(rows: QuerySet[Application], _user: User, _now: datetime) -> QuerySet[Application]:
    return real(rows, Status.SUBMITTED)


def _unfinished(rows: QuerySet[Assessment], _user: User, _now: datetime) -> QuerySet[Assessment]:
    return rows.filter(status__in=OPEN_ASSESSMENT, application__status=Status.SHORTLISTED)


COUNTS = (
    RoundCount(
        name="submitted",
        stage="submitted",
        model=Application,
        call="call",
        label="submitted",
        may_see=reads_cases,
        narrow=_submitted,
    ),
    of_task(TO_SHORTLIST, stage="submitted", call="call", owner=OFFICE),
    of_task(TO_RELEASE, stage="submitted", call="call", owner=OFFICE),
    of_task(
        ENTERED,
        stage="submitted",
        call="call",
        owner=OFFICE,
        label="that came by post or email to complete",
        due="own_closes_at",
    ),
    of_task(LATE, stage="submitted", call="call", owner=OFFICE, noun="late admission", due="closes_at"),
    RoundCount(
        name="unfinished",
        stage="shortlisted",
        model=Assessment,
        call="application__call",
        label="not finished",
        may_see=in_office,
        narrow=_unfinished,
        noun="assessment",
        owner="Assessors",
        since="assigned_at",
    ),
    of_task(VISITS_TO_CONFIRM, stage="assessed", call="application__call", owner=OFFICE, noun="visit", due="starts_at"),
    of_task(COPIES_TO_MAKE, stage="shortlisted", call="call", owner=OFFICE),
    of_task(COPIES_TO_CHECK, stage="shortlisted", call="call", owner=OFFICE),
    of_task(VISITS_WITHOUT_TIMES, stage="shortlisted", call="call", owner=OFFICE),
    of_task(VISITS_TO_CHOOSE, stage="shortlisted", call="call", owner="Organisations"),
    of_task(
        VISITS_SOON,
        stage="assessed",
        call="application__call",
        owner="Everyone invited",
        noun="visit",
        due="starts_at",
    ),
    of_task(VISITS_OVER, stage="assessed", call="application__call", owner=OFFICE, noun="visit", due="starts_at"),
)
