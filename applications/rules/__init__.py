"""Who may do what with calls, applications, assessments and visits, and the sentences that refuse it."""

from applications.rules import (
    applications,
    assessments,
    calls,
    deputies,
    dossiers,
    expressions,
    joint_views,
    messages,
    names,
    notes,
    role_drafts,
    visit_slots,
    visit_words,
)

__all__ = [
    "applications",
    "assessments",
    "calls",
    "deputies",
    "dossiers",
    "expressions",
    "joint_views",
    "messages",
    "names",
    "notes",
    "role_drafts",
    "visit_slots",
    "visit_words",
]
