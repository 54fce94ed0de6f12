"""Who may do what with decisions, grants, payments, reports and the pooled fund, and the sentences that refuse it."""

from grants.rules import decisions as decisions
from grants.rules.fund import KEEPS_FUND
from grants.rules.grants import (
    CASEWORKER,
    FUNDER_SIGNATORY,
    READS_GRANTS,
    READS_REPORTS,
    READS_SALARIES,
    is_clear_of_grant,
    is_payer,
    keeps_grants,
    party_of,
)
from grants.rules.payments import KEEPS_BANK_ACCOUNTS

__all__ = [
    "CASEWORKER",
    "FUNDER_SIGNATORY",
    "KEEPS_BANK_ACCOUNTS",
    "KEEPS_FUND",
    "READS_GRANTS",
    "READS_REPORTS",
    "READS_SALARIES",
    "is_clear_of_grant",
    "is_payer",
    "keeps_grants",
    "party_of",
]
