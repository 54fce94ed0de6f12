"""The virus scan of uploaded files: outside every request, by the worker's tick or `manage.py send_due`.

The service itself does this; there is no person whose permission could be asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from applications import letters
from applications.actions import file_deletion
from applications.lifecycle import TrailEvent
from applications.models import Document
from core.audit import trail
from core.audit.seals import unseal
from core.files import clamd

LEASE = timedelta(minutes=2)  # a worker that died with a file in its hands has lost it by then
PATIENCE = timedelta(seconds=90)  # a run ends well inside the worker's time limit
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(seconds=60)  # between two tries while the scanner is away
TOO_LONG = timedelta(hours=1)

INFECTED = {
    Document.Kind.CV: TrailEvent.CV_INFECTED,
    Document.Kind.STATEMENT: TrailEvent.STATEMENT_INFECTED,
    Document.Kind.REDACTED_CV: TrailEvent.REDACTED_COPY_INFECTED,
    Document.Kind.REDACTED_STATEMENT: TrailEvent.REDACTED_COPY_INFECTED,
}

log = logging.getLogger(__name__)


def waiting() -> QuerySet[Document]:
    """The documents that wait for the scan and are still wanted."""
    return Document.objects.filter(scan=Document.Scan.WAITING, taken_out_at__isnull=True)


def run(now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Scan what is due, the longest waiting first, and delete what was to be deleted; return how many were scanned.

    `now` is the instant at the start; `clock` tells it again during a long run, or else claims would look abandoned.

    Safe to run many at once: a document goes to the one that moves its turn. A scanner that is away ends the run, and
    everything waits a little longer each time, at most a minute.
    """
    try:
        file_deletion.erase_due()
    except Exception:
        log.exception("what was taken out is not deleted yet")
    if not clamd.is_configured():
        return 0
    done = 0
    due = waiting().filter(scan_next_at__lte=now).order_by("scan_next_at", "received_at")
    for document in list(due.select_related("application__organisation", "application__post", "application__call")):
        moment = clock() if clock else now
        if moment - now > PATIENCE:
            break
        if not claim(document, moment):
            continue
        try:
            with document.file.open("rb") as file:
                threat = clamd.threat_in(file)
        except clamd.ScannerAwayError as problem:
            log.warning("the virus scanner is away: %s", problem)
            put_off(document, moment)
            break
        except Exception as problem:  # noqa: BLE001 — one file that cannot be read must not hold up the others
            log.warning("document %s was not scanned: %s", document.pk, type(problem).__name__)
            wait_again(document, moment + LONGEST)
        else:
            done += conclude(document, threat, at=moment)
    return done


def claim(document: Document, moment: datetime) -> bool:
    """Take the document's turn, unless another worker has; a worker that dies gives it back after LEASE."""
    mine = waiting().filter(pk=document.pk, scan_next_at=document.scan_next_at)
    if not mine.update(scan_next_at=moment + LEASE):
        return False
    document.scan_next_at = moment + LEASE
    return True


def put_off(document: Document, moment: datetime) -> None:
    """Let everything that is due wait: half as long again as this one has, within bounds; this one goes last."""
    waited = (moment - document.received_at) / 2
    pause = min(max(waited, SHORTEST), LONGEST)
    waiting().filter(scan_next_at__lte=moment).update(scan_next_at=moment + pause)
    wait_again(document, moment + pause + timedelta(milliseconds=1))


def wait_again(document: Document, until: datetime) -> None:
    waiting().filter(pk=document.pk, scan_next_at=document.scan_next_at).update(scan_next_at=until)


@transaction.atomic
def conclude(document: Document, threat: str, *, at: datetime) -> bool:
    """Write the verdict, if the claim is still ours; what is infected is taken out at once, and people are told."""
    mine = waiting().filter(pk=document.pk, scan_next_at=document.scan_next_at)
    if not threat:
        return mine.update(scan=Document.Scan.CLEAN, scanned_at=at, scan_next_at=None) == 1
    was_current = document.replaced_at is None
    ours = mine.update(
        scan=Document.Scan.INFECTED,
        scanned_at=at,
        scan_next_at=None,
        taken_out_at=at,
        replaced_at=document.replaced_at or at,
    )
    if not ours:
        return False
    document.pages.all().delete()
    unseal(document)
    transaction.on_commit(lambda: file_deletion.erase(Document.objects.filter(pk=document.pk)), robust=True)
    application = document.application
    event = INFECTED[Document.Kind(document.kind)]
    trail.record(event, application, by=None, at=at, found=threat, sha256=document.sha256)
    if was_current and not document.is_redacted:  # of a redacted copy the office learns from its queue
        letters.applications.infected(document, at=at)
    return True
