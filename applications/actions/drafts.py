"""Writing in an application: while the call is open, a section at a time, and never over words not seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from applications.actions import candidates
from applications.form_schema import ABOUT_CANDIDATE
from applications.lifecycle import Status
from applications.models import Answer, Application, Call, Question, SectionSave
from applications.models.call import Section
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_deadline, say_time
from core.lifecycle import Refused

ONE_LINE_PER = timedelta(hours=1)  # a section saved every few seconds leaves one line an hour on the trail


class SavedMeanwhile(Refused):
    """A colleague, or this person in another window, saved since the form was fetched; nothing was overwritten."""

    def __init__(self, save: SectionSave, *, by: User, at: datetime) -> None:
        """Say who, and keep the save that won."""
        self.save, self.is_own = save, save.saved_by_id == by.pk
        saved_at = save.saved_at.replace(second=0)
        when = say_time(saved_at) if london(saved_at).date() == london(at).date() else say_deadline(saved_at)
        own = f"You saved this section in another window at {when}."
        sentence = own if self.is_own else f"{save.saver} saved this section while you were writing."
        super().__init__(f"{sentence} Nothing was overwritten. Compare the two below, then save what you want to keep.")


def refuse_when_closed(thing: Call | Application, at: datetime) -> None:
    """Refuse, naming the date, unless the call takes applications at this instant (its unshown grace included).

    An application may have a deadline of its own: an invitation's, or one given after the close.
    """
    call = thing.call if isinstance(thing, Application) else thing
    if thing.is_open(at):
        return
    if thing.closes_at is not None and at >= thing.closes_at:
        raise Refused(
            f"The deadline was {say_deadline(thing.closes_at)} (London time), so nothing can be changed or sent any "
            "more."
        )
    if at < call.opens_at:
        raise Refused(f"This call opens at {say_deadline(call.opens_at)} (London time). Come back then.")
    raise Refused("This call takes no applications.")


def hold(application: Application, at: datetime) -> Application:
    """Take the application's row for this transaction; refuse unless it is a draft and the call is open.

    The lock (on SQLite: the write transaction) puts saves, uploads and the submit of one application in a row, so that
    what was checked is what is submitted.
    """
    held = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    refuse_when_closed(held, at)
    if held.status != Status.DRAFT:
        raise Refused(f"This application is {held.get_status_display()}, so it cannot be changed.")
    return held


@transaction.atomic
def save_section(
    application: Application,
    section: str,
    *,
    facts: dict[str, Any],
    answers: dict[int, str],
    seen_version: int,
    window: str = "",
    edits: int = 0,
    while_typing: bool = False,
    by: User,
    at: datetime,
) -> int:
    """Keep what was typed in a section, complete or not; returns the section's new version.

    `facts` are columns (for the candidate's section: name, email, job_title), `answers` texts by question, `window` the
    mark of the page they were typed in, `edits` how often its boxes had been changed. Raises SavedMeanwhile when the
    section was saved since `seen_version`, unless the last save came from the same page; Refused after the close, and
    when what a page sent by itself, `while_typing`, arrives after its newer words.
    """
    hold(application, at)
    save, _ = SectionSave.objects.select_related("saved_by").get_or_create(
        application=application, section=section, defaults={"saved_at": at, "saved_by": by}
    )
    # A form is saved while somebody types; the button pressed just then carries the number from before. Whoever else
    # had saved since would have left another mark, so nothing that this window has not seen is overtaken.
    is_same_window = bool(window) and save.window == window and save.saved_by_id == by.pk
    if is_same_window and while_typing and edits < save.edits:
        raise Refused("Newer words from this page are here already. Press “Save” to keep what the boxes hold now.")
    if save.version != seen_version and not is_same_window:
        raise SavedMeanwhile(save, by=by, at=at)
    if not save.version or save.saved_by_id != by.pk or at - save.saved_at > ONE_LINE_PER:
        trail.record("section written", application, by=by, at=at, section=Section(section).label)
    version = _count(save, window=window, edits=edits, by=by, at=at)
    if section == Section.CANDIDATE:
        if facts:
            candidates.name(application, **facts, by=by, at=at)
    elif facts:
        Application.objects.filter(pk=application.pk).update(**facts)
        for name, value in facts.items():
            setattr(application, name, value)
    asked = set(Question.objects.filter(call_id=application.call_id, section=section).values_list("pk", flat=True))
    Answer.objects.bulk_create(
        [Answer(application=application, question_id=pk, text=text) for pk, text in answers.items() if pk in asked],
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["text"],
    )
    if section in ABOUT_CANDIDATE:
        candidates.ask_again_if_changed(application, by=by, at=at)
    return version


def _count(save: SectionSave, *, window: str, edits: int, by: User, at: datetime) -> int:
    # Compare and set: of two saves at once, one counts on; the other finds the number changed.
    if not SectionSave.objects.filter(pk=save.pk, version=save.version).update(
        version=F("version") + 1, saved_at=at, saved_by=by, window=window, edits=edits
    ):
        raise SavedMeanwhile(SectionSave.objects.select_related("saved_by").get(pk=save.pk), by=by, at=at)
    return save.version + 1
