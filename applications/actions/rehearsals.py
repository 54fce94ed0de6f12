"""The form tried out on a call that is not published: seen by the officer who tries it, deleted afterwards."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from applications.completeness import FilledForm
from applications.form_schema import sheet_of
from applications.lifecycle import CallStatus, TrailEvent
from applications.models import Application, Call, Document
from core.accounts.models import User
from core.audit import trail
from core.documents import store
from core.lifecycle import Refused, require
from core.permissions import check


def lacks(call: Call) -> list[str]:
    lacking = []
    if not call.posts.exists():
        lacking.append("Add a post first: an application is for one.")
    if not call.questions.exists():
        lacking.append("Add the questions first, or put in the standard ones.")
    return lacking


@transaction.atomic
def begin(call: Call, *, by: User, at: datetime) -> Application:
    """Begin a rehearsal for the programme's funder, or return the one this officer has begun.

    Raises Refused for a call that is out, and naming what is missing for a call without posts or questions.
    """
    check(by, "applications.rehearse_call", call)
    require(call.status == CallStatus.DRAFT, "The form is rehearsed before the call is published.")
    if lacking := lacks(call):
        raise Refused(" ".join(lacking))
    own = Application.objects.filter(call=call, is_rehearsal=True, started_by=by)
    if begun := own.first():
        return begun
    try:
        with transaction.atomic():
            rehearsal = Application.objects.create(
                organisation=call.programme.funder,
                post=call.posts.all()[0],
                call=call,
                months=call.term_months,
                started_at=at,
                started_by=by,
                is_rehearsal=True,
            )
    except IntegrityError:  # two clicks at once
        return own.get()
    trail.record(TrailEvent.FORM_REHEARSED, call, by=by, at=at)
    return rehearsal


def lacking(filled: FilledForm) -> list[str]:
    """What the check before submitting would find: the same as for any application, but for the confirmation."""
    missing = list(filled.gaps)
    try:
        sheet_of(filled.application)
    except ValueError as problem:
        missing.append(f"The grant cannot be worked out. {problem}")
    return missing


@transaction.atomic
def clear(rehearsal: Application, *, by: User, at: datetime) -> None:
    """Delete a rehearsal with its words and files. Raises Refused for a real application and for somebody else's."""
    check(by, "applications.clear_application", rehearsal)
    _delete(Application.objects.filter(pk=rehearsal.pk))
    trail.record(TrailEvent.REHEARSAL_CLEARED, rehearsal.call, by=by, at=at)


@transaction.atomic
def clear_all(call: Call, *, by: User, at: datetime) -> None:
    """Delete every rehearsal of a call that is published, cancelled or changed in its questions and posts."""
    check(by, "applications.change_call", call)
    if _delete(Application.objects.filter(call=call)):
        trail.record(TrailEvent.REHEARSALS_CLEARED, call, by=by, at=at)


def _delete(applications: Any) -> int:
    rehearsals = applications.filter(is_rehearsal=True)
    files = [(row.file.storage, row.file.name) for row in Document.objects.filter(application__in=rehearsals)]
    store.discard(store.documents_of(Application, [row.pk for row in rehearsals]))
    count = len(rehearsals)
    rehearsals.delete()
    for storage, name in files:
        if name:
            transaction.on_commit(partial(storage.delete, name), robust=True)
    return count
