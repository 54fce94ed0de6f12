"""From the committee's decision to the evaluation reports."""

from grants.models.agreement import Agreement, Signature
from grants.models.bank import BankAccount
from grants.models.budget_line import BudgetLine
from grants.models.condition_template import ConditionTemplate
from grants.models.decision import Decision
from grants.models.fund import Funder
from grants.models.grant import Grant, Variation
from grants.models.payment import Instalment
from grants.models.payment_run import PaymentRun
from grants.models.pool import Allocation, Contribution, LedgerLine
from grants.models.public_outcome import PublicOutcome
from grants.models.repayment import Repayment
from grants.models.report import EvaluationReport
from grants.models.report_schedule import ReportSchedule

__all__ = [
    "Agreement",
    "Allocation",
    "BankAccount",
    "BudgetLine",
    "ConditionTemplate",
    "Contribution",
    "Decision",
    "EvaluationReport",
    "Funder",
    "Grant",
    "Instalment",
    "LedgerLine",
    "PaymentRun",
    "PublicOutcome",
    "Repayment",
    "ReportSchedule",
    "Signature",
    "Variation",
]
