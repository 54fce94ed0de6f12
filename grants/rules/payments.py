"""Who may do what with payments: an officer prepares, the director approves, finance pays, others check the account."""

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.accounts.rules import has_role, is_lead, is_member_of, is_signatory
from core.permissions import in_state, permit
from grants.lifecycle import BANK_ACCOUNT, INSTALMENT, PAID_TO, PAYABLE, BankAccountStatus
from grants.models import BankAccount, Grant, Instalment
from grants.rules.grants import (
    ONLY_OFFICE,
    has_role_in_programme,
    is_caseworker,
    is_clear_of_grant,
    is_funder_signatory,
    is_payer,
    keeps_grants,
    reads_grants,
    reads_salaries,
)

Person = User | AnonymousUser

# --- Bank accounts: an organisation enters the details, one person calls back, another approves ---

KEEPS_BANK_ACCOUNTS = frozenset({*FUNDER_OFFICERS, Role.FINANCE})
keeps_bank_accounts = has_role(*KEEPS_BANK_ACCOUNTS) & is_clear_of_grant


@predicate
def is_of_account(person: Person, account: BankAccount | None) -> bool:
    return account is not None and is_member_of(person, account.grant)


@predicate
def has_no_part_in_account(person: Person, account: BankAccount | None) -> bool:
    """Neither belongs to the organisation nor entered or checked these details."""
    if account is None:
        return True
    parts = {account.entered_by_id, account.checked_by_id}
    return person.pk not in parts and not is_member_of(person, account.grant)


@predicate
def is_paid_here(_person: Person, grant: Grant | None) -> bool:
    return grant is not None and grant.status in PAID_TO and not grant.erased_at


@predicate
def checked_no_account(person: Person, instalment: Instalment | None) -> bool:
    """Did not call back about the bank account that payments of this grant go to."""
    if instalment is None or not isinstance(person, User):
        return True
    if "bank accounts checked" not in person.remembered:
        checked = BankAccount.objects.filter(checked_by=person, status=BankAccountStatus.APPROVED)
        person.remembered["bank accounts checked"] = frozenset(checked.values_list("grant", flat=True))
    return instalment.grant_id not in person.remembered["bank accounts checked"]


ONLY_BINDING = "Only a lead or an authorised signatory of the organisation can enter its bank details."
ONLY_OTHERS = (
    "Only a finance officer, a grants officer or the director can do this: someone without a conflict of interest, who "
    "did not enter or check these details and does not belong to the organisation."
)

permit("grants.view_bankaccount", is_of_account | keeps_bank_accounts)
permit("grants.view_bankaccount_history", keeps_bank_accounts)
permit(
    "grants.enter_bankaccount",
    (is_lead | is_signatory) & ~has_role_in_programme,
    ONLY_BINDING,
    when=is_paid_here,
    asks_again=True,
)
permit(
    "grants.check_bankaccount",
    keeps_bank_accounts & has_no_part_in_account,
    ONLY_OTHERS,
    when=in_state(BANK_ACCOUNT, "check"),
)
permit(
    "grants.approve_bankaccount",
    keeps_bank_accounts & has_no_part_in_account,
    ONLY_OTHERS,
    when=in_state(BANK_ACCOUNT, "approve"),
    asks_again=True,
)
permit("grants.refuse_bankaccount", keeps_bank_accounts, ONLY_OTHERS, when=in_state(BANK_ACCOUNT, "refuse"))

# --- Instalments ---


@predicate
def did_not_prepare(person: Person, instalment: Instalment | None) -> bool:
    return instalment is None or person.pk != instalment.prepared_by_id


@predicate
def took_no_part(person: Person, instalment: Instalment | None) -> bool:
    return instalment is None or person.pk not in {instalment.prepared_by_id, instalment.approved_by_id}


@predicate
def is_paid_to(person: Person, instalment: Instalment | None) -> bool:
    return instalment is not None and is_member_of(person, instalment.grant)


@predicate
def is_payable(_person: Person, instalment: Instalment | None) -> bool:
    return instalment is not None and instalment.grant.status in PAYABLE


permit("grants.view_instalment", is_paid_to | reads_grants)
permit("grants.view_instalment_history", reads_salaries)
permit(
    "grants.prepare_instalment",
    is_caseworker & checked_no_account,
    "Only a grants officer without a conflict of interest can prepare a payment, and only if someone else checked the "
    "bank details.",
    when=is_payable & in_state(INSTALMENT, "prepare"),
)
permit(
    "grants.approve_instalment",
    is_funder_signatory & did_not_prepare & checked_no_account,
    "Only the director can approve a payment, without a conflict of interest, and only if someone else prepared it and "
    "checked the bank details.",
    when=is_payable & in_state(INSTALMENT, "approve"),
    asks_again=True,
)
permit(
    "grants.pay_instalment",
    is_payer & took_no_part & checked_no_account,
    "Only a finance officer without a conflict of interest can pay, and only if someone else prepared and approved it "
    "and checked the bank details.",
    when=is_payable & in_state(INSTALMENT, "pay"),
    asks_again=True,
)
permit("grants.withhold_instalment", keeps_grants, ONLY_OFFICE, when=in_state(INSTALMENT, "withhold"))
permit("grants.reinstate_instalment", keeps_grants, ONLY_OFFICE, when=in_state(INSTALMENT, "reinstate"))
