"""Which contributions pay for an award: proposed by the rule, or chosen by an officer and confirmed by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from applications.models import Application, Call
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import Refused, require
from core.money.amounts import format_pounds, from_pence, to_pence
from core.permissions import check
from grants.actions.costs import award_cost
from grants.funding import ZERO, Award, Proposal, Purpose, Source, propose
from grants.lifecycle import TrailEvent
from grants.models import Allocation, Contribution, Decision
from grants.models.pool import keeps_pool, positions_of

Amounts = dict[Contribution, Decimal]
THIS = 0  # the key of an award that is not recorded yet


def locked(programme_id: int) -> list[Contribution]:
    """Lock a programme's contributions, last and in one order: of two who commit at once the second sees the first."""
    rows = Contribution.objects.filter(programme=programme_id).order_by("pk")
    return list(rows.select_for_update(of=("self",)).select_related("goal", "strand"))


@transaction.atomic
def choose(decision: Decision, amounts: Amounts, *, by: User, at: datetime) -> None:
    """Choose what each contribution pays for an award that waits for release, in place of what the rule proposes.

    No amounts go back to the rule. Raises Refused, naming the field, for amounts that are not free, not for this
    purpose, or not the award's total.
    """
    check(by, "grants.choose_allocation", decision)
    refuse_settled(decision, at)
    contributions = locked(decision.programme_id)
    amounts = {one: amount for one, amount in amounts.items() if amount}
    if amounts:
        award = award_of(decision)
        chosen = _chosen(_waiting(decision.programme_id, decision.pk))
        refuse_unpayable(amounts, from_pence(award.pence), award.purpose, contributions, chosen)
    decision.allocations.all().delete()
    Allocation.objects.bulk_create(
        Allocation(decision=decision, contribution=one, amount=amount, chosen_at=at, chosen_by=by)
        for one, amount in amounts.items()
    )
    details = {str(one): format_pounds(amount) for one, amount in amounts.items()}
    trail.record(TrailEvent.ALLOCATION_CHOSEN, decision, by=by, at=at, contributions=in_words(details))


@transaction.atomic
def confirm(decision: Decision, *, by: User, at: datetime) -> None:
    check(by, "grants.confirm_allocation", decision)
    waiting = decision.allocations.select_for_update().filter(confirmed_at=None)
    require(waiting.exists(), "No one has chosen contributions for this award.", code="nothing_chosen")
    for one in waiting:
        one.confirmed_at, one.confirmed_by = at, by
        one.save(update_fields=["confirmed_at", "confirmed_by"])
        seal(one, at=at)
    trail.record(TrailEvent.ALLOCATION_CONFIRMED, decision, by=by, at=at)


def proposed(decision: Decision) -> Amounts:
    """What each contribution would pay for an award: as chosen, else as the rule proposes.

    Raises Refused, naming the contributions that bind and by how much, where the fund is short.
    """
    chosen = decision.allocations.select_related("contribution__goal", "contribution__strand")
    if amounts := {one.contribution: one.amount for one in chosen}:
        return amounts
    rows = Contribution.objects.filter(programme=decision.programme_id).order_by("pk")
    by_key = {row.pk: row for row in rows.select_related("goal", "strand")}
    parts = best(award_of(decision), list(by_key.values()), decision.programme_id).of(decision.pk)
    return {by_key[key]: from_pence(pence) for key, pence in parts.items()}


def total_of(decision: Decision) -> Decimal:
    return from_pence(award_of(decision).pence)


def refuse_settled(decision: Decision, _at: datetime | None = None) -> None:
    require(decision.is_award and decision.is_pending, "Choose before the award is released.", code="wrong_state")
    is_confirmed = decision.allocations.filter(confirmed_at__isnull=False).exists()
    sentence = "What pays for this award is confirmed. To change it, drop the decision and record it again."
    require(not is_confirmed, sentence, code="confirmed")


def in_words(details: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {amount}" for name, amount in details.items()) or "as the rule proposes"


# --- Whether an award can be paid --------------------------------------------------------------


def refuse_unfunded(application: Application, total: Decimal) -> None:
    """Raise Refused where the fund cannot pay for an award beside those that are committed or wait for release."""
    programme_id = application.programme_id
    if keeps_pool(programme_id):
        award = Award(THIS, str(application), to_pence(total), purpose_of(application.call))
        best(award, locked(programme_id), programme_id)


def refuse_unfunded_decision(decision: Decision) -> None:
    """Raise Refused as above for a recorded award, unless an officer chose what pays for it, which was checked then."""
    programme_id = decision.programme_id
    if decision.is_paid_by_pool and not decision.allocations.exists():
        best(award_of(decision), locked(programme_id), programme_id)


def best(award: Award, contributions: list[Contribution], programme_id: int) -> Proposal:
    """Propose what pays for an award, leaving to other awards that wait for release what only they can use.

    Raises Refused, naming the contributions that bind and by how much.
    """
    waiting = _waiting(programme_id, award.key)
    others = [award_of(decision) for decision in waiting if not decision.allocations.all()]
    proposal = propose(sources_of(contributions, _chosen(waiting)), [award, *others])
    if proposal.short:
        beside = " beside the awards that wait for release" if others else ""
        raise Refused(proposal.refusal(f"{award.name}{beside}"), code="unfunded")
    return proposal


def refuse_unpayable(
    amounts: Amounts,
    total: Decimal,
    purpose: Purpose,
    contributions: list[Contribution],
    chosen: Mapping[int, Decimal],
) -> None:
    """Raise Refused unless these amounts come to the total, each free in a contribution for this purpose."""
    if (sum_of := sum(amounts.values(), ZERO)) != total:
        sentence = f"The amounts come to {format_pounds(sum_of)}. The award is {format_pounds(total)}."
        raise Refused(sentence, code="other_total")
    by_key = {source.key: source for source in sources_of(contributions, chosen)}
    for contribution, amount in amounts.items():
        source, field = by_key[contribution.pk], f"from_{contribution.pk}"
        sentence = f"“{contribution}” is {contribution.restriction}, so it cannot pay for this award."
        require(source.may_pay(purpose), sentence, field, code="other_purpose")
        free = format_pounds(from_pence(source.pence))
        sentence = f"Only {free} of “{contribution}” is free. Enter {free} or less."
        require(to_pence(amount) <= source.pence, sentence, field, code="unfunded")


def purpose_of(call: Call | None) -> Purpose:
    """What a secondment of this call is for; a grant from before the service has no call."""
    strands = frozenset(strand.pk for strand in call.strands.all()) if call else frozenset()
    return Purpose(call.goal_id if call else None, strands, Contribution.Kind.SECONDMENTS)


def award_of(decision: Decision) -> Award:
    application = decision.application
    days, months = decision.days_per_week or Decimal(0), decision.months or 0
    cost = award_cost(application, days_per_week=days, months=months)
    return Award(decision.pk, str(application), to_pence(cost.total), purpose_of(application.call))


def sources_of(contributions: Iterable[Contribution], chosen: Mapping[int, Decimal]) -> list[Source]:
    """What is free in each contribution, less what was chosen for awards that wait for release."""
    return [
        source_of(row, max(to_pence(position.free - chosen.get(row.pk, ZERO)), 0))
        for row, position in positions_of(contributions)
    ]


def source_of(row: Contribution, pence: int) -> Source:
    return Source(row.pk, f"{row}, {row.restriction}", pence, row.goal_id, row.strand_id, row.kind)


def _waiting(programme_id: int, but: int) -> list[Decision]:
    """The awards of a programme that are recorded or confirmed and not released, but for one."""
    rows = Decision.objects.pending().filter(outcome=Decision.Outcome.AWARD).exclude(pk=but)
    rows = rows.filter(application__call__programme=programme_id).select_related("application__call")
    return list(rows.prefetch_related("allocations", "application__call__strands"))


def _chosen(waiting: Iterable[Decision]) -> dict[int, Decimal]:
    amounts: dict[int, Decimal] = {}
    for decision in waiting:
        for one in decision.allocations.all():
            amounts[one.contribution_id] = amounts.get(one.contribution_id, ZERO) + one.amount
    return amounts
