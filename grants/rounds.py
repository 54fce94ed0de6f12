"""The rest of a round: cases by stage up to their outcome, and what waits until the grant is agreed, paid, reported."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Application, Call
from applications.rounds import (
    HAS_VISIT,
    IS_ASSESSED,
    IS_VISITED,
    LACKS_ASSESSOR,
    OFFICE,
    WAS_LEFT,
    WAS_OFFERED_TIMES,
    reads_cases,
    real,
)
from applications.rules.joint_views import settled
from applications.visibility import names_only
from applications.work_queue import in_office
from core.accounts.models import User
from core.admin.round_calendar import RoundDate
from core.admin.rounds import Narrow, RoundCount
from core.dates import london
from core.governance.models import Meeting
from core.visibility import visible
from grants.lifecycle import PAYABLE, DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import Decision, EvaluationReport, Grant, Instalment, Signature
from grants.models.payment import waits_for_report

SOON = timedelta(days=30)
COMMITTEE, DIRECTOR, FINANCE = "Grants Committee", "Grants director", "Finance officer"
ORGANISATION, SECONDEE = "Organisation", "Proposed secondee"
RELEASED = (Status.OFFERED, Status.ACCEPTED, Status.RESERVE, Status.UNSUCCESSFUL, Status.OFFER_DECLINED)
PENDING = (DecisionStatus.RECORDED, DecisionStatus.CONFIRMED)
MOVING = (InstalmentStatus.PREPARED, InstalmentStatus.APPROVED)
IS_DECIDED = Q(Exists(Decision.objects.filter(application=OuterRef("pk"), status__in=PENDING)))
SETTLED = settled(Application.objects.filter(status=Status.SHORTLISTED)).order_by().values("pk")
IS_READY = IS_ASSESSED & IS_VISITED & Q(pk__in=SETTLED)
OF_OTHER_POST = Q(answer_by_on__isnull=False)  # than the one applied for: two agreements are needed


def dates(user: User, calls: Iterable[Call]) -> Iterator[RoundDate]:
    """The meetings of the bodies of these calls' programmes, of which the person knows."""
    programmes = {call.programme_id for call in calls}
    for meeting in visible(Meeting, user).filter(body__programme__in=programmes).select_related("body__programme"):
        url, body = reverse("admin:governance_meeting_change", args=[meeting.pk]), meeting.body
        yield RoundDate(f"meeting-{meeting.pk}", str(body), meeting.held_on, str(body.programme), url)


def _signed(party: str) -> Q:
    return Q(Exists(Signature.objects.filter(agreement__grant=OuterRef("pk"), party=party)))


BY_ORGANISATION, BY_FUNDER = _signed(Signature.Party.ORGANISATION), _signed(Signature.Party.FUNDER)


def may(permission: str) -> Callable[[User], bool]:
    return lambda user: bool(user.has_perm(permission))


def at_stage(*statuses: Status, **facts: bool) -> Narrow:
    """Cases of these statuses by what has become of them, as far as the person meets more of a case than names."""
    told = {"assessed": IS_ASSESSED, "visited": IS_VISITED, "decided": IS_DECIDED}

    def narrow(rows: QuerySet[Application], user: User, _now: datetime) -> QuerySet[Application]:
        is_met = ~Q(pk__in=names_only(user))
        for fact, is_so in facts.items():
            is_told = told[fact] & is_met
            rows = rows.filter(is_told if is_so else ~is_told)
        return real(rows, *statuses)

    return narrow


def shortlisted(*conditions: Q) -> Narrow:
    def narrow(rows: QuerySet[Application], user: User, _now: datetime) -> QuerySet[Application]:
        cases = real(rows, Status.SHORTLISTED).exclude(pk__in=names_only(user))
        return cases.filter(~IS_DECIDED, *conditions)

    return narrow


def _status(*statuses: str) -> Narrow:
    return lambda rows, _user, _now: rows.filter(status__in=statuses)


def _offered(*conditions: Q) -> Narrow:
    return lambda rows, _user, _now: rows.filter(*conditions, status=GrantStatus.OFFERED)


def _unanswered(rows: QuerySet[Grant], _user: User, now: datetime) -> QuerySet[Grant]:
    return rows.filter(status=GrantStatus.OFFERED, answer_by_on__lt=london(now).date())


def _accepted(*conditions: Q) -> Narrow:
    return lambda rows, _user, _now: rows.filter(*conditions, status=GrantStatus.ACCEPTED)


def _due_soon(status: InstalmentStatus) -> Narrow:
    return lambda rows, _user, now: rows.filter(
        status=status, grant__status__in=PAYABLE, due_on__lte=london(now).date() + SOON
    )


def _free(status: InstalmentStatus) -> Narrow:
    """Payments that are due soon and wait for no report."""
    due_soon = _due_soon(status)
    return lambda rows, user, now: due_soon(rows, user, now).exclude(waits_for_report(london(now).date()))


def _held(rows: QuerySet[Instalment], _user: User, now: datetime) -> QuerySet[Instalment]:
    today = london(now).date()
    due = rows.filter(status__in=MOVING, grant__status__in=PAYABLE, due_on__lte=today + SOON)
    return due.filter(waits_for_report(today))


def _overdue(rows: QuerySet[EvaluationReport], _user: User, now: datetime) -> QuerySet[EvaluationReport]:
    overdue = EvaluationReport.objects.overdue(london(now).date())
    return rows.filter(Q(pk__in=overdue.values("pk")) | Q(status=ReportStatus.RETURNED))


def _expected(rows: QuerySet[EvaluationReport], _user: User, now: datetime) -> QuerySet[EvaluationReport]:
    today = london(now).date()
    return rows.filter(status=ReportStatus.DUE, due_on__gte=today, due_on__lte=today + SOON)


def _case(name: str, stage: str, label: str, narrow: Any, **options: Any) -> RoundCount:
    facts = {"may_see": in_office} if options.get("owner") else {"may_see": reads_cases}
    return RoundCount(
        name=name, stage=stage, model=Application, call="call", label=label, narrow=narrow, **(facts | options)
    )


def _grant(name: str, label: str, narrow: Any, owner: str, **options: Any) -> RoundCount:
    facts: dict[str, Any] = {"model": Grant, "call": "post__call", "may_see": may("grants.view_grant")}
    return RoundCount(
        name=name, stage="released", label=label, narrow=narrow, owner=owner, **(facts | {"noun": "grant"} | options)
    )


def _instalment(name: str, label: str, narrow: Any, owner: str) -> RoundCount:
    facts: dict[str, Any] = {"model": Instalment, "call": "grant__post__call", "may_see": may("grants.view_instalment")}
    return _grant(name, label, narrow, owner, noun="instalment", due="due_on", **facts)


def _report(name: str, label: str, narrow: Any, owner: str) -> RoundCount:
    facts = {"model": EvaluationReport, "call": "grant__post__call", "may_see": may("grants.view_evaluationreport")}
    return _grant(name, label, narrow, owner, noun="evaluation report", due="due_on", **facts)


def _decision(name: str, label: str, status: DecisionStatus, owner: str, since: str) -> RoundCount:
    facts: dict[str, Any] = {"model": Decision, "call": "application__call", "noun": "decision", "since": since}
    return RoundCount(
        name=name,
        stage="decided",
        label=label,
        narrow=_status(status),
        owner=owner,
        may_see=may("grants.view_decision"),
        **facts,
    )


COUNTS = (
    _case("shortlisted", "shortlisted", "being assessed",
          at_stage(Status.SHORTLISTED, decided=False, assessed=False, visited=False)),
    _case("unassigned", "shortlisted", "without assessors of both sides", shortlisted(LACKS_ASSESSOR), owner=OFFICE,
          is_mine=in_office),
    _case("left", "shortlisted", "whose assessor stood aside", shortlisted(WAS_LEFT), owner=OFFICE, is_mine=in_office),
    _case("assessed", "assessed", "assessed",
          at_stage(Status.SHORTLISTED, decided=False, assessed=True, visited=False)),
    _case("unvisited", "assessed", "with no visit arranged and no times offered",
          shortlisted(~HAS_VISIT, ~WAS_OFFERED_TIMES), owner=OFFICE, is_mine=in_office),
    _case("visited", "visited", "visited", at_stage(Status.SHORTLISTED, decided=False, visited=True)),
    _case("ready", "visited", "ready for the committee", shortlisted(IS_READY), owner=COMMITTEE,
          may_see=may("grants.view_decision"), is_mine=may("grants.view_decision")),
    _case("decided", "decided", "decided", at_stage(Status.SHORTLISTED, Status.RESERVE, decided=True)),
    _decision("recorded", "to confirm by someone else", DecisionStatus.RECORDED, OFFICE, "recorded_at"),
    _decision("confirmed", "to release", DecisionStatus.CONFIRMED, OFFICE, "confirmed_at"),
    _case("released", "released", "with an outcome", at_stage(*RELEASED, decided=False)),
    _grant("unanswered", "offered and not answered", _offered(~OF_OTHER_POST), ORGANISATION, since="offered_at"),
    _grant("unagreed", "of another post, without the proposed secondee’s agreement",
           _offered(OF_OTHER_POST, Q(person_agreed_at=None)), SECONDEE, since="offered_at", is_mine=in_office),
    _grant("unaccepted", "of another post, without the organisation’s agreement", _offered(OF_OTHER_POST),
           ORGANISATION, since="offered_at", is_mine=in_office),
    _grant("overdue_answers", "of another post, whose day for an answer has passed", _unanswered, OFFICE,
           due="answer_by_on", is_mine=in_office),
    _grant("unprepared", "without an agreement", _accepted(Q(agreement__isnull=True)), OFFICE),
    _grant("unsigned", "whose agreement the organisation has not signed",
           _accepted(Q(agreement__isnull=False), ~BY_ORGANISATION), ORGANISATION),
    _grant("countersign", "whose agreement the funder has not signed",
           _accepted(Q(agreement__isnull=False), ~BY_FUNDER), DIRECTOR),
    _instalment("scheduled", "to prepare within 30 days", _due_soon(InstalmentStatus.SCHEDULED), OFFICE),
    _instalment("prepared", "to approve within 30 days", _free(InstalmentStatus.PREPARED), DIRECTOR),
    _instalment("approved", "to pay within 30 days", _free(InstalmentStatus.APPROVED), FINANCE),
    _instalment("held", "due within 30 days, held until a report is in", _held, ORGANISATION),
    _report("expected", "due within 30 days", _expected, ORGANISATION),
    _report("overdue", "overdue or returned", _overdue, ORGANISATION),
    _report("submitted", "to read", _status(ReportStatus.SUBMITTED), OFFICE),
)  # fmt: skip
