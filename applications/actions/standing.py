"""Keeps what was submitted last while its organisation edits a copy, and puts it back at the close.

Reopening, submitting and withdrawing call `keep` and `drop` and have asked who may; the clock calls `put_back_due`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Field, Model

from applications import letters
from applications.form_schema import FACTS
from applications.lifecycle import APPLICATION, CANDIDATE, CandidateStatus, Status, TrailEvent
from applications.models import Answer, Application, Call, Candidate, Document, StandingSubmission
from applications.models.section import Section
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.letters import outbox

SECTIONS = (Section.ORGANISATION, Section.SECONDMENT, Section.CONFLICTS)
COLUMNS = (*(name for section in SECTIONS for name in FACTS[section]), "funding_by_body")
OF_CANDIDATE = ("name", "email", "job_title", "asked_at", "confirmed_at", "confirmed_digest")
CURRENT = (CandidateStatus.NAMED, CandidateStatus.ASKED, CandidateStatus.CONFIRMED)


def keep(application: Application, *, submitted_at: datetime, submitted_by: User) -> StandingSubmission:
    """Keep what was submitted, by whom and when; called in the transaction that reopens it."""
    candidate = application.candidates.filter(status=CandidateStatus.CONFIRMED).first()
    content = {
        "facts": {name: getattr(application, name) for name in COLUMNS},
        "answers": {str(answer.question_id): answer.text for answer in application.answers.all()},
        "documents": [str(pk) for pk in current_documents(application)],
        "candidate": candidate.pk if candidate else None,
        "confirmation": {name: getattr(candidate, name) for name in OF_CANDIDATE} if candidate else {},
    }
    standing, _ = StandingSubmission.objects.update_or_create(
        application=application,
        defaults={
            "submitted_at": submitted_at,
            "submitted_by": submitted_by,
            "content": content,
        },
    )
    return standing


def current_documents(application: Application) -> list[Any]:
    return list(application.documents.filter(replaced_at__isnull=True).values_list("pk", flat=True))


def drop(application: Application) -> None:
    if (kept := of(application)) is not None:
        kept.delete()
        application._state.fields_cache.pop("standing", None)


def of(application: Application) -> StandingSubmission | None:
    """What was submitted last, while a copy of it is edited; no query for a row of `Application.objects.whole()`."""
    return getattr(application, "standing", None)


def is_of(candidate: Candidate) -> bool:
    rows = StandingSubmission.objects.filter(application=candidate.application_id)
    return rows.filter(content__candidate=candidate.pk).exists()


def replaced_candidate(application: Application) -> Candidate | None:
    """Who confirmed what stood before, when the copy that is submitted now proposes somebody else."""
    kept = of(application)
    candidate = kept.candidate if kept else None
    return candidate if candidate and candidate.status == CandidateStatus.LAPSED else None


def put_back_due(at: datetime, call: Call | None = None) -> int:
    """Let every last submission stand whose application has closed without another; returns how many."""
    rows = StandingSubmission.objects.filter(application__status=Status.DRAFT)
    rows = rows.filter(application__call=call) if call else rows
    along = ("application__call__programme", "application__organisation", "application__post")
    count = 0
    for standing in rows.select_related(*along).order_by("pk"):
        closes_at = standing.application.closes_at
        if closes_at is not None and closes_at <= at and not standing.application.is_open(at):
            count += put_back(standing.application, at=at)
    return count


@transaction.atomic
def put_back(application: Application, *, at: datetime) -> bool:
    """Make the application what it was when it was last submitted, and tell those who were told it was reopened.

    False when somebody submitted or withdrew it a moment ago.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    standing = of(application)
    if locked.status != Status.DRAFT or standing is None:
        return False
    _put_back_facts(application, standing.content["facts"])
    _put_back_answers(application, standing.content["answers"])
    _put_back_documents(application, standing.content["documents"], at)
    _put_back_candidate(application, standing.content, at)
    application.status = locked.status
    APPLICATION.advance(
        application, "stand", submitted_at=standing.submitted_at, submitted_by_id=standing.submitted_by_id
    )
    seal(application, at=at)
    trail.record(TrailEvent.STANDS, application, by=None, at=at, submitted=standing.submitted_at)
    outbox.withdraw([application])
    letters.applications.stands(application, standing.submitted_at, at=at)
    standing.delete()
    return True


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _put_back_facts(application: Application, facts: dict[str, Any]) -> None:
    values = {name: _column(Application, name).to_python(value) for name, value in facts.items()}
    Application.objects.filter(pk=application.pk).update(**values)
    for name, value in values.items():
        setattr(application, name, value)


def _put_back_answers(application: Application, answers: dict[str, str]) -> None:
    application.answers.exclude(question__in=[int(pk) for pk in answers]).delete()
    Answer.objects.bulk_create(
        [Answer(application=application, question_id=int(pk), text=text) for pk, text in answers.items()],
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["text"],
    )


def _put_back_documents(application: Application, kept: list[str], at: datetime) -> None:
    # What came later first: there is one current document of a kind. A file the virus scan took out stays out.
    application.documents.filter(replaced_at__isnull=True).exclude(pk__in=kept).update(replaced_at=at)
    Document.objects.filter(pk__in=kept, taken_out_at__isnull=True).update(replaced_at=None)


def _put_back_candidate(application: Application, content: dict[str, Any], at: datetime) -> None:
    others = application.candidates.filter(status__in=CURRENT).exclude(pk=content["candidate"])
    for other in others:
        other.application = application
        lapse(other, at=at)
    facts = {name: _column(Candidate, name).to_python(value) for name, value in content["confirmation"].items()}
    if facts:
        row = Candidate.objects.filter(pk=content["candidate"])
        row.update(status=CandidateStatus.CONFIRMED, declined_at=None, remark="", remarked_at=None, **facts)


def lapse(candidate: Candidate, *, at: datetime) -> None:
    """Ask somebody no longer; one who was asked or has confirmed is told."""
    was_asked = candidate.status != CandidateStatus.NAMED
    CANDIDATE.advance(candidate, "lapse")
    outbox.withdraw([candidate])
    if was_asked:
        letters.candidates.to_candidate("candidate_lapsed", candidate, at=at)
