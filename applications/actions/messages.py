"""Messages to an applicant from the case: sent, answered once, and dealt with."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from applications import letters
from applications.letters.recipients import leads
from applications.lifecycle import CandidateStatus
from applications.models import Application, Candidate, CaseMessage
from applications.models.message import LONGEST_SUBJECT, MessageEvent
from applications.rules.messages import UNDER_WAY, waits_for_office
from core.accounts.links import digest, new_token
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import require
from core.permissions import check
from core.text import is_visible

LINK = "their own link"  # how somebody without an account acts, for the trail
ENDED = "This application has ended, so no answer is needed."
Party = CaseMessage.Party


def secondee_to_write_to(application: Application) -> Candidate | None:
    return application.candidates.filter(status=CandidateStatus.CONFIRMED).first()


def refuse_ended(application: Application, _at: datetime) -> None:
    sentence = "This application has ended or is a draft, so you cannot write to the applicant from here."
    require(application.status in UNDER_WAY and not application.is_rehearsal, sentence, code="wrong_state")


@transaction.atomic
def send(
    application: Application, *, to: Collection[str], subject: str, text: str, by: User, at: datetime
) -> list[CaseMessage]:
    """Send a message to the organisation's leads, the proposed secondee or both; each gets, and answers, their own.

    Raises Refused for nobody to write to, an empty subject or text, and for what has ended.
    """
    check(by, "applications.add_casemessage", application)
    refuse_ended(application, at)
    require(bool(to), "Choose whom you write to.", "to")
    subject = " ".join(subject.split())
    require(is_visible(subject), "Enter a subject.", "subject")
    require(len(subject) <= LONGEST_SUBJECT, f"Use {LONGEST_SUBJECT} characters or fewer.", "subject")
    require(is_visible(text), "Enter your message.", "text")
    words = {"subject": subject, "text": text.strip(), "sent_by": by, "sent_at": at}
    sent = []
    if Party.ORGANISATION in to:
        none = f"{application.organisation} has no lead with an account. Write by post, or invite a lead."
        require(leads(application.organisation_id).exists(), none, "to")
        sent.append(CaseMessage.objects.create(application=application, party=Party.ORGANISATION, **words))
        letters.messages.to_leads(sent[-1], at=at)
    if Party.SECONDEE in to:
        candidate = secondee_to_write_to(application)
        require(candidate is not None, "No proposed secondee has confirmed. Write to the organisation.", "to")
        token = new_token()
        link = {"candidate": candidate, "token_digest": digest(token)}
        sent.append(CaseMessage.objects.create(application=application, party=Party.SECONDEE, **link, **words))
        letters.messages.to_secondee(sent[-1], token, at=at)
    for message in sent:
        seal(message, at=at)
        trail.record(MessageEvent.SENT, application, by=by, at=at, party=message.party)
    return sent


def find(token: str) -> CaseMessage | None:
    """The message of a proposed secondee's link; None for another link, and for a secondee who has withdrawn."""
    rows = CaseMessage.objects.filter(token_digest=digest(token), candidate__status=CandidateStatus.CONFIRMED)
    return rows.select_related("application__call__programme", "application__organisation", "candidate").first()


@transaction.atomic
def answer(message: CaseMessage, *, text: str, by: User, at: datetime) -> None:
    """Answer a message to the organisation, once; the officer who sent it is told."""
    check(by, "applications.answer_casemessage", message)
    _answer(message, text, by=by, at=at)


@transaction.atomic
def answer_by_link(message: CaseMessage, *, text: str, at: datetime) -> None:
    """Answer a message to the proposed secondee, who has no account: the link is what lets them in."""
    _answer(message, text, by=None, at=at)


def _answer(message: CaseMessage, text: str, *, by: User | None, at: datetime) -> None:
    application = Application.objects.get(pk=message.application_id)
    require(application.status in UNDER_WAY, ENDED, code="wrong_state")
    require(is_visible(text), "Enter your answer.", "text")
    # Of two colleagues at once, the database lets one answer through.
    open_ones = CaseMessage.objects.filter(pk=message.pk, answered_at=None)
    taken = open_ones.update(answer=text.strip(), answered_by=by, answered_at=at)
    again = "This message has been answered. Reload the page to read the answer."
    require(bool(taken), again, "text", code="changed_meanwhile")
    message.refresh_from_db()
    seal(message, at=at)
    through = {} if by is not None else {"through": LINK}
    trail.record(MessageEvent.ANSWERED, application, by=by, at=at, party=message.party, **through)
    letters.messages.answered(message, at=at)


@transaction.atomic
def settle(message: CaseMessage, *, by: User, at: datetime) -> None:
    """Mark an answer as dealt with: it leaves the office's queue."""
    check(by, "applications.settle_casemessage", message)
    waits = Q(answered_at__isnull=False, dealt_with_at=None)
    taken = CaseMessage.objects.filter(waits, pk=message.pk).update(dealt_with_by=by, dealt_with_at=at)
    require(bool(taken), "No answer waits here. Reload the page to see who dealt with it.", code="changed_meanwhile")
    trail.record(MessageEvent.DEALT_WITH, message.application, by=by, at=at, party=message.party)


def refuse_settling(message: CaseMessage, _at: datetime) -> None:
    require(waits_for_office(None, message), "No answer waits here.", code="wrong_state")
