"""Which decisions, grants, payments and reports a person sees, and which wait for their work."""

from grants.visibility.grants import (
    agreements_to_prepare,
    agreements_to_sign,
    as_or_for,
    contributions_given,
    decisions_to_confirm,
    decisions_to_release,
    grants_with_salary,
    outcomes_to_publish,
    reports_to_read,
    who_may_confirm,
    without_conflict,
)
from grants.visibility.payments import (
    bank_accounts_to_approve,
    bank_accounts_to_check,
    grants_without_bank_account,
    instalments_to_approve,
    instalments_to_pay,
    instalments_to_prepare,
    payment_runs_to_pay,
    repayments_to_receive,
)

__all__ = [
    "agreements_to_prepare",
    "agreements_to_sign",
    "as_or_for",
    "bank_accounts_to_approve",
    "bank_accounts_to_check",
    "contributions_given",
    "decisions_to_confirm",
    "decisions_to_release",
    "grants_with_salary",
    "grants_without_bank_account",
    "instalments_to_approve",
    "instalments_to_pay",
    "instalments_to_prepare",
    "outcomes_to_publish",
    "payment_runs_to_pay",
    "repayments_to_receive",
    "reports_to_read",
    "who_may_confirm",
    "without_conflict",
]
