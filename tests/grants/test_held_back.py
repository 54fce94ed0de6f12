"""The management fee's share of the last instalment, held back until the final report is accepted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Call
from core.audit import seals
from core.audit.immutability import bypass_triggers
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import invariants
from grants.actions import holding, instalments, ledger, reports, unspent
from grants.actions.effects import effect_of
from grants.documents import agreement_html
from grants.exports.accounts import AsAt
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Instalment, Variation
from tests.applications.desk import as_, text_of
from tests.applications.factories import application_at, draft_call, lead, officer, programme, published_call
from tests.grants.factories import (
    PAYING,
    WORDS,
    director,
    finance,
    fresh,
    grant_at,
    paid,
)
from tests.secondments import amending
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
HELD = Decimal("1250.00")  # a quarter of the fee of £5,000
FINAL_DUE = date(2020, 5, 30)
AFTER = datetime(2020, 6, 10, 9, 0, tzinfo=UTC)


def holding_grant(status=GrantStatus.AGREED):
    call = published_call(holds_back="fee")
    return grant_at(status, application=application_at(Status.SHORTLISTED, call=call))


def held_of(grant):
    return grant.instalments.get(held_back_on__isnull=False)


def all_accepted(grant, at=AFTER):
    for report in grant.reports.exclude(status="accepted"):
        reports.submit(report, words=WORDS, by=lead(grant.organisation), at=at)
        reports.accept(report, by=officer(), at=at)


def plan_of(grant):
    return [(row.number, row.due_on, row.amount, row.status) for row in grant.instalments.all()]


def test_the_agreement_schedules_it_as_an_instalment_of_its_own_after_the_last():
    grant = holding_grant()
    assert plan_of(grant)[3:] == [
        (4, date(2020, 2, 1), Decimal("6175.15"), "scheduled"),
        (5, FINAL_DUE, HELD, "scheduled"),
    ]
    assert grant.reports.final().get().due_on == FINAL_DUE
    assert sum(grant.instalments.values_list("amount", flat=True)) == grant.total
    assert list(invariants.breaches(PAYING)) == []
    assert list(seals.breaches()) == []


@pytest.mark.parametrize("choice", ["", "nothing"])
def test_a_call_that_holds_nothing_back_pays_as_before(choice):
    call = published_call()
    with bypass_triggers():
        Call.objects.filter(pk=call.pk).update(holds_back=choice)
    grant = grant_at(
        GrantStatus.AGREED, application=application_at(Status.SHORTLISTED, call=Call.objects.get(pk=call.pk))
    )
    assert {row[2] for row in plan_of(grant)} == {Decimal("7425.15")}
    assert not grant.instalments.filter(held_back_on__isnull=False).exists()


def test_it_is_approved_and_paid_once_the_final_report_is_accepted_and_not_when_it_is_in():
    grant = holding_grant()
    held = held_of(grant)
    instalments.prepare(held, by=officer(), at=AFTER)
    first, final = grant.reports.all()
    for report in (first, final):
        reports.submit(report, words=WORDS, by=lead(grant.organisation), at=AFTER)
    reports.accept(first, by=officer(), at=AFTER)
    with pytest.raises(Refused) as refusal:
        instalments.approve(held, by=director(), at=AFTER)
    assert (refusal.value.code, refusal.value.sentence) == ("held_back", SAID.held_back_until_the_final)
    with pytest.raises(Refused) as refusal:
        holding.allow(held, reason="We trust them.", by=officer(), at=AFTER)
    assert refusal.value.code == "held_back"
    reports.accept(final, by=officer(), at=AFTER)
    instalments.approve(held, by=director(), at=AFTER)
    instalments.pay(held, payment_reference="BACS 5", by=finance(), at=AFTER)
    assert Instalment.objects.get(pk=held.pk).status == InstalmentStatus.PAID


def test_the_other_instalments_do_not_wait_for_the_final_report():
    grant = holding_grant()
    assert paid(grant.instalments.get(number=4)).status == InstalmentStatus.PAID


def test_an_extension_moves_it_to_the_new_final_report_and_adds_after_it():
    grant = holding_grant(GrantStatus.ACTIVE)
    last_on = date(2020, 10, 31)
    effect = effect_of(fresh(grant), Variation.Kind.EXTENSION, last_on)
    assert (5, date(2020, 11, 30), HELD) == (
        effect.payments[-1].number,
        effect.payments[-1].due_on,
        effect.payments[-1].amount,
    )
    amendment = amending.asked(fresh(grant), last_on=last_on, reason="More to do.")
    shown = " ".join(render_to_string("secondments/_effect.html", {"effect": effect}).split())
    assert SAID.and_the_one_that_moves in shown
    amending.in_force(amendment)
    grant = fresh(grant)
    held = held_of(grant)
    assert (held.number, held.due_on, held.amount, held.owed_on) == (5, date(2020, 11, 30), HELD, date(2020, 2, 1))
    assert [row[:2] for row in plan_of(grant)[5:]] == [(6, date(2020, 5, 1)), (7, date(2020, 8, 1))]
    assert sum(row[2] for row in plan_of(grant)) == grant.total
    assert list(invariants.breaches(PAYING)) == list(seals.breaches()) == []


def test_an_extension_puts_back_what_was_approved_for_an_earlier_final_report():
    grant = holding_grant(GrantStatus.ACTIVE)
    all_accepted(grant)
    held = held_of(grant)
    instalments.prepare(held, by=officer(), at=AFTER)
    instalments.approve(held, by=director(), at=AFTER)
    amending.in_force(amending.asked(fresh(grant), by=officer(), last_on=date(2020, 10, 31), at=AFTER), at=AFTER)
    held = held_of(grant)
    assert (held.status, held.approved_by, held.due_on) == (InstalmentStatus.SCHEDULED, None, date(2020, 11, 30))
    instalments.prepare(held, by=officer(), at=AFTER)
    with pytest.raises(Refused) as refusal:
        instalments.approve(held, by=director(), at=AFTER)
    assert refusal.value.code == "held_back"


def test_an_extension_leaves_what_was_paid():
    grant = holding_grant(GrantStatus.ACTIVE)
    all_accepted(grant)
    held = held_of(grant)
    for step, by, facts in (
        (instalments.prepare, officer(), {}),
        (instalments.approve, director(), {}),
        (instalments.pay, finance(), {"payment_reference": "BACS 5"}),
    ):
        step(held, by=by, at=AFTER, **facts)
    amending.in_force(amending.asked(fresh(grant), by=officer(), last_on=date(2020, 10, 31), at=AFTER), at=AFTER)
    assert (held_of(grant).status, held_of(grant).due_on) == (InstalmentStatus.PAID, FINAL_DUE)


@pytest.mark.parametrize(
    ("last_on", "status", "due_on"),
    [
        (date(2020, 1, 31), "withheld", FINAL_DUE),  # the last instalment is not due any more
        (date(2020, 2, 1), "scheduled", date(2020, 3, 1)),
    ],
)
def test_at_an_early_end_it_shares_the_fate_of_the_instalment_it_is_a_part_of(last_on, status, due_on):
    grant = holding_grant(GrantStatus.ACTIVE)
    before = effect_of(fresh(grant), Variation.Kind.EARLY_END, last_on)
    amending.in_force(amending.asked(fresh(grant), kind="early_end", last_on=last_on, reason="She found work."))
    grant = fresh(grant)
    held = held_of(grant)
    assert (held.status, held.due_on) == (status, due_on)
    assert before.payments[4].due_on == due_on
    owed = sum(row.amount for row in grant.instalments.exclude(status="withheld"))
    assert ledger.needed(grant) == unspent.payable(grant, last_on) == owed
    assert owed == grant.total - (grant.instalments.get(number=4).amount + HELD if status == "withheld" else 0)
    letters = Letter.objects.filter(template="grants.ended_early")
    assert letters.exists()
    is_told = "£1,250.00 that is held back" in letters[0].body
    assert is_told is (status == "scheduled")
    assert list(invariants.breaches(PAYING)) == list(seals.breaches()) == []


def test_after_an_early_end_it_is_paid_with_the_final_report_and_the_withheld_one_never():
    grant = holding_grant(GrantStatus.ACTIVE)
    amending.in_force(
        amending.asked(fresh(grant), kind="early_end", last_on=date(2020, 2, 1), reason="She found work.")
    )
    held = held_of(grant)
    instalments.withhold(held, reason="The report is weak.", by=officer(), at=AFTER)
    instalments.reinstate(held, by=officer(), at=AFTER)
    all_accepted(grant)
    instalments.prepare(held, by=officer(), at=AFTER)
    instalments.approve(held, by=director(), at=AFTER)
    other = holding_grant(GrantStatus.ACTIVE)
    amending.in_force(
        amending.asked(fresh(other), kind="early_end", last_on=date(2020, 1, 31), reason="She found work.")
    )
    with pytest.raises(Refused) as refusal:
        instalments.reinstate(held_of(fresh(other)), by=officer(), at=AFTER)
    assert refusal.value.code == "after_the_end"


def test_agreement_page_and_admin_say_what_is_held_back(client):
    grant = holding_grant()
    assert "held back until the final report is accepted" in " ".join(
        agreement_html(fresh(grant), prepared_at=PAYING).split()
    )
    client.force_login(lead(grant.organisation))
    assert SAID.held_back_until_final_report in " ".join(client.get(grant.get_absolute_url()).text.split())
    held = held_of(grant)
    page = text_of(as_(officer()).get(reverse("admin:grants_instalment_change", args=[held.pk])))
    assert SAID.until_the_final_report_is in page
    page = text_of(as_(officer()).get(reverse("admin:grants_grant_change", args=[grant.pk])))
    assert "held back until the final report is accepted" in page


def test_a_call_is_published_once_it_says_what_it_holds_back():
    from applications.actions.call_gaps import lacks

    call = draft_call(holds_back="")
    assert SAID.choose_what_is_held_back in lacks(call, call.opens_at)
    call.holds_back = Call.HoldsBack.NOTHING
    assert SAID.choose_what_is_held_back not in lacks(call, call.opens_at)


def test_the_form_of_a_new_call_proposes_the_fees_share_and_keeps_what_is_chosen():
    page = as_(officer()).get(reverse("admin:applications_call_add"))
    assert page.context["adminform"].form["holds_back"].value() == Call.HoldsBack.FEE
    before = published_call()
    for last, proposed in (("nothing", "nothing"), ("fee", "fee"), ("", "fee")):
        with bypass_triggers():
            Call.objects.filter(pk=before.pk).update(holds_back=last)
        page = as_(officer()).get(reverse("admin:applications_call_add"))
        assert page.context["adminform"].form["holds_back"].value() == proposed
    call = draft_call(holds_back="nothing")
    page = as_(officer()).get(reverse("admin:applications_call_change", args=[call.pk]))
    assert page.context["adminform"].form["holds_back"].value() == Call.HoldsBack.NOTHING


def test_the_public_page_of_a_call_says_what_is_held_back(client):
    assert "Held back" in client.get(published_call(holds_back="fee").get_absolute_url()).text
    assert "Held back" not in client.get(published_call().get_absolute_url()).text


def test_a_change_of_what_is_held_back_is_found():
    held = held_of(holding_grant())
    with bypass_triggers():
        Instalment.objects.filter(pk=held.pk).update(held_back_on=None)
    assert [line for line in seals.breaches() if f"instalment {held.pk}" in line] != []


def test_the_database_refuses_what_is_held_back_and_due_before():
    held = held_of(holding_grant())
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(pk=held.pk).update(due_on=date(2020, 1, 31))


def test_the_accounts_have_it_on_the_days_before_an_extension_moved_it():
    grant = holding_grant(GrantStatus.ACTIVE)
    amending.in_force(amending.asked(fresh(grant)))
    held = held_of(grant)
    [then] = AsAt(programme(), finance(), amending.ASKING.date() - timedelta(days=1)).grants
    assert held in [row.instalment for row in then.payments]
