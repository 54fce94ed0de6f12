"""A change of a grant is agreed by everyone, decided by two people and signed; only then values move, all at once."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import invariants as core_invariants
from core.audit.immutability import bypass_triggers
from core.events import leftovers
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import invariants as grants_invariants
from grants.actions import grants, unspent
from grants.lifecycle import GrantStatus
from grants.models import Grant, Variation
from grants.models.pool import positions_of
from secondments import invariants
from secondments.actions import amendments, placements, supplements
from secondments.lifecycle import AmendmentKind, AmendmentStatus, PlacementStatus
from secondments.models import Amendment, Placement
from tests.applications.factories import lead, officer, programme
from tests.grants.factories import director, fresh, grant_at, paid, second_officer
from tests.grants.pool import received
from tests.secondments.amending import (
    ASKING,
    EXTENDED,
    SHORTENED,
    WHY,
    agreed,
    amendment_at,
    asked,
    confirmed,
    current,
    in_force,
    signed,
    speakers,
)
from tests.secondments.factories import ENDING, line_manager, placement_at, programme_manager
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
ACTIVE = PlacementStatus.ACTIVE
EARLY = {"kind": AmendmentKind.EARLY_END, "last_on": SHORTENED}


def breaches(at):
    for one in (core_invariants, grants_invariants, invariants):
        yield from one.breaches(at)


def refused(code, action, *things, **facts):
    with pytest.raises(Refused) as refusal:
        action(*things, **facts)
    assert code in {refusal.value.code, refusal.value.field}
    return refusal.value.sentence


def values(grant):
    grant = Grant.objects.get(pk=grant.pk)
    placement = Placement.objects.get(grant=grant)
    instalments = list(grant.instalments.values_list("number", "due_on", "amount", "status"))
    reports = list(grant.reports.values_list("number", "covers_to_on", "due_on"))
    return (grant.status, grant.ends_on, grant.total, placement.ends_on, placement.days_per_week, instalments, reports)


def told(template):
    return set(Letter.objects.filter(template=f"secondments.{template}").values_list("to_email", flat=True))


def test_whoever_asks_has_agreed_and_the_others_are_asked():
    amendment = asked()
    assert (amendment.status, amendment.asked_as, amendment.number) == ("asked", "organisation", 1)
    assert [consent.party for consent in amendment.consents.all()] == ["organisation"]
    placement = amendment.grant.placement
    others = {placement.secondee, placement.line_manager, programme_manager()}
    assert others <= set(speakers(amendment).values()) | {programme_manager()}
    assert told("amendment_asked") >= {person.email for person in others}
    assert told("amendment_noted") == {officer().email, second_officer().email}


def test_nothing_moves_before_both_have_signed_and_then_all_of_it_does():
    amendment = asked()
    before = values(amendment.grant)
    amendment = confirmed(amendment)
    signed(amendment, lead(amendment.grant.organisation))
    assert values(amendment.grant) == before
    assert not Variation.objects.exists()
    amendment = signed(amendment, director())
    grant, placement = fresh(amendment.grant), Placement.objects.get(grant=amendment.grant)
    assert (amendment.status, grant.ends_on, placement.ends_on) == ("in_force", EXTENDED, EXTENDED)
    variation = grant.variations.get()
    assert (variation.total, grant.total) == (amendment.total, before[2] + amendment.total)
    assert sum(one.amount for one in grant.instalments.all()) == grant.total
    assert sum(line.amount for line in grant.lines.all()) == grant.total
    assert [one.due_on for one in grant.instalments.filter(number__gt=4)] == [date(2020, 5, 1), date(2020, 8, 1)]
    assert grant.reports.last().covers_to_on == EXTENDED
    assert told("amendment_in_force") >= {lead(grant.organisation).email, director().email}
    assert list(breaches(ASKING)) == []


@pytest.mark.parametrize("party", ["organisation", "secondee", "host", "office"])
def test_each_party_asks_from_its_own_account(party):
    placement = placement_at(ACTIVE)
    by = {"organisation": lead(placement.grant.organisation), "secondee": placement.secondee}
    by |= {"host": placement.line_manager, "office": officer()}
    amendment = asked(placement.grant, by=by[party])
    given = [consent.party for consent in amendment.consents.all()]
    assert (amendment.asked_as, given) == (party, [party] if party != "office" else [])
    assert agreed(amendment).status == "agreed"


def test_a_refusal_ends_it_with_its_reason_and_tells_everyone():
    amendment = asked()
    secondee = amendment.grant.placement.secondee
    before = values(amendment.grant)
    assert refused("reason", amendments.refuse, amendment, reason=" ", by=secondee, at=ASKING)
    amendments.refuse(current(amendment), reason="I go home in May.", by=secondee, at=ASKING)
    amendment = current(amendment)
    assert (amendment.status, amendment.ended_reason, amendment.ended_by) == ("refused", "I go home in May.", secondee)
    people = {lead(amendment.grant.organisation), secondee, line_manager(), programme_manager(), officer()}
    assert told("amendment_over") >= {person.email for person in people}
    assert values(amendment.grant) == before
    assert not Letter.objects.filter(template="secondments.amendment_asked", status="queued").exists()
    assert asked(fresh(amendment.grant)).number == 2


def test_one_person_alone_decides_nothing():
    amendment = agreed(asked(by=officer()))
    amendments.record(amendment, by=second_officer(), at=ASKING)
    for alone in (officer(), second_officer()):  # who asked, and who approved
        refused("secondments.confirm_amendment", amendments.confirm, current(amendment), by=alone, at=ASKING)
    amendments.confirm(current(amendment), by=director(), at=ASKING)
    assert current(amendment).status == "confirmed"


def test_what_is_not_agreed_by_everyone_is_not_approved():
    refused("wrong_state", amendments.record, asked(), by=officer(), at=ASKING)


def test_the_office_turns_down_what_everyone_agreed_to_and_says_why():
    amendment = agreed(asked())
    amendments.turn_down(amendment, reason="The fund is spent.", by=officer(), at=ASKING)
    assert (current(amendment).status, current(amendment).ended_reason) == ("refused", "The fund is spent.")
    assert amendment.grant.placement.secondee.email in told("amendment_over")


def test_an_extension_is_asked_for_in_time_and_afterwards_only_by_the_office():
    grant = placement_at(ACTIVE).grant
    due_on = grant.ends_on - timedelta(days=programme().extension_notice_days)
    last = datetime.combine(due_on, ASKING.timetz())
    refused("too_late", asked, grant, at=last + timedelta(days=1))
    assert asked(grant, by=officer(), at=last + timedelta(days=1)).status == "asked"


def test_an_extension_on_the_last_day_to_ask_is_in_time():
    grant = placement_at(ACTIVE).grant
    due_on = grant.ends_on - timedelta(days=programme().extension_notice_days)
    assert asked(grant, at=datetime.combine(due_on, ASKING.timetz())).status == "asked"


def test_a_secondment_lasts_no_longer_than_the_programme_says():
    grant = placement_at(ACTIVE).grant
    programme().__class__.objects.update(longest_months=15)
    refused("too_long", asked, fresh(grant), last_on=date(2020, 8, 1))
    assert asked(fresh(grant), last_on=date(2020, 7, 31)).status == "asked"


def test_one_change_at_a_time():
    grant = asked().grant
    refused("another_open", asked, fresh(grant), **EARLY)


def test_an_early_end_withholds_what_falls_due_later_and_says_what_is_to_be_returned():
    grant = placement_at(ACTIVE).grant
    for instalment in grant.instalments.filter(number__lte=3):
        paid(instalment)
    amendment = in_force(asked(grant, **EARLY))
    grant, placement = fresh(grant), Placement.objects.get(grant=grant)
    assert (grant.status, grant.ended_on, placement.ends_on) == ("ended_early", SHORTENED, SHORTENED)
    assert [one.status for one in grant.instalments.all()] == ["paid", "paid", "paid", "withheld"]
    kept = Decimal(39501) * Decimal(3) / 5 * Decimal(7) / 12 + 6000  # seven months of the band's minimum; once in full
    got = sum(one.amount for one in grant.instalments.filter(status="paid"))
    assert unspent.to_recover(grant) == got - kept.quantize(Decimal("0.01")) > 0
    assert grant.variations.get().unspent == unspent.to_recover(grant)
    assert (amendment.total, current(amendment).status) == (0, "in_force")
    assert list(breaches(ASKING)) == []


def test_a_grant_without_a_placement_ends_early_without_a_secondee():
    grant = grant_at(GrantStatus.AGREED)
    amendment = asked(grant, at=ASKING, **EARLY)
    assert agreed_by_host(amendment).status == "agreed"
    assert [one.party for one in current(amendment).consents.all()] == ["organisation", "host"]


def agreed_by_host(amendment):
    amendments.consent(amendment, by=programme_manager(), at=ASKING)
    return current(amendment)


@pytest.mark.parametrize("status", ["asked", "agreed", "recorded", "confirmed"])
def test_what_is_open_lapses_when_the_placement_is_over_and_everyone_hears_of_it(status):
    amendment = amendment_at(AmendmentStatus(status))
    placements.end(amendment.grant.placement, by=programme_manager(), at=ENDING)
    amendment = current(amendment)
    assert (amendment.status, bool(amendment.document)) == ("lapsed", False)
    assert told("amendment_over") >= {lead(amendment.grant.organisation).email, programme_manager().email}
    assert list(leftovers(ENDING)) == []
    refused("wrong_state", amendments.withdraw, amendment, reason="x", by=officer(), at=ENDING)


def test_what_is_open_lapses_when_the_grant_ends():
    amendment = asked()
    grants.end_early(fresh(amendment.grant), ended_on=SHORTENED, reason="They left.", by=officer(), at=ASKING)
    assert current(amendment).status == "lapsed"
    assert list(leftovers(ASKING)) == []


def test_a_secondee_who_has_left_is_not_asked():
    amendment = asked(**EARLY)
    amendments.consent(amendment, by=line_manager(), at=ASKING)
    secondee = current(amendment).grant.placement.secondee
    secondee.is_active = False
    secondee.save()
    amendments.settle(amendment, at=ASKING)
    assert current(amendment).status == "agreed"


def test_an_extension_for_which_the_host_has_no_place_is_refused_when_asked():
    grant = placement_at(ACTIVE).grant
    other = placement_at(PlacementStatus.PREPARING)
    Placement.objects.filter(pk=other.pk).update(ends_on=date(2020, 12, 31))
    programme().__class__.objects.update(fewest_placements=1, most_placements=1)
    refused("capacity", asked, fresh(grant))


def test_who_signs_is_who_signs_the_agreement_and_signs_once():
    amendment = amendment_at(AmendmentStatus.CONFIRMED)
    for other in (officer(), amendment.grant.placement.secondee, programme_manager()):
        refused("secondments.sign_amendment", signed, amendment, other)
    by = lead(amendment.grant.organisation)
    refused("name_typed", supplements.sign, amendment, name_typed="Another", by=by, at=ASKING)
    refused("prepared_again", supplements.sign, amendment, name_typed=by.name, shown_sha256="x", by=by, at=ASKING)
    first = supplements.sign(amendment, name_typed=by.name, by=by, at=ASKING)
    assert supplements.sign(current(amendment), name_typed=by.name, by=by, at=ASKING) == first
    assert current(amendment).status == "confirmed"


def test_a_withdrawn_change_has_no_paper_and_nobody_is_asked_to_sign():
    amendment = amendment_at(AmendmentStatus.CONFIRMED)
    assert told("amendment_to_sign") == {lead(amendment.grant.organisation).email, director().email}
    amendments.withdraw(amendment, reason=WHY, by=lead(amendment.grant.organisation), at=ASKING)
    assert (current(amendment).status, current(amendment).document) == ("withdrawn", None)
    refused("wrong_state", signed, amendment, director())


@pytest.mark.parametrize("broken", [{"last_on": date(2020, 11, 30)}, {"total": 1}])
def test_check_invariants_finds_a_grant_that_is_not_as_signed(broken):
    amendment = amendment_at(AmendmentStatus.IN_FORCE)
    with bypass_triggers():
        Amendment.objects.filter(pk=amendment.pk).update(**broken)
    assert f"{amendment}: dates or sum are not those of {amendment.grant}" in list(breaches(ASKING))


def test_an_extension_that_the_fund_cannot_pay_is_refused_naming_what_binds_and_paid_by_it_once_it_can():
    contribution = received("Pears", 35_000)
    grant = placement_at(ACTIVE).grant
    assert "“Pears, unrestricted”" in refused("unfunded", asked, fresh(grant))
    assert not Amendment.objects.exists()
    more = received("Hamlyn", 10_000)
    in_force(asked(fresh(grant)))
    committed = sum(one.committed for _, one in positions_of([contribution, more]))
    assert committed == fresh(grant).total
    assert list(breaches(ASKING)) == []


def test_the_file_of_a_supplementary_agreement_is_recognised_on_the_public_page(client):
    amendment = in_force(asked())
    with amendment.document.file.open() as stored:
        file = SimpleUploadedFile("supplement.pdf", stored.read(), "application/pdf")
    page = client.post("/grants/verify/", {"file": file}).text
    assert SAID.this_file_is_what_was_signed in page
    assert (amendment.grant.reference in page, amendment.fingerprint in page) == (True, True)
    assert amendment.reason not in page
