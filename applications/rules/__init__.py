"""Who may do what with calls, applications, assessments and visits, and the sentences that refuse it."""

from applications.rules import applications, assessments, calls, expressions

__all__ = ["applications", "assessments", "calls", "expressions"]
