"""The proposed secondee's answer to the offer of another post than the one applied for.

`agree` and `refuse` are taken by the proposed secondee, who has no account: the token of their link is what lets them
in, so there is no person whose permission could be asked. The organisation answers as it does for any offer.
"""

from datetime import date, datetime
from hashlib import sha256

from django.core import signing
from django.db import transaction

from applications.actions.candidates import LINK
from applications.lifecycle import CandidateStatus
from applications.models import Application, Candidate
from core.audit import trail
from core.lifecycle import require
from grants import letters
from grants.actions import answer_days, grants
from grants.lifecycle import GrantStatus, TrailEvent
from grants.models import Grant

OVER = "This offer was answered or ended meanwhile. Reload the page to see what happened."


def refuse_unready(
    application: Application, fit: str, answer_by_on: date | None, *, today: date, starts_on: date
) -> None:
    require(bool(fit.strip()), "Write why another post than the one applied for fits.", "fit")
    sentence = "No proposed secondee has confirmed this application, so you cannot offer another post."
    require(person_of(application) is not None, sentence, "post", code="nobody_to_ask")
    answer_days.refuse_day(answer_by_on, after=today, starts_on=starts_on)


def person_of(application: Application) -> Candidate | None:
    return application.candidates.filter(status=CandidateStatus.CONFIRMED).first()


def find(token: str) -> tuple[Grant, Candidate] | None:
    """Return what this link is about; None for one that is not ours, or was sent to an address since corrected."""
    try:
        pk, mark = signing.loads(token, salt=letters.OTHER_POST)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    rows = Grant.objects.filter(pk=pk, answer_by_on__isnull=False, erased_at=None, decision__isnull=False)
    grant = rows.select_related("decision__application__post", "organisation", "post__call", "programme").first()
    person = person_of(grant.decision.application) if grant and grant.decision else None
    if grant is None or person is None or mark != sha256(person.address.encode()).hexdigest()[:16]:
        return None
    return grant, person


@transaction.atomic
def agree(grant: Grant, *, at: datetime) -> None:
    if grant.person_agreed_at is not None:
        return
    answer_days.refuse_late(grant, at)
    open_ones = Grant.objects.filter(pk=grant.pk, status=GrantStatus.OFFERED, person_agreed_at=None)
    require(open_ones.update(person_agreed_at=at) == 1, OVER, code="wrong_state")
    grant.person_agreed_at = at
    trail.record(TrailEvent.OTHER_POST_AGREED, grant, by=None, at=at, through=LINK)
    letters.person_agreed(grant, at=at)


@transaction.atomic
def refuse(grant: Grant, *, reason: str = "", at: datetime) -> None:
    """Say no, which declines the offer; after agreeing too, until the organisation has accepted."""
    grants.end_offer(grant, reason=reason, by=None, at=at)
