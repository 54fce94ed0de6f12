"""Who may do what with payments: an officer prepares, the director approves, finance pays, others check the account."""

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.accounts.rules import has_role, is_finance, is_lead, is_member_of, is_signatory
from core.permissions import in_state, permit
from grants.lifecycle import (
    AWARDED,
    BANK_ACCOUNT,
    INSTALMENT,
    ONCE_PAID,
    PAID_TO,
    PAYABLE,
    PAYMENT_RUN,
    PENDING,
    REPAYMENT,
    BankAccountStatus,
)
from grants.models import BankAccount, Grant, Instalment, PaymentRun, Repayment
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
def did_not_pay(person: Person, instalment: Instalment | None) -> bool:
    return instalment is None or person.pk != instalment.paid_by_id


@predicate
def is_paid_to(person: Person, instalment: Instalment | None) -> bool:
    return instalment is not None and is_member_of(person, instalment.grant)


@predicate
def was_paid(_person: Person, instalment: Instalment | None) -> bool:
    return instalment is not None and instalment.status in ONCE_PAID


@predicate
def is_payable(_person: Person, instalment: Instalment | None) -> bool:
    return instalment is not None and instalment.grant.status in PAYABLE


@predicate
def may_be_allowed(_person: Person, instalment: Instalment | None) -> bool:
    return instalment is not None and instalment.status in PENDING and instalment.overdue_allowed_at is None


permit("grants.view_instalment", is_paid_to | reads_grants)
permit("grants.view_instalment_history", reads_salaries)
# It names the bank account, and tells of a payment that was made, whether it stood or not.
permit("grants.view_remittance", is_paid_to | keeps_bank_accounts, when=was_paid)
permit(
    "grants.prepare_instalment",
    is_caseworker & checked_no_account,
    "Only a grants officer without a conflict of interest can prepare a payment, and only if someone else checked the "
    "bank details.",
    when=is_payable & in_state(INSTALMENT, "prepare"),
)
permit(
    "grants.allow_instalment",
    is_caseworker,
    "Only a grants officer without a conflict of interest can allow a payment although a report is overdue.",
    when=is_payable & may_be_allowed,
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
permit(
    "grants.give_back_instalment",
    is_payer,
    "Only a finance officer without a conflict of interest can record that the bank returned a payment.",
    when=in_state(INSTALMENT, "give_back"),
)
permit(
    "grants.reverse_instalment",
    (keeps_grants | is_payer) & did_not_pay,
    "Someone who did not record the payment must reverse it: a finance officer, a grants officer or the director, "
    "without a conflict of interest.",
    when=in_state(INSTALMENT, "reverse"),
    asks_again=True,
)
permit("grants.withhold_instalment", keeps_grants, ONLY_OFFICE, when=in_state(INSTALMENT, "withhold"))
permit("grants.reinstate_instalment", keeps_grants, ONLY_OFFICE, when=in_state(INSTALMENT, "reinstate"))

# --- Payment runs ---


@predicate
def is_clear_of_run(person: Person, run: PaymentRun | None) -> bool:
    """Has declared no conflict of interest with a case that this run pays."""
    return run is None or all(is_clear_of_grant(person, row) for row in run.instalments.select_related("grant"))


@predicate
def pays_all_of_run(person: Person, run: PaymentRun | None) -> bool:
    """May pay each payment of the run."""
    if run is None:
        return bool(is_payer(person))
    parts = took_no_part & checked_no_account
    return bool(is_payer(person, run)) and all(parts(person, row) for row in run.instalments.select_related("grant"))


keeps_runs = has_role(*KEEPS_BANK_ACCOUNTS) & is_clear_of_run
ONLY_PAYERS = (
    "Only a finance officer who took no part in these payments can do this: someone who neither prepared nor approved "
    "one of them, nor checked bank details, and has no conflict of interest."
)
permit("grants.view_paymentrun", keeps_runs)
permit("grants.view_paymentrun_history", keeps_runs)
permit(
    "grants.take_paymentrun",
    is_finance & pays_all_of_run & is_clear_of_run,
    ONLY_PAYERS,
    when=in_state(PAYMENT_RUN, "pay"),
    asks_again=True,
)
permit(
    "grants.pay_paymentrun",
    is_finance & pays_all_of_run & is_clear_of_run,
    ONLY_PAYERS,
    when=in_state(PAYMENT_RUN, "pay"),
    asks_again=True,
)

# --- Repayments: one asks, another records what came in ---


@predicate
def did_not_ask(person: Person, repayment: Repayment | None) -> bool:
    return repayment is None or person.pk != repayment.asked_by_id


@predicate
def did_not_receive(person: Person, repayment: Repayment | None) -> bool:
    return repayment is None or person.pk != repayment.received_by_id


@predicate
def pays_back(person: Person, repayment: Repayment | None) -> bool:
    return repayment is not None and is_member_of(person, repayment.grant)


@predicate
def was_agreed(_person: Person, grant: Grant | None) -> bool:
    return grant is not None and grant.status in AWARDED


permit("grants.view_repayment", pays_back | reads_salaries)
permit("grants.view_repayment_history", reads_salaries)
permit("grants.ask_repayment", keeps_grants, ONLY_OFFICE, when=was_agreed)
permit("grants.withdraw_repayment", keeps_grants, ONLY_OFFICE, when=in_state(REPAYMENT, "withdraw"))
permit(
    "grants.receive_repayment",
    is_payer & did_not_ask,
    "Only a finance officer without a conflict of interest can record a repayment, and only if someone else asked for "
    "it.",
    when=in_state(REPAYMENT, "receive"),
    asks_again=True,
)
permit(
    "grants.reverse_repayment",
    (keeps_grants | is_payer) & did_not_receive,
    "Someone who did not record the repayment must reverse it: a finance officer, a grants officer or the director, "
    "without a conflict of interest.",
    when=in_state(REPAYMENT, "reverse"),
    asks_again=True,
)
