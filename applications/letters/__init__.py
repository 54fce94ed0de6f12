"""Which letters about calls and applications go to whom; how they are worded is in templates/applications/letters."""

from applications.letters import (
    applications,
    assessments,
    calls,
    candidates,
    messages,
    notes,
    recipients,
    visit_slots,
    visit_words,
)

__all__ = [
    "applications",
    "assessments",
    "calls",
    "candidates",
    "messages",
    "notes",
    "recipients",
    "visit_slots",
    "visit_words",
]
