"""Reminders of evaluation reports (14 days before, on the day, 7 days after), and of offers of another post."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from applications.models import Interest
from core.accounts.links import absolute
from core.accounts.models import Membership, User
from core.dates import LONDON, at_london, london
from core.letters.reminders import Reminder
from grants import letters
from grants.letters import holders_of
from grants.lifecycle import AWAITED, AWARDED, PENDING, GrantStatus
from grants.models import EvaluationReport, Grant, Instalment
from grants.rules import CASEWORKER

MORNING = time(9)
ANSWERING = (("soon", timedelta(days=-3)), ("on", timedelta(0)), ("over", timedelta(days=1)))
MILESTONES = (("before", timedelta(days=-14)), ("on", timedelta(0)), ("after", timedelta(days=7)))
CHUNK = 500


def due(now: datetime) -> Iterator[Reminder]:
    yield from reports_due(now)
    yield from answers_due(now)


def answers_due(now: datetime) -> Iterator[Reminder]:
    """Yield the latest milestone passed of each unanswered offer of another post: whose answer is missing is asked.

    The day after the last one they are told that nobody can agree any more, and the office too.
    """
    rows = Grant.objects.filter(status=GrantStatus.OFFERED, answer_by_on__lte=london(now).date() + timedelta(days=3))
    for grant in rows.select_related("organisation", "post", "programme"):
        day = grant.answer_by_on or date.max
        passed = [(name, moment(day + apart)) for name, apart in ANSWERING if moment(day + apart) <= now]
        if not passed:
            continue
        name, due_at = passed[-1]
        is_over = name == "over"
        facts: dict[str, Any] = {"due_at": due_at, "not_before": grant.offered_at, "about": grant}
        key = f"answer:{grant.pk}:{name}:{day}"
        if grant.waits_for_person:
            for candidate in letters.people_of(grant):
                about_them = {**letters.facts_of(grant, candidate), "link": letters.link_of(grant, candidate)}
                about_them["secret"] = True
                to = candidate.address
                template = "grants.other_post_over" if is_over else "grants.other_post_reminder"
                yield Reminder(template, to, f"{key}:person", context=about_them, **facts)
        people = list(letters.leads_of(grant.organisation))
        people += list(letters.office_of(grant, CASEWORKER)) if is_over else []
        context = {"grant": grant, "link": absolute("grant", grant.reference)}
        for person in dict.fromkeys(people):
            template = "grants.offer_over" if is_over else "grants.offer_waits"
            yield Reminder(template, person, f"{key}:{person.pk}", context=context, **facts)


def reports_due(now: datetime) -> Iterator[Reminder]:
    """Yield the latest milestone passed of each report that is due or returned, for each recipient."""
    last = london(now).date() + timedelta(days=14)
    people = Membership.objects.filter(person__is_active=True).select_related("person")
    members = Prefetch("grant__organisation__memberships", queryset=people, to_attr="active_memberships")
    rows = EvaluationReport.objects.filter(status__in=AWAITED, due_on__lte=last, grant__status__in=AWARDED)
    waiting = Instalment.objects.filter(grant=OuterRef("grant"), status__in=PENDING, overdue_allowed_at=None)
    rows = rows.annotate(holds_payment=Exists(waiting))  # the emails say so once it is overdue
    caseworkers = cache(lambda programme_id: list(holders_of(CASEWORKER, programme_id=programme_id)))
    conflicts = cache(conflicts_with_grants)
    for report in rows.select_related("grant__organisation").prefetch_related(members).iterator(chunk_size=CHUNK):
        passed = [(name, moment(report.due_on + apart)) for name, apart in MILESTONES]
        name, due_at = max(((name, at) for name, at in passed if at <= now), key=lambda one: one[1], default=("", now))
        if not name:
            continue
        for member in report.grant.organisation.active_memberships:  # type: ignore[attr-defined]
            yield to_member(report, name, due_at, member.person)
        if name == "after":
            for officer in caseworkers(report.programme_id):
                if (report.grant.decision_id, officer.pk) not in conflicts():
                    yield to_officer(report, name, due_at, officer)


def conflicts_with_grants() -> frozenset[tuple[int, int]]:
    """(decision, person) of everybody who declared a conflict of interest with an application that became a grant."""
    declared = Interest.objects.binding().filter(application__decisions__grant__isnull=False)
    return frozenset(declared.values_list("application__decisions", "person"))


def to_member(report: EvaluationReport, milestone: str, due_at: datetime, person: User) -> Reminder:
    page = absolute("grant_report", report.grant.reference, report.number)
    return _reminder("report_reminder", report, milestone, due_at, to=person, page=page)


def to_officer(report: EvaluationReport, milestone: str, due_at: datetime, person: User) -> Reminder:
    page = absolute("grant", report.grant.reference)
    return _reminder("report_overdue", report, milestone, due_at, to=person, page=page)


def _reminder(
    template: str, report: EvaluationReport, milestone: str, due_at: datetime, *, to: User, page: str
) -> Reminder:
    grant = report.grant
    agreed = datetime.combine(grant.agreed_on or date.min, time(), LONDON)
    return Reminder(
        template=f"grants.{template}",
        to=to,
        key=f"{template}:{report.pk}:{milestone}:{report.due_on}:{to.pk}",
        due_at=due_at,
        # No milestone from before the grant was agreed, or before the report was returned.
        not_before=max(agreed, report.returned_at or agreed),
        context={"report": report, "grant": grant, "milestone": milestone, "link": page},
        about=report,
    )


def moment(day: date) -> datetime:
    """Nine in the morning, local time."""
    return at_london(day, MORNING)
