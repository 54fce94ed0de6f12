"""What the proposed secondee corrects through their link, what they say is wrong, and where the office emails them.

The token of the link lets them in; they have no account whose permission could be asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from applications import letters
from applications.actions import attendance, candidates
from applications.actions.drafts import lock_draft
from applications.form_schema import FACTS
from applications.lifecycle import HANDED_IN, LIVE_CANDIDATE, CandidateStatus, TrailEvent
from applications.models import Application, Candidate, FieldSave, SectionSave
from applications.models.section import Section
from core.accounts.addresses import Doubt, doubt_about, require_sure
from core.accounts.models import User
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

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


def doubts_about_address(application: Application, email: str) -> list[Doubt]:
    candidate = _live(application)
    doubt = doubt_about(candidate.name, email) if candidate else None
    return [doubt] if doubt else []


def refuse_no_candidate(application: Application, _at: datetime) -> None:
    """Raise Refused before the application was submitted, and where nobody is proposed."""
    is_in = application.status in HANDED_IN and application.erased_at is None
    require(is_in, "The organisation changes the address itself until it has submitted.", code="wrong_state")
    require(_live(application) is not None, "This application has no proposed secondee now.", code="wrong_state")


@transaction.atomic
def correct_address(
    application: Application, *, email: str, sure_of: Collection[str] = (), by: User, at: datetime
) -> None:
    """Email the proposed secondee of a submitted application elsewhere from now on: what waits goes there too.

    What they confirmed keeps the address it was confirmed with. Both addresses and the organisation are told. Raises
    Refused for a doubt about whose address it is, and for that of somebody of the organisation who writes for it.
    """
    check(by, "applications.correct_candidate_address", application)
    refuse_no_candidate(application, at)
    candidate, email = _live(application), email.strip().lower()
    if candidate is None:
        raise Refused("This application has no proposed secondee now.", code="wrong_state")
    before = candidate.address
    require(bool(email), "Enter the new address.", "email")
    require(email != before.lower(), "We use this address already.", "email")
    is_of_organisation = application.organisation.memberships.filter(person__email=email).exists()
    require(not is_of_organisation, "This is the address of a member of the organisation.", "email")
    require_sure(doubts_about_address(application, email), sure_of)
    candidate.corrected_email = email
    candidate.save(update_fields=["corrected_email"])
    outbox.redirect(
        [application, candidate, *attendance.follow_candidate(application, before, email, at=at)], before, email
    )
    trail.record(TrailEvent.CANDIDATE_ADDRESS, application, by=by, at=at, was=before, now=email)
    letters.candidates.address_corrected(candidate, before=before, at=at)


def _live(application: Application) -> Candidate | None:
    return application.candidates.filter(status__in=LIVE_CANDIDATE).first()


def _refuse_when_answered(candidate: Candidate) -> None:
    candidate.refresh_from_db(fields=["status", "name", "job_title", "remark"])
    if candidate.status != CandidateStatus.ASKED:
        raise Refused("You have already answered, so you cannot change this. Ask your employer, or email us.")
