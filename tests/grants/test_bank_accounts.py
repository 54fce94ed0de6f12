"""Bank details: entered by the organisation, called back by one, approved by another, and used after some days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import invariants
from grants.actions import bank_accounts, instalments
from grants.lifecycle import BankAccountStatus, GrantStatus, InstalmentStatus
from grants.models import BankAccount, Instalment
from grants.models.bank import after_working_days
from tests.accounts.factories import UserFactory, editor_of, hold
from tests.applications.factories import lead, officer, programme
from tests.grants.factories import (
    ACCEPTING,
    ACCOUNT,
    PAYING,
    account_approved,
    account_at,
    account_entered,
    approved,
    bank_checker,
    director,
    finance,
    grant_at,
    instalment_at,
    paid,
    second_officer,
)

pytestmark = pytest.mark.django_db

CALL_BACK = {"spoke_to": "treasurer", "number_from": "chc"}


def test_the_number_is_encrypted_and_only_its_last_digits_are_readable():
    account = account_entered(grant_at(GrantStatus.ACCEPTED))
    assert account.details == {"sort_code": "000001", "number": "12345678", "name": "Own Charity"}
    row = BankAccount.objects.filter(pk=account.pk).values().get()
    assert [name for name, value in row.items() if "12345678" in str(value) or "Own Charity" in str(value)] == []
    assert (row["last_four"], str(account)) == ("5678", f"Bank account ending in 5678 for {account.grant}")
    everything = [*Letter.objects.values_list("subject", "body", "fields"), *Entry.objects.values_list("detail")]
    assert [one for one in everything if "12345678" in str(one) or "00-00-01" in str(one)] == []


def test_the_same_account_has_another_hash_each_time():
    grant = grant_at(GrantStatus.ACCEPTED)
    assert account_entered(grant).details_sha256 != account_entered(grant).details_sha256


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"sort_code": "00000"}, "sort_code"),
        ({"sort_code": "00000a"}, "sort_code"),
        ({"sort_code": "٠٠٠٠٠٠"}, "sort_code"),
        ({"sort_code": "00-00-00"}, "sort_code"),
        ({"sort_code": "0000011"}, "sort_code"),
        ({"sort_code": ""}, "sort_code"),
        ({"number": "12345"}, "number"),
        ({"number": "0000000"}, "number"),
        ({"number": "000001"}, "number"),
        ({"number": "000001 12345678"}, "number"),
        ({"number": "GB33BUKB20201555555555"}, "number"),
        ({"number": "1234567a"}, "number"),
        ({"number": "123456789"}, "number"),
        ({"account_name": "  "}, "account_name"),
        ({"account_name": "A" * 71}, "account_name"),
    ],
)
def test_what_is_no_account_is_refused_at_its_field(typed, field):
    grant = grant_at(GrantStatus.ACCEPTED)
    with pytest.raises(Refused) as refusal:
        account_entered(grant, **typed)
    assert (refusal.value.field, BankAccount.objects.count()) == (field, 0)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"sort_code": " 00 – 00 – 01 "}, ("000001", "12345678")),
        ({"sort_code": "00\u201100\u201101", "number": "1234\u00a05678"}, ("000001", "12345678")),
        ({"number": "7334-456"}, ("000001", "07334456")),
    ],
)
def test_spaces_hyphens_and_dashes_do_not_matter(typed, stored):
    details = account_entered(grant_at(GrantStatus.ACCEPTED), **typed).details
    assert (details["sort_code"], details["number"]) == stored


def test_a_number_with_too_many_digits_is_explained_on_the_page(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    client.force_login(lead(grant.organisation))
    sent = {**ACCOUNT, "number": "123 456 7890", "is_own": "on"}
    form = client.post(reverse("grant_bank_account", args=[grant.reference]), sent).context["form"]
    assert "You entered 10." in form.errors["number"][0]
    assert "ask it for the number" in form.errors["number"][0]


def test_a_short_number_gets_its_zeros():
    account = account_entered(grant_at(GrantStatus.ACCEPTED), sort_code="00 00 01", number="733445")
    assert (account.details["number"], account.last_four) == ("00733445", "3445")


def test_a_lead_or_a_signatory_enters_them_and_nobody_else():
    grant = grant_at(GrantStatus.ACCEPTED)
    account_entered(grant, by=editor_of(grant.organisation, is_signatory=True))
    for by in (editor_of(grant.organisation), officer(), finance(), UserFactory(is_superuser=True)):
        with pytest.raises(Refused) as refusal:
            account_entered(grant, by=by)
        assert refusal.value.code == "grants.enter_bankaccount"


@pytest.mark.parametrize("status", [GrantStatus.OFFERED, GrantStatus.DECLINED, GrantStatus.CLOSED])
def test_they_are_entered_while_there_is_something_to_pay(status):
    before = BankAccount.objects.count()
    with pytest.raises(Refused) as refusal:
        account_entered(grant_at(status))
    assert refusal.value.code == "not_accepted"
    assert BankAccount.objects.filter(status=BankAccountStatus.ENTERED).count() == before


def test_who_entered_or_checked_does_not_approve_whatever_their_roles():
    account = account_at(BankAccountStatus.CHECKED)
    checker = bank_checker()
    checker.is_superuser = True
    for by in (checker, account.entered_by):
        hold(by, Role.FINANCE)
        with pytest.raises(Refused) as refusal:
            bank_accounts.approve(account, by=User.objects.get(pk=by.pk), at=ACCEPTING)
        assert refusal.value.code == "grants.approve_bankaccount"
    assert BankAccount.objects.get(pk=account.pk).status == BankAccountStatus.CHECKED


@pytest.mark.parametrize("typed", [{"spoke_to": "their cousin"}, {"number_from": "the letter"}])
def test_a_call_back_is_to_a_role_on_a_number_of_a_register(typed):
    account = account_at(BankAccountStatus.ENTERED)
    with pytest.raises(Refused) as refusal:
        bank_accounts.call_back(account, **{**CALL_BACK, **typed}, by=bank_checker(), at=ACCEPTING)
    assert refusal.value.field in typed


def test_five_working_days_pass_before_an_account_is_used():
    account = account_at(BankAccountStatus.APPROVED)  # on Thursday before Holy Week
    assert account.usable_from_on == date(2019, 4, 19)
    assert after_working_days(date(2019, 4, 17), 5) == date(2019, 4, 27)  # Easter does not count
    assert after_working_days(date(2019, 4, 17), 0) == date(2019, 4, 18)


def test_the_programme_says_how_many_days():
    row = programme()
    type(row).objects.filter(pk=row.pk).update(bank_wait_days=1)
    assert account_approved(grant_at(GrantStatus.ACCEPTED)).usable_from_on == date(2019, 4, 13)


def test_a_payment_waits_for_bank_details():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    account = instalment.grant.bank_accounts.get()
    bank_accounts.refuse(account, why_refused="other_name", by=bank_checker(), at=PAYING)
    with pytest.raises(Refused) as refusal:
        instalments.approve(instalment, by=director(), at=PAYING)
    assert refusal.value.code == "no_bank_account"


def test_a_payment_waits_until_new_details_have_cooled():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    account = account_approved(instalment.grant, at=PAYING, number="87654321")
    with pytest.raises(Refused) as refusal:
        instalments.approve(instalment, by=director(), at=PAYING + timedelta(days=7))
    assert refusal.value.code == "new_bank_account"
    assert account.usable_from_on == date(2019, 5, 11)  # the May holiday does not count
    just_before = datetime(2019, 5, 10, 22, 59, tzinfo=UTC)  # 11:59pm in London
    with pytest.raises(Refused):
        instalments.approve(instalment, by=director(), at=just_before)
    instalments.approve(instalment, by=director(), at=just_before + timedelta(minutes=2))
    assert instalment.bank_account == account


def test_the_old_account_stands_until_the_new_one_is_approved():
    grant = instalment_at(InstalmentStatus.SCHEDULED).grant
    old = grant.bank_accounts.get()
    new = account_entered(grant, at=PAYING, number="87654321")
    bank_accounts.call_back(new, **CALL_BACK, by=bank_checker(), at=PAYING)
    first = paid(grant.instalments.get(number=1))
    assert (first.bank_account, BankAccount.objects.get(pk=old.pk).status) == (old, BankAccountStatus.APPROVED)
    bank_accounts.approve(new, by=director(), at=PAYING)
    assert BankAccount.objects.get(pk=old.pk).status == BankAccountStatus.REPLACED
    assert Instalment.objects.get(pk=first.pk).bank_account == old


def test_new_details_void_what_was_approved_for_the_old_ones():
    instalment = instalment_at(InstalmentStatus.APPROVED)
    stale = Instalment.objects.get(pk=instalment.pk)
    account_approved(instalment.grant, at=PAYING, number="87654321")
    with pytest.raises(Refused):
        instalments.pay(stale, payment_reference="BACS", by=finance(), at=PAYING)
    row = Instalment.objects.get(pk=instalment.pk)
    assert (row.status, row.approved_by, row.bank_account) == (InstalmentStatus.SCHEDULED, None, None)


@pytest.mark.parametrize("step", ["prepare", "approve", "pay"])
def test_who_checked_the_details_takes_no_part_in_the_payment(step):
    states = {"prepare": "scheduled", "approve": "prepared", "pay": "approved"}
    instalment = instalment_at(InstalmentStatus(states[step]))
    checker = bank_checker()
    for role in (Role.OFFICER, Role.DIRECTOR):
        hold(checker, role)
    checker = User.objects.get(pk=checker.pk)
    checker.is_superuser = True
    takes = {
        "prepare": lambda: instalments.prepare(instalment, by=checker, at=PAYING),
        "approve": lambda: instalments.approve(instalment, by=checker, at=PAYING),
        "pay": lambda: instalments.pay(instalment, payment_reference="BACS", by=checker, at=PAYING),
    }
    with pytest.raises(Refused) as refusal:
        takes[step]()
    assert refusal.value.code == f"grants.{step}_instalment"
    assert not checker.has_perm(f"grants.{step}_instalment", instalment)


def test_who_prepared_and_then_checked_new_details_is_found_out_at_the_approval():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    new = account_entered(instalment.grant, at=PAYING, number="87654321")
    bank_accounts.call_back(new, **CALL_BACK, by=officer(), at=PAYING)
    bank_accounts.approve(new, by=second_officer(), at=PAYING)
    with pytest.raises(Refused) as refusal:
        instalments.approve(instalment, by=director(), at=PAYING + timedelta(days=30))
    assert refusal.value.code == "checked_by_preparer"


def test_old_and_new_contacts_are_told():
    grant = grant_at(GrantStatus.ACCEPTED)
    former = editor_of(grant.organisation, is_signatory=True)
    account_entered(grant, by=former)
    former.memberships.all().delete()
    Letter.objects.all().delete()
    account_approved(grant, number="87654321")
    told = {template: set() for template in ("grants.bank_details_entered", "grants.bank_details_approved")}
    for letter in Letter.objects.filter(template__in=told):
        told[letter.template].add(letter.to_email)
    assert told == {template: {lead(grant.organisation).email, former.email} for template in told}


def test_refused_details_say_why_and_are_entered_again():
    account = account_at(BankAccountStatus.REFUSED)
    letter = Letter.objects.get(template="grants.bank_details_refused")
    assert account.get_why_refused_display() in letter.body
    assert account_entered(account.grant).status == BankAccountStatus.ENTERED


def test_a_renewed_key_reads_the_details_and_breaks_no_seal(settings):
    account = account_entered(grant_at(GrantStatus.ACCEPTED))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-that-is-long-enough"
    call_command("renew_encryption")
    settings.SECRET_KEY_FALLBACKS = []
    row = BankAccount.objects.get(pk=account.pk)
    assert row.sealed_details != account.sealed_details
    assert row.details["number"] == "12345678"
    assert list(invariants.breaches(PAYING)) == []


def test_the_organisation_enters_its_details_on_a_page(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    address = reverse("grant_bank_account", args=[grant.reference])
    client.force_login(lead(grant.organisation))
    typed = {"account_name": "Own Charity", "sort_code": "000001", "number": "12345678"}
    assert "is_own" in client.post(address, typed).context["form"].errors
    assert client.post(address, {**typed, "is_own": "on"}).status_code == 302
    page = client.get(address).text
    assert "Ends in 5678" in page
    assert "12345678" not in page
    assert "Own Charity" not in page or grant.organisation.name == "Own Charity"


def test_the_admin_shows_the_last_digits_and_the_call_back(client):
    account = account_at(BankAccountStatus.APPROVED)
    client.force_login(director())
    page = client.get(account.get_absolute_url()).text
    assert "5678" in page
    assert ACCOUNT["number"] not in page
    assert account.get_spoke_to_display() in page
    assert ACCOUNT["number"] not in client.get(reverse("admin:grants_bankaccount_changelist")).text
    assert (
        client.get(reverse("admin:grants_bankaccount_changelist"), {"q": ACCOUNT["number"]}).context["cl"].result_count
        == 0
    )


def test_a_grant_that_nobody_can_pay_is_on_the_lead_s_list():
    from core.work_queue import for_person

    grant = grant_at(GrantStatus.ACCEPTED)
    by = lead(grant.organisation)
    address = reverse("grant_bank_account", args=[grant.reference])
    assert address in [item.url for item in for_person(by, PAYING)]
    account_entered(grant)
    assert address not in [item.url for item in for_person(User.objects.get(pk=by.pk), PAYING)]


def test_approving_a_payment_names_the_account_on_the_trail():
    instalment = approved(instalment_at(InstalmentStatus.SCHEDULED))
    (line,) = Entry.objects.filter(event="instalment approved", thing_id=str(instalment.pk))
    assert line.detail["account"] == "ends in 5678"
