"""Records findings and changes, who took which data away, and what is told the learning partner in confidence."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from applications.models import Strand
from core.accounts.models import Programme, User
from core.audit import trail
from core.dates import london, say_day
from core.encryption import encrypt
from core.lifecycle import Refused, require
from core.permissions import check
from learning import letters
from learning.lifecycle import TrailEvent
from learning.models import Change, ConfidentialMessage, Finding


@transaction.atomic
def record_finding(
    programme: Programme, *, statement: str, evidence: str, strand: Strand | None = None, by: User, at: datetime
) -> Finding:
    check(by, "learning.add_finding", programme)
    finding = Finding.objects.create(
        programme=programme, statement=statement, evidence=evidence, strand=strand, recorded_at=at, recorded_by=by
    )
    trail.record(TrailEvent.FINDING_RECORDED, finding, by=by, at=at)
    return finding


@transaction.atomic
def record_change(finding: Finding, *, what: str, since_on: date, by: User, at: datetime) -> Change:
    """Record what changed because of a finding. Raises Refused for a day to come."""
    check(by, "learning.add_change", finding)
    today = london(at).date()
    if since_on > today:
        sentence = f"{say_day(since_on)} is in the future."
        raise Refused(f"{sentence} Record the change after it has happened.", field="since_on")
    change = Change.objects.create(finding=finding, what=what, since_on=since_on, recorded_at=at, recorded_by=by)
    trail.record(TrailEvent.CHANGE_RECORDED, finding, by=by, at=at, since=say_day(since_on))
    return change


def note_download(
    dataset: str, *, form: str, years: Sequence[int], columns: Sequence[str], by: User, at: datetime
) -> None:
    """Record on the person's trail which data they took away, and in which form."""
    check(by, "learning.view_exports")
    trail.record(
        TrailEvent.DATA_TAKEN, by, by=by, at=at, dataset=dataset, form=form, years=list(years), columns=list(columns)
    )


@transaction.atomic
def tell_in_confidence(programme: Programme, *, words: str, by: User, at: datetime) -> ConfidentialMessage:
    """Tell the learning partner alone. The trail and the email say that somebody wrote, and not who."""
    check(by, "learning.tell_in_confidence", programme)
    require(bool(words.strip()), "Enter your message.", "words")
    message = ConfidentialMessage.objects.create(
        programme=programme, sender=by, sealed_words=encrypt(words.strip()), sent_at=at
    )
    trail.record(TrailEvent.TOLD_IN_CONFIDENCE, programme, by=None, at=at)
    letters.told_in_confidence(message, at=at)
    return message


@transaction.atomic
def answer_in_confidence(message: ConfidentialMessage, *, answer: str, by: User, at: datetime) -> None:
    """Answer once. Nobody is emailed: an email would tell the office who wrote."""
    check(by, "learning.answer_confidentialmessage", message)
    require(bool(answer.strip()), "Enter your answer.", "answer")
    waiting = ConfidentialMessage.objects.filter(pk=message.pk, answered_at=None)
    facts = {"sealed_answer": encrypt(answer.strip()), "answered_at": at, "answered_by": by}
    require(bool(waiting.update(**facts)), "Someone has answered this already. Reload the page to read the answer.")
    trail.record(TrailEvent.ANSWERED_IN_CONFIDENCE, message.programme, by=by, at=at)
