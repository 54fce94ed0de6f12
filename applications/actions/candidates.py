"""What happens with the proposed secondee: named, asked, confirmed, declined, withdrawn.

`confirm`, `decline` and `withdraw` are taken by the proposed secondee, who has no account: the token of their link is
what lets them in, so there is no person whose permission could be asked.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from applications import letters
from applications.actions import file_deletion, standing
from applications.completeness import FilledForm
from applications.lifecycle import APPLICATION, CANDIDATE, LIVE_CANDIDATE, CandidateStatus, Status, TrailEvent
from applications.models import Application, Candidate, Document
from core.accounts.duplicates import bare, mailbox
from core.accounts.links import digest, new_token
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused
from core.permissions import check

LINK = "their own link"  # how somebody without an account acts, for the trail

OF_THE_PERSON = ("current_salary", "present_hours")  # emptied when the proposed secondee withdraws


@transaction.atomic
def name(application: Application, *, name: str, email: str, job_title: str, by: User, at: datetime) -> Candidate:
    """Say who the proposed secondee is, or put right what was said; anything may still be empty.

    Raises Refused for somebody who names themselves, and for naming another person once the call is closed.
    """
    check(by, "applications.change_application", application)
    email = email.strip().lower()
    _refuse_address(application, name, email, by)
    if not application.is_open(at):
        raise Refused("The deadline has passed, so you cannot change the proposed secondee.")
    candidate = application.candidates.filter(status__in=LIVE_CANDIDATE).first()
    if candidate is None:
        candidate = Candidate.objects.create(application=application, name=name, email=email, job_title=job_title)
        trail.record(TrailEvent.CANDIDATE_NAMED, application, by=by, at=at)
        return candidate
    has_moved = candidate.email != email
    if has_moved and standing.is_of(candidate):
        # The copy proposes another person: what this one confirmed stands until it is submitted.
        CANDIDATE.advance(candidate, "lapse")
        outbox.withdraw([candidate])
        candidate = Candidate.objects.create(application=application, name=name, email=email, job_title=job_title)
        trail.record(TrailEvent.CANDIDATE_NAMED, application, by=by, at=at)
        return candidate
    candidate.name, candidate.email, candidate.job_title = name, email, job_title
    candidate.save(update_fields=["name", "email", "job_title"])
    if has_moved and email and candidate.status == CandidateStatus.ASKED:
        _send_link(candidate, "candidate_asked", by=by, at=at)  # the link sent to the other address stops working
    return candidate


def _refuse_address(application: Application, name: str, email: str, by: User) -> None:
    if not email:
        return
    if mailbox(email) == mailbox(by.email):
        raise Refused(
            "This is your own email address. If you are the proposed secondee, ask a colleague who is a lead to"
            " propose you and submit. If not, enter the email address of the proposed secondee.",
            field="email",
        )
    colleagues = User.objects.filter(memberships__organisation=application.organisation_id)
    for colleague in colleagues:
        is_own = colleague.email.lower() == email and bare(colleague.name) == bare(name)
        if mailbox(colleague.email) == mailbox(email) and not is_own:
            raise Refused(
                f"This is the address of {colleague}, who works on the application. Enter an address that only the "
                "person you propose reads.",
                field="email",
            )


@transaction.atomic
def ask(candidate: Candidate, *, by: User, at: datetime) -> str:
    """Send the proposed secondee their link, and return its token; a link sent before stops working.

    Raises Refused until everything said about the person is there. The CV may come from them. What they said was wrong
    is taken as put right.
    """
    check(by, "applications.change_application", candidate.application)
    application = Application.objects.whole().get(pk=candidate.application_id)
    if not application.may_be_edited(at):
        raise Refused("You cannot change the application now, so you cannot send the link.")
    if application.is_rehearsal:
        raise Refused("This is a rehearsal, so we do not send any email.")
    if candidate.email.lower() == by.email.lower():
        raise Refused("You are the proposed secondee yourself. A colleague must send you the link.")
    if candidate.name:
        _refuse_address(application, candidate.name, candidate.email, by)
    if lacking := FilledForm.of(application).missing_before_asking:
        raise Refused(
            f"{candidate.name or 'The proposed secondee'} must confirm everything the application says about them."
            f" Complete these answers before you send the link: {'; '.join(lacking)}."
        )
    Candidate.objects.filter(pk=candidate.pk).update(remark="", remarked_at=None)
    candidate.remark, candidate.remarked_at = "", None
    return _send_link(candidate, "candidate_asked", by=by, at=at)


def _send_link(candidate: Candidate, template: str, *, by: User, at: datetime) -> str:
    token = new_token()
    CANDIDATE.advance(candidate, "ask", token_digest=digest(token), asked_at=at, confirmed_at=None, confirmed_digest="")
    application = Application.objects.select_related("call", "organisation", "post").get(pk=candidate.application_id)
    trail.record(TrailEvent.CANDIDATE_ASKED, application, by=by, at=at)
    candidate.application = application
    letters.candidates.link(template, candidate, token, by=by, at=at)
    return token


def ask_again_if_changed(application: Application, *, by: User, at: datetime) -> bool:
    """Ask a proposed secondee who has confirmed once more, when what they confirmed is no longer what is said."""
    confirmed = application.candidates.filter(status=CandidateStatus.CONFIRMED).first()
    if confirmed is None:
        return False
    if FilledForm.current(application.pk).candidate_digest == confirmed.confirmed_digest:
        return False
    _send_link(confirmed, "candidate_changed", by=by, at=at)
    return True


def find(token: str) -> Candidate | None:
    """Return whose link this is; None for one that is not ours, was replaced, or has ended."""
    along = ("application__call__programme", "application__organisation", "application__post")
    candidate = Candidate.objects.select_related(*along).filter(token_digest=digest(token)).first()
    if candidate is None or candidate.application.released_at or candidate.application.erased_at:
        return None
    return candidate


def is_theirs(candidate: Candidate, user: User) -> bool:
    """Whether somebody who is signed in may use the proposed secondee's link: not a colleague under another address."""
    if candidate.application.organisation_id not in user.organisation_ids:
        return True
    return bool(EmailAddress.objects.filter(user=user, verified=True, email__iexact=candidate.email).exists())


def note_refused_link(candidate: Candidate, *, user: User, at: datetime) -> None:
    """Write on the trail that somebody of the organisation tried to answer for the proposed secondee."""
    trail.record(TrailEvent.CANDIDATE_LINK_REFUSED, candidate.application, by=user, at=at)


@transaction.atomic
def confirm(candidate: Candidate, *, shown_digest: str, at: datetime) -> None:
    """Let the proposed secondee agree to exactly what they were shown; Refused when it has changed since."""
    locked = Application.objects.select_for_update(of=("self",)).select_related("call")
    application = locked.get(pk=candidate.application_id)
    if candidate.status == CandidateStatus.CONFIRMED and candidate.confirmed_digest == shown_digest:
        return
    if not application.may_be_edited(at):
        raise Refused("The application is no longer a draft, so you cannot confirm it.")
    if shown_digest != digest_now(candidate):
        raise Refused("The application changed while you were reading. Read what it says about you below, then answer.")
    if not application.documents.filter(kind=Document.Kind.CV, replaced_at__isnull=True).exists():
        raise Refused(
            "We do not have your CV yet, and you must confirm it too."
            " Upload it below, or ask your employer to upload it."
        )
    nothing_wrong = {"remark": "", "remarked_at": None}
    CANDIDATE.advance(candidate, "confirm", confirmed_at=at, confirmed_digest=shown_digest, **nothing_wrong)
    trail.record(TrailEvent.CANDIDATE_CONFIRMED, application, by=None, at=at, through=LINK, confirmed=shown_digest)


def digest_now(candidate: Candidate) -> str:
    return FilledForm.current(candidate.application_id).candidate_digest


@transaction.atomic
def decline(candidate: Candidate, *, at: datetime) -> None:
    """Let the proposed secondee say no; the organisation may name another person before the close.

    Of an edited copy they decline the copy: what was submitted with their confirmation stands, with its CV.
    """
    if candidate.status == CandidateStatus.DECLINED:
        return
    CANDIDATE.advance(candidate, "decline", declined_at=at)
    application = candidate.application
    trail.record(TrailEvent.CANDIDATE_DECLINED, application, by=None, at=at, through=LINK)
    kept = standing.of(application)
    cvs = application.documents.filter(kind=Document.Kind.CV)
    file_deletion.take_out(cvs.exclude(pk__in=kept.content["documents"]) if kept else cvs, at=at)
    outbox.withdraw([candidate])
    submitted_at = kept.submitted_at if kept else None
    letters.candidates.to_organisation("candidate_declined", candidate, at=at, submitted_at=submitted_at)


@transaction.atomic
def withdraw(candidate: Candidate, *, at: datetime) -> None:
    """Let the proposed secondee step back until the decision; their CV leaves everybody's hands at once and is deleted.

    What was submitted falls with them, and so does a copy that is edited. While the call is open and nobody has begun
    to assess it, the application is a draft again with everything in it except what concerns them, so that somebody
    else can be named; afterwards it is withdrawn.
    """
    if candidate.status == CandidateStatus.WITHDRAWN:
        return
    locked = Application.objects.select_for_update(of=("self",)).select_related("call")
    application = locked.get(pk=candidate.application_id)
    is_of_copy = standing.of(application) is not None and not standing.is_of(candidate)
    was_submitted = application.submitted_at is not None or standing.is_of(candidate)
    if candidate.status != CandidateStatus.CONFIRMED and not was_submitted:
        raise Refused("Nothing has been submitted with your name, so there is nothing to withdraw. You can decline.")
    CANDIDATE.advance(candidate, "withdraw", withdrawn_at=at)
    trail.record(TrailEvent.CANDIDATE_WITHDREW, application, by=None, at=at, through=LINK)
    file_deletion.take_out(_cvs_of(candidate, is_of_copy=is_of_copy), at=at)
    if not is_of_copy:
        standing.drop(application)
    _after_withdrawal(application, at=at)
    candidate.application = application
    outbox.withdraw([candidate])
    letters.candidates.withdrew(candidate, was_submitted=was_submitted, at=at)
    publish(Event.CANDIDATE_WITHDREW, candidate, by=None, at=at)
    if application.status == Status.WITHDRAWN:
        publish(Event.APPLICATION_ENDED, application, by=None, at=at)


def _cvs_of(candidate: Candidate, *, is_of_copy: bool) -> QuerySet[Document]:
    cvs = Document.objects.filter(application=candidate.application_id, kind=Document.Kind.CV)
    kept = standing.of(candidate.application)
    if kept is None:
        return cvs
    if is_of_copy:
        return cvs.exclude(pk__in=kept.content["documents"])
    return cvs.filter(pk__in=kept.content["documents"]) if _is_proposed(candidate.application_id) else cvs


def _is_proposed(application_id: int) -> bool:
    return Candidate.objects.filter(application=application_id, status__in=LIVE_CANDIDATE).exists()


def _after_withdrawal(application: Application, *, at: datetime) -> None:
    """Make the application a draft without the person while another may be named; else withdraw it."""
    may_name_another = application.is_open(at) and not application.assessments.exists()
    if application.submitted_at is not None and may_name_another and APPLICATION.allows(application, "reopen"):
        APPLICATION.advance(application, "reopen", submitted_at=None, submitted_by=None)
        seal(application, at=at)
        trail.record(TrailEvent.REOPENED, application, by=None, at=at, through=LINK)
    if application.status == Status.DRAFT and not _is_proposed(application.pk):
        nothing = dict.fromkeys(OF_THE_PERSON)
        Application.objects.filter(pk=application.pk).update(**nothing)
        for name in nothing:
            setattr(application, name, None)
    elif application.status != Status.DRAFT and APPLICATION.allows(application, "withdraw"):
        reason = "The proposed secondee withdrew."
        APPLICATION.advance(application, "withdraw", withdrawn_at=at, withdrawn_reason=reason)
        seal(application, at=at)
        trail.record(TrailEvent.WITHDRAWN, application, by=None, at=at, reason=reason)


def lapse_all(application: Application, *, at: datetime) -> None:
    """Ask nobody any longer whom an application that has ended still asks; its own letter has told them."""
    for candidate in application.candidates.filter(status__in=[CandidateStatus.NAMED, CandidateStatus.ASKED]):
        CANDIDATE.advance(candidate, "lapse")
    outbox.withdraw(application.candidates.all())
