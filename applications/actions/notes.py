"""Notes on a case: written, edited for some minutes, and read by the colleagues whom they mention."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from applications import letters
from applications.models import Application, CaseNote, Mention, NoteVersion
from applications.models.note import EDITABLE_FOR, NoteEvent
from applications.rules.notes import colleagues
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import is_visible

AT = re.compile(r"(?<!\S)@(?=\w)")
NAMED = re.compile(r"\S+")
MISSING = "Enter your note."
TOO_LATE = f"A note can be edited for {EDITABLE_FOR.seconds // 60} minutes. Write another one instead."


@transaction.atomic
def write(application: Application, *, text: str, mentioned: Iterable[User] = (), by: User, at: datetime) -> CaseNote:
    """Write a note; email whoever it mentions, by @name in its text or among `mentioned`. Return it.

    What mentions the writer on this case counts as read. Raises Refused for an empty note, and for a mention of anybody
    who may not read the case.
    """
    check(by, "applications.add_casenote", application)
    require(is_visible(text), MISSING, "text")
    people = _people(application, text, mentioned, by)
    note = CaseNote.objects.create(application=application, text=text.strip(), written_by=by, written_at=at)
    Mention.objects.filter(note__application=application, person=by, read_at=None).update(read_at=at)
    trail.record(NoteEvent.WRITTEN, application, by=by, at=at)
    _mention(note, people, at=at)
    return note


def refuse_late(note: CaseNote, at: datetime) -> None:
    require(at < note.written_at + EDITABLE_FOR, TOO_LATE, code="too_late")


@transaction.atomic
def edit(note: CaseNote, *, text: str, mentioned: Iterable[User] = (), seen: str = "", by: User, at: datetime) -> None:
    """Change the text of a note within some minutes; what it said before is kept.

    Who was mentioned stays so. `seen` is the text that the form showed: what was saved meanwhile is not overwritten.
    """
    check(by, "applications.change_casenote", note)
    note = CaseNote.objects.select_for_update().select_related("application").get(pk=note.pk)
    refuse_late(note, at)
    require(is_visible(text), MISSING, "text")
    if seen and seen != note.text:
        sentence = "You saved this note in another window meanwhile. Reload the page and edit what it says now."
        raise Refused(sentence, "text", code="changed_meanwhile")
    people = _people(note.application, text, mentioned, by)
    if text.strip() != note.text:
        before = NoteVersion.objects.create(note=note, text=note.text, written_at=note.edited_at or note.written_at)
        seal(before, at=at)
        note.text, note.edited_at = text.strip(), at
        note.save(update_fields=["text", "edited_at"])
        trail.record(NoteEvent.EDITED, note.application, by=by, at=at)
    _mention(note, people, at=at)


@transaction.atomic
def mark_read(note: CaseNote, *, by: User, at: datetime) -> None:
    """Take a note that mentions the person out of their queue."""
    check(by, "applications.read_casenote", note)
    note.mentions.filter(person=by, read_at=None).update(read_at=at)


def _people(application: Application, text: str, mentioned: Iterable[User], by: User) -> list[User]:
    """The colleagues whom a note mentions, by key; Refused where somebody may not read the case."""
    may_read = {person.pk: person for person in colleagues(application)}
    chosen = [may_read.get(person.pk) for person in mentioned]
    require(None not in chosen, "Choose only colleagues who may read this case.", "mentioned")
    found = {person.pk: person for person in (*chosen, *named_in(text, may_read.values())) if person is not None}
    found.pop(by.pk, None)
    return [found[key] for key in sorted(found)]


def named_in(text: str, people: Iterable[User]) -> list[User]:
    """The people whose name stands after an @ in the text; Refused where nobody's does."""
    found = []
    by_length = sorted(people, key=lambda person: -len(str(person)))
    for sign in AT.finditer(text):
        rest = text[sign.end() :].casefold()
        person = next((one for one in by_length if _begins(rest, str(one).casefold())), None)
        if person is None:
            name = (NAMED.match(text[sign.end() :]) or sign)[0]
            sentence = f"No one called “{name}” may read this case. Write the name as it stands in the list below."
            raise Refused(sentence, "text", code="nobody")
        found.append(person)
    return found


def _begins(text: str, name: str) -> bool:
    return bool(name) and text.startswith(name) and not text[len(name) : len(name) + 1].isalnum()


def _mention(note: CaseNote, people: Iterable[User], *, at: datetime) -> None:
    for person in people:
        mention, is_new = Mention.objects.get_or_create(note=note, person=person)
        if is_new:
            letters.notes.mentioned(mention, at=at)
