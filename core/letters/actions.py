"""What people do to letters."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core.audit import trail
from core.letters.lifecycle import LIFECYCLE
from core.letters.models import Letter
from core.lifecycle import Refused
from core.permissions import check


@transaction.atomic
def send_again(letter: Letter, *, by: AbstractBaseUser, at: datetime) -> None:
    """Put a letter that was given up back into the queue, with all its attempts before it; the next drain tries it."""
    check(by, "letters.send_again_letter", letter)
    if letter.erased_at:
        raise Refused(letter.erasure)
    if letter.is_secret and not letter.body:
        raise Refused(
            "This email had a code or a personal link, which we deleted. Ask the person to request a new one."
        )
    LIFECYCLE.advance(letter, "send_again", attempts=0, next_try_at=at, claimed_at=None)
    trail.record("email sent again", letter, by=by, at=at, problem=letter.problem)
