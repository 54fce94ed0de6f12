"""Who may do what with calls, applications, assessments and visits: the policy, readable as it is."""

from applications.rules import assessing, calls, expressions
from applications.rules.applications import is_clear_committee
from applications.rules.steps import may

__all__ = ["assessing", "calls", "expressions", "is_clear_committee", "may"]
