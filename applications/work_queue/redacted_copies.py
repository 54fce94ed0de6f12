"""What waits for the office where names are hidden: copies to make, and copies to check."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.lifecycle import Status
from applications.models import Application, Document, NameOpening
from applications.models.document import OF_APPLICANTS
from applications.work_queue.scope import in_hand, in_office
from core.accounts.models import User
from core.text import plural
from core.work_queue import Task, WorkItem, number_of

STANDING = Document.objects.filter(replaced_at__isnull=True, taken_out_at__isnull=True)
COPIES = STANDING.filter(redacts=OuterRef("pk"))
ORIGINALS = STANDING.filter(application=OuterRef("pk"), kind__in=OF_APPLICANTS)
OPEN_TO_ALL = NameOpening.objects.filter(application=OuterRef("pk"), assessor__isnull=True)


def hidden(user: User) -> QuerySet[Application]:
    """Shortlisted applications whose assessors may read only redacted copies."""
    rows = in_hand(user).filter(status=Status.SHORTLISTED, call__hides_names=True)
    return rows.filter(~Q(Exists(OPEN_TO_ALL)))


def copies_to_make(user: User, _now: datetime) -> QuerySet[Application]:
    return hidden(user).filter(Exists(ORIGINALS.filter(~Q(Exists(COPIES)))))


def copies_to_check(user: User, _now: datetime) -> QuerySet[Application]:
    return hidden(user).filter(Exists(ORIGINALS.filter(Exists(COPIES.filter(checked_at__isnull=True)))))


COPIES_TO_MAKE = Task("redact", Application, "without a redacted copy", copies_to_make, in_office)
COPIES_TO_CHECK = Task("check-copy", Application, "with a redacted copy to check", copies_to_check, in_office)


def office_figures(user: User, now: datetime) -> dict[str, Any]:
    return {
        "to_redact": number_of(copies_to_make(user, now)),
        "copies_to_check": number_of(copies_to_check(user, now)),
    }


def for_the_office(found: dict[str, Any]) -> Iterator[WorkItem]:
    if count := found["to_redact"]:
        sentence = f"{plural(count, 'application')} without a redacted copy: its assessors cannot read the CV"
        yield WorkItem(sentence, COPIES_TO_MAKE.url)
    if count := found["copies_to_check"]:
        yield WorkItem(f"{plural(count, 'application')} with a redacted copy to check", COPIES_TO_CHECK.url)
