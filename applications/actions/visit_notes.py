"""What each visitor writes down of a visit; the others read it once everybody has written."""

from datetime import datetime

from django.db import transaction

from applications.lifecycle import TrailEvent
from applications.models import AssessmentVisit, VisitNote
from applications.rules.visit_words import are_all_in
from core.accounts.models import User
from core.audit import trail
from core.dates import say_deadline
from core.lifecycle import require
from core.permissions import check
from core.text import is_visible

TOGETHER = "Everyone who visited has written their notes and reads the others’, so they no longer change."


@transaction.atomic
def write(visit: AssessmentVisit, *, text: str, by: User, at: datetime) -> VisitNote:
    """Write down one's own notes, or change them until everybody's are in; return them.

    Raises Refused before the visit begins, for an empty text, and once the visitors read each other's.
    """
    check(by, "applications.note_assessmentvisit", visit)
    # Of two who write last at the same moment, each waits for the other: nobody changes what has been read.
    AssessmentVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    begins = say_deadline(visit.starts_at)
    require(at >= visit.starts_at, f"The visit begins at {begins}. You can write notes after that.", code="too_early")
    require(not are_all_in(visit), TOGETHER, "text", code="all_in")
    require(is_visible(text), "Enter your notes of the visit.", "text")
    facts = {"text": text.strip(), "written_at": at}
    note, is_new = VisitNote.objects.update_or_create(visit=visit, written_by=by, defaults=facts)
    event = TrailEvent.VISIT_NOTES_WRITTEN if is_new else TrailEvent.VISIT_NOTES_CHANGED
    for thing in (visit, visit.application):
        trail.record(event, thing, by=by, at=at)
    return note
