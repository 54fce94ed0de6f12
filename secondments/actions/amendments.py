"""An amendment of a grant: asked for, agreed by everyone, approved by one person and confirmed by another."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.documents import store
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check
from grants.actions.effects import Effect, effect_of
from grants.models import Grant
from secondments import letters
from secondments.actions import placement_dates, supplements
from secondments.lifecycle import AMENDMENT, OVER, AmendmentKind, AmendmentParty, TrailEvent
from secondments.models import Amendment, AmendmentConsent
from secondments.models.amendment import extension_due_on
from secondments.rules.amendments import AMENDABLE, missing, party_of, placement_of

ZERO = 0


@transaction.atomic
def ask(grant: Grant, *, kind: str, last_on: date, reason: str, by: User, at: datetime) -> Amendment:
    """Ask for an extension or an early end; whoever asks agrees with it for their side.

    Raises Refused, naming the field, for what is not possible, cannot be paid or comes too late.
    """
    check(by, "secondments.ask_amendment", grant)
    reason = reason.strip()
    require(bool(reason), "Enter the reason. Everyone in the placement reads it.", "reason")
    grant = lock(grant)
    refuse_now(grant, at)
    party = party_of(by, grant) or AmendmentParty.OFFICE
    if kind == AmendmentKind.EXTENSION:
        refuse_late(grant, party, at)
    refuse_impossible(grant, kind, last_on)
    number = (grant.amendments.aggregate(most=Max("number"))["most"] or 0) + 1
    facts = {"kind": kind, "last_on": last_on, "reason": reason}
    amendment = Amendment.objects.create(grant=grant, number=number, **facts, asked_at=at, asked_by=by, asked_as=party)
    trail.record(TrailEvent.AMENDMENT_ASKED, amendment, by=by, at=at, last_day=last_on, reason=reason)
    letters.amendments.asked(amendment, at=at)
    if party != AmendmentParty.OFFICE:
        _give(amendment, party, by=by, at=at)
    return amendment


def refuse_now(grant: Grant, _at: datetime | None = None) -> None:
    """Raise Refused where nothing can be asked for: the agreement is not signed, or another change is not finished."""
    sentence = f"This grant is {grant.get_status_display()}. You can ask for a change while it is agreed or active."
    require(grant.status in AMENDABLE, sentence, code="wrong_state")
    sentence = "Another change of this grant is not finished. Wait for it, or withdraw it first."
    require(not grant.amendments.open().exists(), sentence, code="another_open")


def refuse_late(grant: Grant, party: str, at: datetime) -> None:
    due_on = extension_due_on(grant)
    is_late = party != AmendmentParty.OFFICE and london(at).date() > due_on
    sentence = (
        f"You could ask for an extension until {say_day(due_on)}. Ask the grants office, who can still start one."
    )
    require(not is_late, sentence, code="too_late")


@transaction.atomic  # pages ask too, and what is looked at in the fund and at the host is locked
def refuse_impossible(grant: Grant, kind: str, last_on: date) -> Effect:
    """Work out what the change would do. Raises Refused where grant, fund or host do not allow it."""
    effect = effect_of(grant, kind, last_on)
    placement = placement_of(grant)
    if placement is not None and kind == AmendmentKind.EXTENSION:
        sentence = "The placement has ended, so there is nothing to extend."
        require(placement.status not in OVER, sentence, code="placement_over")
        placement_dates.refuse_crowded(placement, last_on)
    return effect


@transaction.atomic
def consent(amendment: Amendment, *, by: User, at: datetime) -> None:
    """Agree for one's side; with the last consent the amendment waits for the office's decision."""
    check(by, "secondments.consent_amendment", amendment)
    _lock(amendment)
    _refuse_unless(amendment, "refuse")
    party = _unanswered(amendment, by, "secondments.consent_amendment")
    _give(amendment, party, by=by, at=at)


def _unanswered(amendment: Amendment, by: User, permission: str) -> AmendmentParty:
    """The party for which this person answers. Raises Refused where it has agreed already."""
    party = party_of(by, amendment)
    if party is None or amendment.consents.filter(party=party).exists():
        raise Refused("Your side has agreed already. The side that asked can withdraw the change.", code=permission)
    return party


def _give(amendment: Amendment, party: AmendmentParty, *, by: User, at: datetime) -> None:
    given = AmendmentConsent.objects.create(amendment=amendment, party=party, given_at=at, given_by=by)
    seal(given, at=at)
    trail.record(TrailEvent.AMENDMENT_CONSENTED, amendment, by=by, at=at, on_behalf_of=party.label)
    settle(amendment, at=at)


def settle(amendment: Amendment, *, at: datetime) -> None:
    """Pass an amendment on to the office when no consent is missing."""
    amendment = Amendment.objects.with_parties().get(pk=amendment.pk)
    if not amendment.is_asked or missing(amendment):
        return
    AMENDMENT.advance(amendment, "complete", agreed_at=at)
    outbox.withdraw([amendment])  # nobody is asked any more
    trail.record(TrailEvent.AMENDMENT_AGREED, amendment, by=None, at=at)
    letters.amendments.agreed(amendment, at=at)


@transaction.atomic
def refuse(amendment: Amendment, *, reason: str, by: User, at: datetime) -> None:
    check(by, "secondments.refuse_amendment", amendment)
    if amendment.is_asked:
        _unanswered(amendment, by, "secondments.refuse_amendment")
    _end(amendment, "refuse", TrailEvent.AMENDMENT_REFUSED, reason, by=by, at=at)


@transaction.atomic
def withdraw(amendment: Amendment, *, reason: str, by: User, at: datetime) -> None:
    check(by, "secondments.withdraw_amendment", amendment)
    _end(amendment, "withdraw", TrailEvent.AMENDMENT_WITHDRAWN, reason, by=by, at=at)


@transaction.atomic
def turn_down(amendment: Amendment, *, reason: str, by: User, at: datetime) -> None:
    """Turn it down for the office. It moves nothing, so one person does it; everybody is told why."""
    check(by, "secondments.turn_down_amendment", amendment)
    _end(amendment, "turn_down", TrailEvent.AMENDMENT_TURNED_DOWN, reason, by=by, at=at)


def lapse(grant: Grant, *, kind: str = "", by: User | None, at: datetime) -> None:
    """End what is open about a grant (of one kind only, if named) that has ended, or whose placement has.

    The step that ended it asked who may.
    """
    for amendment in grant.amendments.open().filter(**({"kind": kind} if kind else {})):
        reason = "The placement is over." if kind else f"The grant is {grant.get_status_display()}."
        _end(amendment, "lapse", TrailEvent.AMENDMENT_LAPSED, reason, by=by, at=at)


@transaction.atomic
def record(amendment: Amendment, *, by: User, at: datetime) -> None:
    """Approve an amendment that everybody agreed to; another person confirms it."""
    check(by, "secondments.record_amendment", amendment)
    refuse_impossible_now(amendment, at)
    if AMENDMENT.advance_once(amendment, "record", recorded_at=at, recorded_by=by):
        trail.record(TrailEvent.AMENDMENT_RECORDED, amendment, by=by, at=at)


@transaction.atomic
def confirm(amendment: Amendment, *, by: User, at: datetime) -> None:
    """Confirm what another person approved: its sum is fixed, and the supplementary agreement is made."""
    check(by, "secondments.confirm_amendment", amendment)
    lock(amendment.grant)
    effect = refuse_impossible_now(amendment, at)
    total = max(effect.difference, ZERO)
    if AMENDMENT.advance_once(amendment, "confirm", confirmed_at=at, confirmed_by=by, total=total):
        trail.record(TrailEvent.AMENDMENT_CONFIRMED, amendment, by=by, at=at)
        supplements.prepare(amendment, effect, at=at)


def refuse_impossible_now(amendment: Amendment, _at: datetime | None = None) -> Effect:
    return refuse_impossible(amendment.grant, amendment.kind, amendment.last_on)


def worked_out(amendment: Amendment) -> tuple[Effect | None, str]:
    """What the change would do now; without it the sentence that says why it is not possible."""
    try:
        return refuse_impossible_now(amendment), ""
    except Refused as refusal:
        return None, refusal.sentence


def _end(amendment: Amendment, step: str, event: TrailEvent, reason: str, *, by: User | None, at: datetime) -> None:
    reason = reason.strip()
    require(bool(reason), "Enter the reason. Everyone who was asked reads it.", "reason")
    _lock(amendment)
    facts = {"ended_at": at, "ended_by": by, "ended_reason": reason}
    if not AMENDMENT.advance_once(amendment, step, **facts):
        return
    outbox.withdraw([amendment])
    if amendment.document is not None:
        unsigned = store.documents_of(Amendment, [amendment.pk])
        Amendment.objects.filter(pk=amendment.pk).update(document=None)
        store.discard(unsigned)
    trail.record(event, amendment, by=by, at=at, reason=reason)
    letters.amendments.over(amendment, at=at)


def _refuse_unless(amendment: Amendment, step: str) -> None:
    if not AMENDMENT.allows(amendment, step):
        sentence = f"This {amendment.get_kind_display()} is {amendment.get_status_display()}."
        raise Refused(sentence, code="wrong_state")


def lock(grant: Grant) -> Grant:
    """Lock the grant's row: of two changes asked for, consents or signatures at once the second sees the first."""
    locked = Grant.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organisation", "programme", "post__call"
    )
    return locked.get(pk=grant.pk)


def _lock(amendment: Amendment) -> None:
    lock(amendment.grant)
    amendment.refresh_from_db(fields=["status", "document", "sha256"])
