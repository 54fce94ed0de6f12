"""Reminders of evaluation reports: fourteen days before, on the day, and seven days after (then to officers too)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch

from core.accounts.models import Membership
from core.accounts.roles import Role
from core.dates import LONDON, at_london, london
from core.letters.reminders import Reminder
from grants.actions import recipients
from grants.actions.letters import link
from grants.lifecycle import AWARDED, ReportStatus
from grants.models import EvaluationReport

MORNING = time(9)
MILESTONES = (("before", timedelta(days=-14)), ("on", timedelta(0)), ("after", timedelta(days=7)))
CHUNK = 500


def due(now: datetime) -> Iterator[Reminder]:
    """Yield the latest reminder passed of each report due or returned; none from before the grant was agreed."""
    last = london(now).date() + timedelta(days=14)
    people = Membership.objects.filter(person__is_active=True).select_related("person")
    near = Prefetch("grant__organisation__memberships", queryset=people, to_attr="people")
    rows = EvaluationReport.objects.filter(
        status__in=[ReportStatus.DUE, ReportStatus.RETURNED], due_on__lte=last, grant__status__in=AWARDED
    )
    officers = None
    for report in rows.select_related("grant__organisation").prefetch_related(near).iterator(chunk_size=CHUNK):
        passed = [(name, moment(report.due_on + apart)) for name, apart in MILESTONES]
        name, due_at = max(((name, at) for name, at in passed if at <= now), key=lambda one: one[1], default=("", now))
        if not name:
            continue
        for member in report.grant.organisation.people:  # type: ignore[attr-defined]
            yield remind(report, name, due_at, member.person, "report_reminder")
        if name == "after":
            officers = list(recipients.people_in(Role.OFFICER)) if officers is None else officers
            for person in officers:
                yield remind(report, name, due_at, person, "report_overdue")


def remind(report: EvaluationReport, name: str, due_at: datetime, person: object, template: str) -> Reminder:
    """One reminder to one person; what was returned after the moment is not reminded of it."""
    grant = report.grant
    begun = datetime.combine(grant.agreed_on or date.min, time(), LONDON)
    to_officer = template == "report_overdue"
    page = link("grant", grant.reference) if to_officer else link("grant_report", grant.reference, report.number)
    return Reminder(
        template=f"grants.{template}",
        to=person,  # type: ignore[arg-type]
        key=f"{template}:{report.pk}:{name}:{report.due_on}:{getattr(person, 'pk', '')}",
        due_at=due_at,
        not_before=max(begun, report.returned_at or begun),
        context={"report": report, "grant": grant, "milestone": name, "link": page},
    )


def moment(day: date) -> datetime:
    """Nine in the morning in London."""
    return at_london(day, MORNING)
