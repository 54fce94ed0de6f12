"""The funder's side of grants, one module per noun."""

from grants.admin import (
    agenda,
    bank_accounts,
    decisions,
    fund,
    grants,
    instalments,
    openness,
    payment_runs,
    pool,
    repayments,
    reports,
)

__all__ = [
    "agenda",
    "bank_accounts",
    "decisions",
    "fund",
    "grants",
    "instalments",
    "openness",
    "payment_runs",
    "pool",
    "repayments",
    "reports",
]
