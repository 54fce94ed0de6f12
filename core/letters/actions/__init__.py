"""What people do to letters."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Model

from core.audit import trail
from core.audit.seals import seal
from core.letters import wordings
from core.letters.kinds import kind_of
from core.letters.lifecycle import LIFECYCLE
from core.letters.models import Letter, LetterWording
from core.letters.standard import described, is_worded, standard
from core.lifecycle import Refused
from core.permissions import check


@transaction.atomic
def send_again(letter: Letter, *, by: AbstractBaseUser, at: datetime) -> None:
    """Put a letter that was given up back into the queue, with all its attempts before it; the next drain tries it."""
    check(by, "letters.send_again_letter", letter)
    _refuse_without_text(letter)
    LIFECYCLE.advance(letter, "send_again", attempts=0, next_try_at=at, claimed_at=None)
    trail.record("email sent again", letter, by=by, at=at, problem=letter.problem)


@transaction.atomic
def send_elsewhere(letter: Letter, *, email: str, by: AbstractBaseUser, at: datetime) -> None:
    """Send a letter that was given up to another address; only this one, what is written later goes where it went."""
    check(by, "letters.send_again_letter", letter)
    _refuse_without_text(letter)
    email = email.strip().lower()
    if email == letter.to_email.lower():
        raise Refused(
            "This is the address that did not work. Enter the right one, or press “Send again”.", field="email"
        )
    LIFECYCLE.advance(letter, "send_again", attempts=0, next_try_at=at, claimed_at=None, to_email=email)
    trail.record("email sent to another address", letter, by=by, at=at, problem=letter.problem)


def _refuse_without_text(letter: Letter) -> None:
    if letter.erased_at:
        raise Refused(letter.erasure)
    if letter.is_secret and not letter.body:
        raise Refused(
            "This email had a code or a personal link, which we deleted. Ask the person to request a new one."
        )


@transaction.atomic
def change_wording(
    programme: Model, template: str, *, subject: str = "", body: str, number: int, by: AbstractBaseUser, at: datetime
) -> LetterWording:
    """Make a new version of a text of this programme; an email or agreement that was written before stays as it was.

    `number` is the version that was changed (0: the standard text). Refused for a field that the email does not have,
    a link that it must carry and does not, and where somebody saved another version meanwhile.
    """
    check(by, "letters.word_letter", programme)
    _refuse_closed(template)
    base = standard(template)
    subject = "" if base.is_page else subject.strip()
    body = body.replace("\r\n", "\n").strip() + "\n"
    wordings.check_text(base, subject, body)
    latest = _unchanged_since(programme, template, number)
    if latest is not None and (latest.subject, latest.body) == (subject, body):
        raise Refused("This is the text that counts now. Change it before you save it.", field="body")
    return _add_version(programme, template, number + 1, subject=subject, body=body, by=by, at=at)


@transaction.atomic
def restore_standard(
    programme: Model, template: str, *, number: int, by: AbstractBaseUser, at: datetime
) -> LetterWording:
    """Go back to the standard text; the versions in the office's words stay."""
    check(by, "letters.word_letter", programme)
    _refuse_closed(template)
    latest = _unchanged_since(programme, template, number)
    if latest is None or latest.is_standard:
        raise Refused("The standard text counts already.")
    return _add_version(programme, template, number + 1, is_standard=True, by=by, at=at)


def _refuse_closed(template: str) -> None:
    if not is_worded(template):
        raise Refused(described()["closed"].get(template.partition(".")[0], "There is no such email."))


def _unchanged_since(programme: Model, template: str, number: int) -> LetterWording | None:
    latest = wordings.newest(programme.pk, template)
    if (latest.number if latest else 0) != number:
        raise Refused(
            f"{latest.written_by if latest else 'Someone'} saved another version while you were writing. "
            "What you typed is still here. Compare it with the version below, then save it again."
        )
    return latest


def _add_version(programme: Model, template: str, number: int, **facts: Any) -> LetterWording:
    by, at = facts.pop("by"), facts.pop("at")
    try:
        with transaction.atomic():  # of two people at once, the version's number lets one through
            wording = LetterWording.objects.create(
                programme_id=programme.pk, template=template, number=number, written_by_id=by.pk, written_at=at, **facts
            )
    except IntegrityError as double:
        raise Refused("Someone else saved a version at the same moment. Read it, then save yours again.") from double
    seal(wording, at=at)
    of, what = ("text", "text") if standard(template).is_page else ("email", "email text")
    event = f"{of} set back to the standard text" if wording.is_standard else f"{what} changed"
    trail.record(event, wording, by=by, at=at, **{of: kind_of(template), "version": number})
    return wording
