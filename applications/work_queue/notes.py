"""Notes that mention somebody, until they have read them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from applications.models import CaseNote
from applications.visibility import office_programmes
from core.accounts.models import User
from core.dates import london
from core.visibility import visible
from core.work_queue import WorkItem

MOST_NAMED = 10


def mentioning(user: User) -> QuerySet[CaseNote]:
    """Notes that mention the person and wait to be read."""
    return visible(CaseNote, user).filter(mentions__person=user, mentions__read_at=None)


def items(user: User, _now: datetime) -> Iterator[WorkItem]:
    if not office_programmes(user):
        return
    for note in mentioning(user).select_related("application__organisation", "written_by")[:MOST_NAMED]:
        application = note.application
        sentence = f"{note.written_by} mentioned you in a note on {application}, {application.organisation}"
        url = reverse("admin:applications_casenote_change", args=[note.pk])
        yield WorkItem(sentence, url, since=london(note.written_at).date())
