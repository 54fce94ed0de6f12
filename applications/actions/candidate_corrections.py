"""What the proposed secondee corrects through their link, and what they say is wrong.

The token of the link lets them in; they have no account whose permission could be asked.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import letters
from applications.actions import candidates
from applications.actions.drafts import lock_draft
from applications.form_schema import FACTS
from applications.lifecycle import CandidateStatus, TrailEvent
from applications.models import Candidate, FieldSave, SectionSave
from applications.models.call import Section
from core.audit import trail
from core.lifecycle import Refused

OWN = ("name", "job_title")


@transaction.atomic
def correct(candidate: Candidate, *, name: str, job_title: str, at: datetime) -> list[str]:
    """Let the proposed secondee put their own name and present job title right; return what was changed, in words.

    The organisation is told. A colleague who changes the same box meanwhile sees both texts, as with any other
    writer. Raises Refused after their answer and after the close.
    """
    application = lock_draft(candidate.application, at)
    _refuse_when_answered(candidate)
    values = {"name": " ".join(name.split()), "job_title": " ".join(job_title.split())}
    changed = [field for field in OWN if getattr(candidate, field) != values[field]]
    if not changed:
        return []
    labels = [FACTS[Section.CANDIDATE][field] for field in changed]
    before = [getattr(candidate, field) for field in changed]
    for field in changed:
        setattr(candidate, field, values[field])
    candidate.save(update_fields=changed)
    SectionSave.objects.update_or_create(
        application=application, section=Section.CANDIDATE, defaults={"saved_at": at, "saved_by": None}
    )
    FieldSave.objects.note(application, changed, by=None, at=at)
    trail.record(
        TrailEvent.CANDIDATE_CORRECTED, application, by=None, at=at, through=candidates.LINK, what=", ".join(labels)
    )
    lines = [
        f"{label}: “{old}” is now “{getattr(candidate, field)}”"
        for label, old, field in zip(labels, before, changed, strict=True)
    ]
    letters.candidates.to_organisation("candidate_corrected", candidate, at=at, once=at.isoformat(), lines=lines)
    return labels


@transaction.atomic
def remark(candidate: Candidate, *, text: str, at: datetime) -> None:
    """Let the proposed secondee say what is wrong: neither a yes nor a no. The organisation is told and shown it.

    It stands until they are asked again or confirm. The same words sent twice count once. Raises Refused after their
    answer, after the close, and for no words.
    """
    application = lock_draft(candidate.application, at)
    _refuse_when_answered(candidate)
    text = text.strip()
    if not text:
        raise Refused("Say what is wrong, so that your employer can change it", field="remark")
    if not Candidate.objects.filter(pk=candidate.pk).exclude(remark=text).update(remark=text, remarked_at=at):
        return
    candidate.remark, candidate.remarked_at = text, at
    trail.record(TrailEvent.CANDIDATE_REMARKED, application, by=None, at=at, through=candidates.LINK)
    letters.candidates.to_organisation("candidate_remarked", candidate, at=at, once=at.isoformat())


def _refuse_when_answered(candidate: Candidate) -> None:
    candidate.refresh_from_db(fields=["status", "name", "job_title", "remark"])
    if candidate.status != CandidateStatus.ASKED:
        raise Refused("You have already answered, so you cannot change this. Ask your employer, or email us.")
