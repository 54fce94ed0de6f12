"""Writing in an application: while the call is open, a section at a time, and never over words not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from applications.actions import candidates
from applications.autosave import NOT_FROM_A_PAGE, Conflict, Saved, SaveToken, Verdict, decide
from applications.completeness import FilledForm
from applications.form_schema import ABOUT_CANDIDATE, FACTS, FUNDING_BOX, box_text
from applications.lifecycle import Status, TrailEvent
from applications.models import Answer, AnswerRevision, Application, Call, FieldSave, SectionSave
from applications.models.section import Section
from applications.periods import ANSWER_REVISION
from core.accounts.models import User
from core.audit import trail
from core.dates import clock_name, say_deadline
from core.lifecycle import Refused
from core.permissions import check

ONE_LINE_PER = timedelta(hours=1)  # a section saved every few seconds leaves one line an hour on the trail
REVISION_PER = timedelta(minutes=10)


def refuse_when_closed(thing: Call | Application, at: datetime) -> None:
    """Refuse, naming the date, unless the call takes applications at this instant (its unshown grace included).

    An application may have a deadline of its own: an invitation's, or one given after the close.
    """
    call = thing.call if isinstance(thing, Application) else thing
    if thing.is_open(at):
        return
    if thing.closes_at is not None and at >= thing.closes_at:
        raise Refused(
            f"The deadline was {say_deadline(thing.closes_at)} ({clock_name()}), "
            "so you cannot change or submit anything."
        )
    if at < call.opens_at:
        raise Refused(f"This call opens at {say_deadline(call.opens_at)} ({clock_name()}). Come back then.")
    raise Refused("You cannot apply to this call.")


def lock_draft(application: Application, at: datetime) -> Application:
    """Lock the application's row for this transaction; refuse unless it is a draft and the call is open.

    The lock (on SQLite: the write transaction) puts saves, uploads and the submit of one application in a row, so that
    what was checked is what is submitted.
    """
    locked = Application.objects.select_for_update(of=("self",)).whole().get(pk=application.pk)
    refuse_when_closed(locked, at)
    if locked.status != Status.DRAFT:
        raise Refused(f"This application is {locked.get_status_display()}, so you cannot change it.")
    return locked


@transaction.atomic
def save_section(
    application: Application,
    section: str,
    *,
    facts: Mapping[str, Any],
    answers: Mapping[int, str],
    unparsed: Mapping[str, str] | None = None,
    token: SaveToken = NOT_FROM_A_PAGE,
    while_typing: bool = False,
    by: User,
    at: datetime,
) -> Saved:
    """Save what was typed in a section, complete or not, each box by itself, and say what could not be saved.

    `facts` are columns (for the candidate's section: name, email, job_title), `answers` texts by question, `unparsed`
    the text of boxes that could not be read; what is in none of them is not changed. Raises Refused after the close,
    and when a save `while_typing` arrives after the newer text of its page. The protocol: applications/autosave.py.
    """
    check(by, "applications.change_application", application)
    filled = FilledForm.of(lock_draft(application, at))
    saved = filled.boxes(section)
    typed = {name: text for name, text in _typed(facts, answers, unparsed or {}).items() if name in saved}
    last = {row.field: row for row in application.field_saves.select_related("saved_by").filter(field__in=typed)}
    verdicts = _judge(typed, saved, last, token, while_typing=while_typing, by=by)
    written = [name for name, verdict in verdicts.items() if verdict == Verdict.WRITE]
    if not written and Verdict.OLDER in verdicts.values():
        raise Refused("Newer text from this page is saved already. Press “Save” to keep what is on the page now.")
    _note_section(application, section, by=by, at=at)
    if written:
        kept = _keep_replaced(application, {name: saved[name] for name in written}, last, token, by=by, at=at)
        _write(filled, section, written, facts=facts, answers=answers, unparsed=unparsed or {}, by=by, at=at)
        kept_at = {name: row.version_kept_at for name, row in last.items()} | dict.fromkeys(kept, at)
        FieldSave.objects.note(
            application, written, by=by, at=at, window=token.window, edits=token.edits, kept_at=kept_at
        )
        if section in ABOUT_CANDIDATE:
            candidates.ask_again_if_changed(application, by=by, at=at)
    conflicts = _conflicts(verdicts, saved, last, by=by)
    return Saved.of(token, typed=typed, saved=saved, verdicts=verdicts, conflicts=conflicts)


def _typed(facts: Mapping[str, Any], answers: Mapping[int, str], unparsed: Mapping[str, str]) -> dict[str, str]:
    texts = {name: box_text(value) for name, value in facts.items()}
    return texts | {f"question_{pk}": box_text(text) for pk, text in answers.items()} | dict(unparsed)


def _conflicts(
    verdicts: Mapping[str, Verdict], saved: Mapping[str, str], last: Mapping[str, FieldSave], *, by: User
) -> list[Conflict]:
    return [
        Conflict(name, saved[name], row := last.get(name), is_own=bool(row and row.saved_by_id == by.pk))
        for name, verdict in verdicts.items()
        if verdict == Verdict.CONFLICT
    ]


def _judge(
    typed: Mapping[str, str],
    saved: Mapping[str, str],
    last: Mapping[str, FieldSave],
    token: SaveToken,
    *,
    while_typing: bool,
    by: User,
) -> dict[str, Verdict]:
    return {
        name: decide(
            token,
            name=name,
            mine=text,
            saved=saved[name],
            is_same_page=token.is_from_page_of(row := last.get(name), by),
            is_older=while_typing and row is not None and token.edits < row.edits,
        )
        for name, text in typed.items()
    }


def _note_section(application: Application, section: str, *, by: User, at: datetime) -> None:
    save = SectionSave.objects.filter(application=application, section=section).first()
    label = next(one.label for one in application.call.form_sections if one == section)
    if save is None or save.saved_by_id != by.pk or at - save.saved_at > ONE_LINE_PER:
        trail.record(TrailEvent.SECTION_WRITTEN, application, by=by, at=at, section=label)
    save = save or SectionSave(application=application, section=section)
    save.saved_at, save.saved_by = at, by
    save.save()


def _keep_replaced(
    application: Application,
    texts: Mapping[str, str],
    last: Mapping[str, FieldSave],
    token: SaveToken,
    *,
    by: User,
    at: datetime,
) -> frozenset[str]:
    """Keep the text that is replaced; of one page that is saved every few seconds, one version in REVISION_PER.

    Returns the boxes of which a version was kept.
    """

    def is_kept(name: str) -> bool:
        row = last.get(name)
        is_recent = row is not None and row.version_kept_at is not None and at - row.version_kept_at < REVISION_PER
        return bool(texts[name]) and not (is_recent and token.is_from_page_of(row, by))

    kept = frozenset(name for name in texts if is_kept(name))
    AnswerRevision.objects.bulk_create(
        AnswerRevision(
            application=application,
            field=name,
            text=texts[name],
            written_at=row.saved_at if (row := last.get(name)) else None,
            written_by=row.saved_by if row else None,
            replaced_at=at,
        )
        for name in sorted(kept)
    )
    return kept


def _write(
    filled: FilledForm,
    section: str,
    written: Sequence[str],
    *,
    facts: Mapping[str, Any],
    answers: Mapping[int, str],
    unparsed: Mapping[str, str],
    by: User,
    at: datetime,
) -> None:
    application = filled.application
    columns = {name: value for name, value in facts.items() if name in written}
    if columns and section == Section.CANDIDATE:
        current = {name: filled.fact(section, name) for name in FACTS[Section.CANDIDATE]}
        candidates.name(application, **{**current, **columns}, by=by, at=at)
        columns = {}
    if funding := {name: columns.pop(name) for name in list(columns) if FUNDING_BOX.fullmatch(name)}:
        texts = {name: box_text(value) for name, value in funding.items()}
        columns["funding_by_body"] = application.funding_by_body | texts
    unread = {name: text for name, text in application.unparsed.items() if name not in written}
    unread |= {name: text for name, text in unparsed.items() if name in written}
    if unread != application.unparsed:
        columns["unparsed"] = unread
    if columns:
        Application.objects.filter(pk=application.pk).update(**columns)
    asked = {question.pk for question in filled.questions_of(section)}
    Answer.objects.bulk_create(
        [
            Answer(application=application, question_id=pk, text=text)
            for pk, text in answers.items()
            if pk in asked and f"question_{pk}" in written
        ],
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["text"],
    )


def earlier_versions(application: Application, fields: Sequence[str], at: datetime) -> QuerySet[AnswerRevision]:
    """The texts that were replaced in these boxes and can be brought back, the latest first."""
    after = ANSWER_REVISION.before(at)
    return application.revisions.filter(field__in=fields, replaced_at__gt=after).select_related("written_by")
