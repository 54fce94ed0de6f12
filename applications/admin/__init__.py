"""The funder's and the assessors' side of applications, one module per noun."""

from applications.admin import (
    applications,
    assessments,
    calls,
    expressions,
    invitations,
    late_admissions,
    messages,
    notes,
    programmes,
    visit_slots,
    visits,
)

__all__ = [
    "applications",
    "assessments",
    "calls",
    "expressions",
    "invitations",
    "late_admissions",
    "messages",
    "notes",
    "programmes",
    "visit_slots",
    "visits",
]
