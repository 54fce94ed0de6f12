"""From the committee's decision to the evaluation reports."""

from grants.models.decision import CommitteeMeeting, Decision
from grants.models.fund import Funder
from grants.models.grant import Agreement, BudgetLine, Grant, Signature, Variation
from grants.models.payment import Instalment
from grants.models.report import EvaluationReport

__all__ = [
    "Agreement",
    "BudgetLine",
    "CommitteeMeeting",
    "Decision",
    "EvaluationReport",
    "Funder",
    "Grant",
    "Instalment",
    "Signature",
    "Variation",
]
