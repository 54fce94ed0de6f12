"""The funder's and the assessors' side of applications, one module per noun."""

from applications.admin import (
    admissions,
    applications,
    assessments,
    calls,
    expressions,
    invitations,
    programmes,
    visits,
)

__all__ = ["admissions", "applications", "assessments", "calls", "expressions", "invitations", "programmes", "visits"]
