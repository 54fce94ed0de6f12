"""Writing in an application: while the call is open, a section at a time, and never over words not seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from applications.actions import candidates
from applications.autosave import SavedMeanwhile, SaveToken, check_save
from applications.form_schema import ABOUT_CANDIDATE
from applications.lifecycle import Status, TrailEvent
from applications.models import Answer, Application, Call, Question, SectionSave
from applications.models.call import Section
from core.accounts.models import User
from core.audit import trail
from core.dates import say_deadline
from core.lifecycle import Refused
from core.permissions import check

ONE_LINE_PER = timedelta(hours=1)  # a section saved every few seconds leaves one line an hour on the trail


def refuse_when_closed(thing: Call | Application, at: datetime) -> None:
    """Refuse, naming the date, unless the call takes applications at this instant (its unshown grace included).

    An application may have a deadline of its own: an invitation's, or one given after the close.
    """
    call = thing.call if isinstance(thing, Application) else thing
    if thing.is_open(at):
        return
    if thing.closes_at is not None and at >= thing.closes_at:
        raise Refused(
            f"The deadline was {say_deadline(thing.closes_at)} (London time), so you cannot change or submit anything."
        )
    if at < call.opens_at:
        raise Refused(f"This call opens at {say_deadline(call.opens_at)} (London time). Come back then.")
    raise Refused("You cannot apply to this call.")


def lock_draft(application: Application, at: datetime) -> Application:
    """Lock the application's row for this transaction; refuse unless it is a draft and the call is open.

    The lock (on SQLite: the write transaction) puts saves, uploads and the submit of one application in a row, so that
    what was checked is what is submitted.
    """
    locked = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    refuse_when_closed(locked, at)
    if locked.status != Status.DRAFT:
        raise Refused(f"This application is {locked.get_status_display()}, so you cannot change it.")
    return locked


@transaction.atomic
def save_section(
    application: Application,
    section: str,
    *,
    facts: dict[str, Any],
    answers: dict[int, str],
    token: SaveToken,
    while_typing: bool = False,
    by: User,
    at: datetime,
) -> int:
    """Save what was typed in a section, complete or not, and return the section's new version.

    `facts` are columns (for the candidate's section: name, email, job_title), `answers` texts by question. Raises
    SavedMeanwhile when the section was saved since the page of `token` was fetched; Refused after the close, and when a
    save `while_typing` arrives after the newer words of its page. The protocol: applications/autosave.py.
    """
    check(by, "applications.change_application", application)
    lock_draft(application, at)
    save, _ = SectionSave.objects.select_related("saved_by").get_or_create(
        application=application, section=section, defaults={"saved_at": at, "saved_by": by}
    )
    check_save(token, save, while_typing=while_typing, by=by, at=at)
    if not save.version or save.saved_by_id != by.pk or at - save.saved_at > ONE_LINE_PER:
        trail.record(TrailEvent.SECTION_WRITTEN, application, by=by, at=at, section=Section(section).label)
    version = _count(save, token, by=by, at=at)
    if section == Section.CANDIDATE:
        if facts:
            candidates.name(application, **facts, by=by, at=at)
    elif facts:
        Application.objects.filter(pk=application.pk).update(**facts)
        for name, value in facts.items():
            setattr(application, name, value)
    _write_answers(application, section, answers)
    if section in ABOUT_CANDIDATE:
        candidates.ask_again_if_changed(application, by=by, at=at)
    return version


def _write_answers(application: Application, section: str, answers: dict[int, str]) -> None:
    asked = set(Question.objects.filter(call_id=application.call_id, section=section).values_list("pk", flat=True))
    Answer.objects.bulk_create(
        [Answer(application=application, question_id=pk, text=text) for pk, text in answers.items() if pk in asked],
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["text"],
    )


def _count(save: SectionSave, token: SaveToken, *, by: User, at: datetime) -> int:
    # Compare and set: of two saves at once, one counts on; the other finds the number changed.
    if not SectionSave.objects.filter(pk=save.pk, version=save.version).update(
        version=F("version") + 1, saved_at=at, saved_by=by, window=token.window, edits=token.edits
    ):
        raise SavedMeanwhile(SectionSave.objects.select_related("saved_by").get(pk=save.pk), by=by, at=at)
    return save.version + 1
