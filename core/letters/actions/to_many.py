"""What an office does with an email to many: writes it, changes it, sends it once."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Model

from core.audit import trail
from core.audit.seals import seal
from core.letters import mailings, outbox
from core.letters.models import Mailing, label_of
from core.lifecycle import Refused
from core.permissions import check

ALREADY = "This email has been sent already. No one gets it twice."


@transaction.atomic
def write_mailing(
    programme: Model,
    *,
    calls: Sequence[str],
    statuses: Sequence[str],
    parts: Sequence[str],
    subject: str,
    body: str,
    by: AbstractBaseUser,
    at: datetime,
) -> Mailing:
    """Keep a text and who it is for, as a draft: nothing is sent."""
    check(by, "letters.write_to_many", programme)
    mailings.check_text(subject, body)
    mailing = Mailing.objects.create(
        programme_id=programme.pk,
        calls=list(calls),
        statuses=list(statuses),
        parts=list(parts),
        subject=subject.strip(),
        body=_lines(body),
        written_by_id=by.pk,
        written_at=at,
    )
    trail.record("email to many written", mailing, by=by, at=at)
    return mailing


@transaction.atomic
def change_mailing(
    mailing: Mailing,
    *,
    calls: Sequence[str],
    statuses: Sequence[str],
    parts: Sequence[str],
    subject: str,
    body: str,
    by: AbstractBaseUser,
    at: datetime,
) -> None:
    check(by, "letters.write_to_many", mailing)
    mailings.check_text(subject, body)
    changed = Mailing.objects.filter(pk=mailing.pk, sent_at__isnull=True).update(
        calls=list(calls), statuses=list(statuses), parts=list(parts), subject=subject.strip(), body=_lines(body)
    )
    if not changed:
        raise Refused(ALREADY)
    trail.record("email to many changed", mailing, by=by, at=at)


@transaction.atomic
def send_mailing(mailing: Mailing, *, count: int, by: AbstractBaseUser, at: datetime) -> int:
    """Write the letter of each recipient, and a line in the history of each case; returns how many letters.

    `count` is how many people the officer saw. Two who send at once: the row lets one through.
    """
    check(by, "letters.write_to_many", mailing)
    mailing.refresh_from_db()
    if not mailing.is_draft:
        raise Refused(ALREADY)
    chosen = [one for one in mailings.recipients(mailing, by) if not one.left_out]
    if not chosen:
        raise Refused("No one would get this email. Choose other calls, statuses or parts.")
    if len(chosen) != count:
        raise Refused(f"Since you looked, the list has changed: {len(chosen)} now. Look at it again, then send.")
    sent = Mailing.objects.filter(pk=mailing.pk, sent_at__isnull=True)
    if not sent.update(sent_at=at, sent_by=by.pk, count=len(chosen)):
        raise Refused(ALREADY)
    mailing.refresh_from_db()
    seal(mailing, at=at)
    for one in chosen:
        case = label_of(one.case)
        outbox.post_words(
            mailings.TEMPLATE,
            mailings.worded(mailing, one),
            to=one.person or one.email,
            key=f"mailing:{mailing.pk}:{one.case.pk}:{one.person.pk if one.person else one.email.lower()}"[:200],
            at=at,
            whose={"about": "", "case": case, "programme_id": mailing.programme_id},
        )
    trail.record("email to many sent", mailing, by=by, at=at, recipients=len(chosen))
    for one in {label_of(one.case): one for one in chosen}.values():
        number = sum(other.case.pk == one.case.pk for other in chosen)
        trail.record("email to many sent", one.case, by=by, at=at, recipients=number, email=mailing.pk)
    return len(chosen)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip() + "\n"
