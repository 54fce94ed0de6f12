"""Who may do what with placements, workplans and the steps before the start, and the sentences that refuse it."""

from secondments.rules import amendments, programme_steps
from secondments.rules.placements import is_secondee, manages_at_host
from secondments.rules.start_steps import (
    PARTIES,
    confirmer_of,
    confirms_step,
    consenter_of,
    consents_to_waiver,
    leads,
    left_in,
    line_managers,
    party_to_consent,
    programme_managers,
    programme_managers_of,
    recorder_of,
    records_step,
)

__all__ = [
    "PARTIES",
    "amendments",
    "confirmer_of",
    "confirms_step",
    "consenter_of",
    "consents_to_waiver",
    "is_secondee",
    "leads",
    "left_in",
    "line_managers",
    "manages_at_host",
    "party_to_consent",
    "programme_managers",
    "programme_managers_of",
    "programme_steps",
    "recorder_of",
    "records_step",
]
