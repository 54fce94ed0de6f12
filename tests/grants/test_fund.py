"""The pooled fund: every balance follows from the ledger, and an award that cannot be paid is refused."""

from datetime import date
from decimal import Decimal

import pytest

from core.audit.immutability import bypass_triggers
from core.lifecycle import Refused
from grants.actions import allocations, contributions, decisions, extensions, grants, instalments
from grants.invariants import breaches
from grants.lifecycle import GrantStatus
from grants.models import Contribution, Decision, Grant, LedgerLine
from grants.models.pool import positions_of
from tests.applications.factories import officer, programme, strands
from tests.grants.factories import (
    ENDING,
    PAYING,
    RECORDING,
    RELEASING,
    REPORTING,
    committee_member,
    confirmed,
    director,
    finance,
    fresh,
    grant_at,
    paid,
    recorded,
    second_officer,
)
from tests.grants.pool import IN_MARCH, PLEDGED_ON, RECEIVED_ON, pledged, receive, received

pytestmark = pytest.mark.django_db

AWARD = Decimal("29700.60")  # £32,000 enhanced to £39,501, three days a week for twelve months
POUND, NOTHING = Decimal("1.00"), Decimal("0.00")


def figures(*of, day=None):
    """(pledged, received, committed, paid, free) of each contribution."""
    return [(p.pledged, p.received, p.committed, p.paid, p.free) for _, p in positions_of(of, day)]


def refused(code, action, *things, **facts):
    with pytest.raises(Refused) as refusal:
        action(*things, **facts)
    assert refusal.value.code == code, refusal.value.sentence
    return refusal.value


# --- What comes in ---------------------------------------------------------------------------


def test_what_was_pledged_and_came_in_follows_from_the_ledger_at_any_date():
    contribution = pledged("Pears", "100.50")
    receive(contribution, "60.25")
    assert figures(contribution) == [(Decimal("100.50"), Decimal("60.25"), NOTHING, NOTHING, Decimal("60.25"))]
    assert figures(contribution, day=PLEDGED_ON) == [(Decimal("100.50"), NOTHING, NOTHING, NOTHING, NOTHING)]
    assert figures(contribution, day=date(2019, 2, 28)) == [(NOTHING,) * 5]


def test_no_more_comes_in_than_was_pledged():
    contribution = received("Pears", 100)
    assert refused("beyond_pledge", receive, contribution, "0.01").field == "amount"


def test_a_receipt_recorded_wrongly_is_reversed_by_another_line_once():
    contribution = pledged("Pears", 100)
    line = receive(contribution, 60)
    other = contributions.reverse(line, reason="Of another fund.", by=officer(), at=RECORDING)
    assert (other.amount, other.kind, other.reverses) == (Decimal(-60), "receipt", line)
    assert figures(contribution) == [(Decimal(100), NOTHING, NOTHING, NOTHING, NOTHING)]
    refused("reversed", contributions.reverse, line, reason="Again.", by=officer(), at=RECORDING)
    refused("not_reversible", contributions.reverse, other, reason="Back.", by=officer(), at=RECORDING)


def test_what_is_committed_cannot_be_reversed_and_a_pledge_only_before_money_came_in():
    contribution = received("Pears", 50_000)
    grant_at(GrantStatus.OFFERED)
    receipt, pledge = contribution.ledger.get(kind="receipt"), contribution.ledger.get(kind="pledge")
    refused("committed", contributions.reverse, receipt, reason="Slip.", by=officer(), at=RELEASING)
    refused("received", contributions.reverse, pledge, reason="Slip.", by=officer(), at=RELEASING)


def test_only_finance_and_the_office_record_contributions():
    facts = {"label": "Pears", "amount": Decimal(1), "pledged_on": PLEDGED_ON}
    committee = committee_member()
    refused("grants.add_contribution", contributions.record, programme(), **facts, by=committee, at=IN_MARCH)
    contribution = contributions.record(programme(), **facts, by=officer(), at=IN_MARCH)
    facts = {"amount": POUND, "received_on": RECEIVED_ON, "reference": "BACS", "by": committee, "at": IN_MARCH}
    refused("grants.receive_contribution", contributions.receive, contribution, **facts)


WRONG = {
    "label": {"label": " "},
    "amount": {"amount": NOTHING},
    "pledged_on": {"pledged_on": date(2019, 3, 21)},
}


@pytest.mark.parametrize("field", WRONG)
def test_a_contribution_that_cannot_be_names_its_field(field):
    facts = {"label": "Pears", "amount": POUND, "pledged_on": PLEDGED_ON, **WRONG[field]}
    assert refused("", contributions.record, programme(), **facts, by=finance(), at=IN_MARCH).field == field


def test_two_contributions_have_two_names():
    pledged("Pears", 1)
    assert refused("", pledged, "Pears", 2).field == "label"


# --- Through the life of a grant -------------------------------------------------------------


def test_a_programme_without_contributions_keeps_no_ledger():
    grant = grant_at(GrantStatus.AGREED)
    paid(grant.instalments.get(number=1))
    assert not LedgerLine.objects.exists()


def test_an_award_is_committed_when_it_is_released_and_paid_from_what_is_committed():
    contribution = received("Pears", 50_000)
    grant = grant_at(GrantStatus.AGREED)
    assert figures(contribution)[0][2:] == (AWARD, NOTHING, Decimal(50_000) - AWARD)
    first = paid(grant.instalments.get(number=1))
    assert figures(contribution)[0][2:] == (AWARD, first.amount, Decimal(50_000) - AWARD)
    line = LedgerLine.objects.get(kind="payment")
    assert (line.instalment, line.recorded_by, line.reason) == (first, finance(), "Instalment 1 was paid.")


def test_a_declined_offer_frees_its_money():
    contribution = received("Pears", 50_000)
    grant_at(GrantStatus.DECLINED)
    assert figures(contribution)[0][2:] == (NOTHING, NOTHING, Decimal(50_000))


def test_a_grant_that_ends_early_keeps_what_was_paid_and_is_due_and_frees_the_rest():
    contribution = received("Pears", 50_000)
    grant = grant_at(GrantStatus.AGREED)
    paid(grant.instalments.get(number=1))
    grants.end_early(grant, ended_on=date(2019, 9, 30), reason="She left.", by=officer(), at=REPORTING)
    due = grant.instalments.filter(due_on__lte=date(2019, 9, 30))
    assert figures(contribution)[0][2] == sum(one.amount for one in due)
    instalments.withhold(due.get(number=2), reason="Not needed.", by=officer(), at=REPORTING)
    first = grant.instalments.get(number=1)
    assert figures(contribution)[0][2:] == (first.amount, first.amount, Decimal(50_000) - first.amount)
    instalments.reinstate(grant.instalments.get(number=2), by=officer(), at=REPORTING)
    assert figures(contribution)[0][2] == sum(one.amount for one in due)


def test_a_closed_grant_has_paid_what_was_committed():
    contribution = received("Pears", 50_000)
    grant_at(GrantStatus.CLOSED)
    assert figures(contribution)[0][2:4] == (AWARD, AWARD)


def test_an_extension_is_committed_too_or_refused():
    contribution = received("Pears", 50_000)
    grant = grant_at(GrantStatus.ACTIVE)
    longer = {"reason": "The work goes on.", "by": officer(), "at": ENDING}
    refused("unfunded", extensions.extend, grant, to_on=date(2021, 4, 30), **longer)
    extension = extensions.extend(fresh(grant), to_on=date(2020, 10, 31), **longer)
    assert figures(contribution)[0][2] == AWARD + extension.total


def test_a_grant_from_before_the_ledger_is_taken_in_with_what_was_paid():
    grant = grant_at(GrantStatus.AGREED)
    first = paid(grant.instalments.get(number=1))
    contribution = received("Pears", 50_000)
    paid(grant.instalments.get(number=2))
    assert figures(contribution)[0][2:4] == (NOTHING, NOTHING)
    contributions.take_in(programme(), by=finance(), at=PAYING)
    contributions.take_in(programme(), by=finance(), at=PAYING)
    assert figures(contribution)[0][2:4] == (AWARD, first.amount + grant.instalments.get(number=2).amount)


def test_what_was_paid_before_the_ledger_is_dated_when_it_was_paid_and_committed_when_it_was_offered():
    grant = grant_at(GrantStatus.AGREED)
    first = paid(grant.instalments.get(number=1))
    contribution = received("Pears", 50_000)
    contributions.take_in(programme(), by=finance(), at=ENDING)
    assert figures(contribution, day=RELEASING.date())[0][2:4] == (AWARD, NOTHING)
    assert figures(contribution, day=PAYING.date())[0][2:4] == (AWARD, first.amount)


# --- What may pay ----------------------------------------------------------------------------


def test_an_award_above_what_is_free_is_refused_and_the_refusal_names_what_binds():
    received("Pears", 30_000)
    received("Hamlyn", 90_000, kind="learning")
    grant_at(GrantStatus.OFFERED)
    refusal = refused("unfunded", recorded)
    assert refusal.sentence == (
        "The fund is £29,401.20 short of paying for CII-2019-002. What may pay for it is used up: “Pears, unrestricted”. "
        "Another £90,000.00 is free, but only for other purposes."
    )
    assert Decision.objects.count() == 1


def test_money_that_is_only_pledged_pays_for_nothing():
    pledged("Pears", 90_000)
    refused("unfunded", recorded)


def test_an_award_counts_from_when_it_is_recorded_and_no_longer_when_it_is_dropped():
    received("Pears", 30_000)
    first = recorded()
    refused("unfunded", recorded)
    decisions.drop(first, by=officer(), at=RECORDING)
    recorded()


def test_restricted_money_is_used_first_and_released_last():
    open_to_all = received("Unbound", 50_000)
    for_secondments = received("Pears", 20_000, kind="secondments")
    for_a_strand = received("City Bridge", 20_000, strand=strands()[0])
    grant = grant_at(GrantStatus.AGREED)
    assert [row[2] for row in figures(open_to_all, for_secondments, for_a_strand)] == [AWARD - 20_000, 20_000, NOTHING]
    first = paid(grant.instalments.get(number=1))
    assert [row[3] for row in figures(open_to_all, for_secondments)] == [NOTHING, first.amount]
    grants.end_early(grant, ended_on=date(2019, 5, 31), reason="She left.", by=officer(), at=REPORTING)
    assert [row[2] for row in figures(open_to_all, for_secondments)] == [NOTHING, first.amount]


# --- What an officer chooses -----------------------------------------------------------------


def test_what_an_officer_chooses_pays_once_another_has_confirmed_it():
    pears, unbound = received("Pears", 40_000), received("Unbound", 40_000)
    decision = confirmed()
    chosen = {pears: AWARD - 10_000, unbound: Decimal(10_000)}
    allocations.choose(decision, chosen, by=officer(), at=RECORDING)
    refused("unconfirmed", decisions.release, Decision.objects.get(pk=decision.pk), by=officer(), at=RELEASING)
    refused("grants.confirm_allocation", allocations.confirm, decision, by=officer(), at=RECORDING)
    allocations.confirm(decision, by=second_officer(), at=RECORDING)
    refused("confirmed", allocations.choose, decision, {}, by=director(), at=RECORDING)
    decisions.release(decision, by=officer(), at=RELEASING)
    assert [row[2] for row in figures(pears, unbound)] == [AWARD - 10_000, Decimal(10_000)]


def test_nobody_can_choose_too_little_what_is_not_free_or_for_another_purpose():
    pears, learning = received("Pears", 30_000), received("Hamlyn", 90_000, kind="learning")
    other = received("Unbound", 20_000)
    decision, by = recorded(), {"by": officer(), "at": RECORDING}
    refused("other_total", allocations.choose, decision, {pears: AWARD - POUND}, **by)
    refusal = refused("other_purpose", allocations.choose, decision, {learning: AWARD}, **by)
    assert refusal.field == f"from_{learning.pk}"
    assert refused("unfunded", allocations.choose, decision, {other: AWARD}, **by).field == f"from_{other.pk}"
    allocations.choose(decision, {pears: AWARD}, **by)
    allocations.choose(decision, {}, **by)
    assert not decision.allocations.exists()


def test_what_was_chosen_for_one_award_is_not_free_for_another():
    received("Pears", 30_000)
    unbound = received("Unbound", 30_000)
    allocations.choose(recorded(), {unbound: AWARD}, by=officer(), at=RECORDING)
    grant_at(GrantStatus.OFFERED)
    assert figures(unbound)[0][2] == NOTHING
    refused("unfunded", recorded)
    assert Grant.objects.count() == 1


# --- Proved again at night -------------------------------------------------------------------


def test_after_everything_that_happens_to_grants_the_ledger_agrees_with_them():
    received("Pears", 20_000, kind="secondments")
    received("Unbound", 200_000)
    for status in (GrantStatus.DECLINED, GrantStatus.ACTIVE, GrantStatus.CLOSED, GrantStatus.ENDED_EARLY):
        grant_at(status)
    assert list(breaches(ENDING)) == []


PLANTED = {
    "more paid than committed": ({"kind": "payment"}, {"amount": 90_000}, "more is paid"),
    "a commitment too small": ({"kind": "commitment"}, {"amount": Decimal("29000.60")}, "another amount than it needs"),
    "a payment too small": ({"kind": "payment"}, {"amount": 1}, "another amount than its instalments"),
    "a restriction added": ({"kind": "commitment"}, {"contribution__kind": "learning"}, "is for learning"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_was_changed_behind_the_application_is_named(what):
    contribution = received("Pears", 50_000)
    paid(grant_at(GrantStatus.AGREED).instalments.get(number=1))
    which, values, sentence = PLANTED[what]
    with bypass_triggers():
        if kind := values.get("contribution__kind"):
            Contribution.objects.filter(pk=contribution.pk).update(kind=kind)
        else:
            LedgerLine.objects.filter(**which).update(**values)
    assert any(sentence in breach for breach in breaches(ENDING))
