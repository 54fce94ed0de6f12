"""Who may do what with calls, applications, assessments and visits: the policy, readable as it is."""

from applications.rules import assessments, calls, expressions
from applications.rules.applications import is_clear_committee
from applications.rules.steps import may

__all__ = ["assessments", "calls", "expressions", "is_clear_committee", "may"]
