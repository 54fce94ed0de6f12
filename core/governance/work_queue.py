"""What waits around meetings: papers for the members, what to record for the office, minutes for who confirms them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from core.accounts.models import User
from core.audit.models import Entry
from core.dates import london
from core.governance.actions.minutes import refuse_confirming
from core.governance.models import AgendaItem, Meeting, Minutes
from core.governance.rules import bodies_of, on_which
from core.governance.trail_events import TrailEvent
from core.governance.visibility import meetings_kept_by
from core.lifecycle import refusal_of
from core.permissions import may_ever
from core.text import plural
from core.visibility import visible
from core.work_queue import Task, WorkItem, figures, least_of, number_of

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # an item of which it was not written down when it was added
MINUTES = Minutes.objects.filter(meeting=OuterRef("pk"))


def in_office(user: User) -> bool:
    return may_ever(user, "governance.draft_minutes")


def sits_somewhere(user: User) -> bool:
    return bool(bodies_of(user))


def may_confirm(user: User) -> bool:
    return may_ever(user, "governance.confirm_minutes") or sits_somewhere(user)


def with_papers(user: User, now: datetime) -> QuerySet[Meeting]:
    """Coming meetings of the bodies on which the person sits, with papers they may read and have not opened since.

    What was put on the agenda after they last opened the papers makes them a task again.
    """
    coming = Meeting.objects.filter(held_on__gte=london(now).date(), body__in=on_which(user).order_by().values("pk"))
    opened = Entry.objects.filter(
        thing_type=Meeting._meta.label_lower,
        thing_id=Cast(OuterRef("meeting"), CharField()),
        by=user,
        event=TrailEvent.PAPERS_OPENED,
        at__gte=Coalesce(OuterRef("added_at"), Value(LONG_AGO)),
    )
    unread = visible(AgendaItem, user).filter(~Exists(opened))
    return coming.filter(Exists(unread.filter(meeting=OuterRef("pk"))))


def to_record(user: User, now: datetime) -> QuerySet[Meeting]:
    """Meetings that were held by an agenda, of which the members present or the minutes are missing."""
    items = AgendaItem.objects.filter(meeting=OuterRef("pk"))
    held = meetings_kept_by(user).filter(Exists(items), held_on__lte=london(now).date())
    is_unattended = Q(attendances__isnull=True) & ~Q(Exists(MINUTES.filter(confirmed_at__isnull=False)))
    return held.filter(is_unattended | ~Q(Exists(MINUTES)))


def minutes_to_confirm(user: User, now: datetime) -> QuerySet[Meeting]:
    """Meetings whose drafted minutes leave nothing open, for this person to confirm: never many."""
    drafted = visible(Meeting, user).filter(Exists(MINUTES.filter(confirmed_at__isnull=True)))
    found = [
        row.pk
        for row in drafted
        if user.has_perm("governance.confirm_minutes", row) and not refusal_of(refuse_confirming, row, now)
    ]
    return Meeting.objects.filter(pk__in=found)


PAPERS = Task("papers", Meeting, "with papers to read", with_papers, sits_somewhere)
TO_RECORD = Task("record", Meeting, "to record", to_record, in_office)
TO_CONFIRM = Task("confirm-minutes", Meeting, "with minutes to confirm", minutes_to_confirm, may_confirm)
TASKS = (PAPERS, TO_RECORD, TO_CONFIRM)


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    if not user.is_staff:
        return
    waiting = [task for task in (PAPERS, TO_RECORD) if task.is_for(user)]
    wanted = {task.name: number_of(task.rows(user, now)) for task in waiting}
    days = {f"{task.name}_on": least_of(task.rows(user, now), "held_on") for task in waiting}
    found = figures(user, **wanted, **days) if waiting else {}
    if count := found.get("papers"):
        yield WorkItem(f"{plural(count, 'coming meeting')} with papers to read", PAPERS.url, found["papers_on"])
    if count := found.get("record"):
        sentence = f"{plural(count, 'meeting')} to record: who was present, and the minutes"
        yield WorkItem(sentence, TO_RECORD.url, since=found["record_on"])
    if TO_CONFIRM.is_for(user) and (count := minutes_to_confirm(user, now).count()):
        yield WorkItem(f"{plural(count, 'meeting')} with minutes to confirm", TO_CONFIRM.url)
