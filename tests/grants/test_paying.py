"""Payments by three people, through the actions."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Seal
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import grants, instalments
from grants.lifecycle import INSTALMENT, GrantStatus, InstalmentStatus
from grants.models import Grant, Instalment
from tests.accounts.factories import UserFactory, hold
from tests.applications.factories import officer
from tests.grants.factories import (
    PAYING,
    approved,
    director,
    finance,
    grant_at,
    instalment_at,
    paid,
    second_officer,
)

pytestmark = pytest.mark.django_db


def with_role(person: User, *roles: Role) -> User:
    for role in roles:
        hold(person, role)
    return User.objects.get(pk=person.pk)


def test_three_people_pay_one_instalment_and_the_organisation_is_told():
    instalment = paid(instalment_at(InstalmentStatus.SCHEDULED))
    assert (instalment.prepared_by, instalment.approved_by, instalment.paid_by) == (officer(), director(), finance())
    members = instalment.grant.organisation.memberships.all()
    letters = Letter.objects.filter(template="grants.payment_made")
    assert [letter.to_email for letter in letters] == [row.person.email for row in members]
    assert letters[0].subject == f"Remittance advice: instalment 1 of grant {instalment.grant}"
    assert "- Amount: £7,425.15\n- Paid on: Thursday 2 May 2019\n- Payment reference: BACS 4711\n" in letters[0].body


def test_the_director_who_is_an_officer_too_does_not_approve_what_they_prepared():
    both = with_role(director(), Role.OFFICER)
    instalment = instalment_at(InstalmentStatus.SCHEDULED)
    instalments.prepare(instalment, by=both, at=PAYING)
    with pytest.raises(Refused) as refusal:
        instalments.approve(instalment, by=both, at=PAYING)
    assert refusal.value.code == "grants.approve_instalment"


@pytest.mark.parametrize("part", ["prepared_by", "approved_by"])
def test_who_prepared_or_approved_does_not_pay_whatever_their_roles(part):
    instalment = instalment_at(InstalmentStatus.APPROVED)
    by = with_role(getattr(instalment, part), Role.FINANCE)
    by.is_superuser = True
    with pytest.raises(Refused) as refusal:
        instalments.pay(instalment, payment_reference="BACS", by=by, at=PAYING)
    assert refusal.value.code == "grants.pay_instalment"
    assert Instalment.objects.get(pk=instalment.pk).status == InstalmentStatus.APPROVED


def test_a_superuser_without_the_role_is_refused():
    instalment = instalment_at(InstalmentStatus.APPROVED)
    with pytest.raises(Refused) as refusal:
        instalments.pay(instalment, payment_reference="BACS", by=UserFactory(is_superuser=True), at=PAYING)
    assert refusal.value.code == "grants.pay_instalment"


def test_the_database_refuses_one_person_for_two_parts():
    instalment = instalment_at(InstalmentStatus.APPROVED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(pk=instalment.pk).update(status="paid", paid_at=PAYING, paid_by=director())


@pytest.mark.parametrize("status", [GrantStatus.OFFERED, GrantStatus.ACCEPTED])
def test_before_a_signed_agreement_there_is_nothing_to_pay(status):
    grant = grant_at(status)
    assert grant.instalments.count() == 0
    early = Instalment.objects.create(grant=grant, number=1, due_on=grant.starts_on, amount=grant.total)
    with pytest.raises(Refused) as refusal:
        instalments.prepare(early, by=officer(), at=PAYING)
    assert refusal.value.code == "not_payable"


def test_approving_twice_has_one_effect():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    stale = Instalment.objects.get(pk=instalment.pk)
    instalments.approve(instalment, by=director(), at=PAYING)
    instalments.approve(stale, by=director(), at=PAYING + timedelta(minutes=1))
    assert stale.approved_at == PAYING


def test_paying_twice_has_one_effect_and_keeps_the_first_reference():
    instalment = instalment_at(InstalmentStatus.APPROVED)
    stale = Instalment.objects.get(pk=instalment.pk)
    instalments.pay(instalment, payment_reference="FIRST", by=finance(), at=PAYING)
    letters = Letter.objects.count()
    instalments.pay(stale, payment_reference="SECOND", by=finance(), at=PAYING)
    assert (stale.payment_reference, Letter.objects.count()) == ("FIRST", letters)


def test_a_payment_has_a_reference():
    with pytest.raises(Refused) as refusal:
        instalments.pay(instalment_at(InstalmentStatus.APPROVED), payment_reference=" ", by=finance(), at=PAYING)
    assert refusal.value.field == "payment_reference"


@pytest.mark.parametrize("status", [InstalmentStatus.PREPARED, InstalmentStatus.APPROVED, InstalmentStatus.WITHHELD])
def test_reinstating_voids_what_was_prepared_and_approved(status):
    instalment = instalment_at(status)
    instalments.reinstate(instalment, by=second_officer(), at=PAYING)
    instalment = Instalment.objects.get(pk=instalment.pk)
    assert (instalment.status, instalment.prepared_by, instalment.approved_by, instalment.withheld_reason) == (
        InstalmentStatus.SCHEDULED,
        None,
        None,
        "",
    )


@pytest.mark.parametrize("status", [InstalmentStatus.PREPARED, InstalmentStatus.APPROVED])
def test_a_payment_that_is_scheduled_again_leaves_no_seal(status):
    instalment = instalment_at(status)
    instalments.reinstate(instalment, by=second_officer(), at=PAYING)
    assert not Seal.objects.filter(thing_type="grants.instalment", thing_id=str(instalment.pk)).exists()


def test_a_withheld_payment_says_why_to_the_organisation():
    instalment = instalment_at(InstalmentStatus.APPROVED)
    with pytest.raises(Refused) as refusal:
        instalments.withhold(instalment, reason="", by=officer(), at=PAYING)
    assert refusal.value.field == "reason"
    instalments.withhold(instalment, reason="The report is late.", by=officer(), at=PAYING)
    assert (instalment.status, instalment.approved_by) == (InstalmentStatus.WITHHELD, None)
    assert "The report is late." in Letter.objects.get(template="grants.payment_withheld").body


def test_a_closed_grant_pays_nothing_more():
    grant = grant_at(GrantStatus.CLOSED)
    more = Instalment.objects.create(grant=grant, number=9, due_on=grant.ends_on, amount=grant.total)
    with pytest.raises(Refused) as refusal:
        instalments.prepare(more, by=officer(), at=PAYING)
    assert refusal.value.code == "not_payable"
    assert not officer().has_perm("grants.prepare_instalment", more)


def test_an_active_grant_pays_on():
    grant = grant_at(GrantStatus.AGREED)
    grants.activate(grant, by=officer(), at=PAYING)
    assert approved(grant.instalments.get(number=2)).status == InstalmentStatus.APPROVED
    assert Grant.objects.get().status == GrantStatus.ACTIVE


STEPS = {
    "prepare": lambda row: instalments.prepare(row, by=second_officer(), at=PAYING),
    "approve": lambda row: instalments.approve(row, by=director(), at=PAYING),
    "pay": lambda row: instalments.pay(row, payment_reference="BACS", by=finance(), at=PAYING),
    "withhold": lambda row: instalments.withhold(row, reason="-", by=officer(), at=PAYING),
    "reinstate": lambda row: instalments.reinstate(row, by=officer(), at=PAYING),
}


@pytest.mark.parametrize("status", list(InstalmentStatus))
def test_every_step_moves_from_where_it_may_and_changes_nothing_elsewhere(status):
    instalment = instalment_at(status)
    for step, take in STEPS.items():
        if INSTALMENT.allows(instalment, step) or INSTALMENT.steps[step].target == status:
            continue
        row = Instalment.objects.select_related("grant").get(pk=instalment.pk)
        with pytest.raises(Refused):
            take(row)
        assert Instalment.objects.get(pk=instalment.pk).status == status


def test_what_falls_due_after_an_early_end_is_not_scheduled_again():
    instalment = instalment_at(InstalmentStatus.SCHEDULED)
    grant = instalment.grant
    last = grant.instalments.latest("due_on")
    grants.end_early(grant, ended_on=last.due_on - timedelta(days=1), reason="She left.", by=officer(), at=PAYING)
    last.refresh_from_db()
    last.grant.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        instalments.reinstate(last, by=second_officer(), at=PAYING)
    assert (refusal.value.code, Instalment.objects.get(pk=last.pk).status) == ("after_the_end", "withheld")


def test_an_early_end_is_told_in_one_letter_not_one_for_each_payment():
    grant = instalment_at(InstalmentStatus.SCHEDULED).grant
    grants.end_early(grant, ended_on=grant.starts_on, reason="She left.", by=officer(), at=PAYING)
    assert grant.instalments.filter(status=InstalmentStatus.WITHHELD).count() > 1
    assert not Letter.objects.filter(template="grants.payment_withheld").exists()
    assert Letter.objects.filter(template="grants.ended_early").exists()
