"""What somebody reads of the access needs at a visit, and of the visitors' notes: others' only after one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from applications.models import AccessNeeds, AssessmentVisit, Attendee, VisitNote
from applications.rules.assessments import arranges_its_visits
from applications.rules.visit_words import VISITORS, are_all_in, still_to_write
from applications.visibility.names import Reader
from core.accounts.models import User


@dataclass(frozen=True)
class Words:
    """Somebody's words about a visit, as one person may read them."""

    who: str
    text: str
    written_at: datetime
    is_own: bool = False


def needs_for(user: User, visit: AssessmentVisit) -> list[Words]:
    """The office, which arranges the visit, reads all; those who visit, what the organisation's people need."""
    if not user.has_perm("applications.read_needs_assessmentvisit", visit):
        return []
    rows = AccessNeeds.objects.filter(attendee__visit=visit).select_related("attendee")
    reader = Reader.of(user, visit.application)
    return [_needs_of(one, reader) for one in _needed_by(user, visit, rows).order_by("attendee__capacity", "pk")]


def _needed_by(user: User, visit: AssessmentVisit, rows: QuerySet[AccessNeeds]) -> QuerySet[AccessNeeds]:
    if arranges_its_visits(user, visit):
        return rows
    return rows.filter(~Q(attendee__capacity__in=VISITORS) | Q(attendee__email__iexact=user.email))


def _needs_of(needs: AccessNeeds, reader: Reader) -> Words:
    [attendee] = reader.attendees([needs.attendee])
    return Words(said_of(attendee), reader.text(needs.text), needs.written_at)


def said_of(attendee: Attendee) -> str:
    return f"{attendee.name} ({attendee.get_capacity_display()})"


def notes_for(user: User, visit: AssessmentVisit) -> list[Words]:
    """The visitors' notes that this person reads, who may see the visit; the page of it is not shown to the recused.

    One's own always. Others' once everybody's are in; the office before that, unless it still owes its own.
    """
    notes = list(visit.visitor_notes.select_related("written_by"))
    reads_all = bool(arranges_its_visits(user, visit)) and not _owes(user, visit)
    if notes and not reads_all and not are_all_in(visit):
        notes = [note for note in notes if note.written_by_id == user.pk]
    reader = Reader.of(user, visit.application)
    return [_note_of(note, reader, is_own=note.written_by_id == user.pk) for note in notes]


def _note_of(note: VisitNote, reader: Reader, *, is_own: bool) -> Words:
    return Words(str(note.written_by), reader.text(note.text), note.written_at, is_own)


def _owes(user: User, visit: AssessmentVisit) -> bool:
    return still_to_write(visit).filter(pk=user.pk).exists()
