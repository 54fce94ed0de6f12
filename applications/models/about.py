"""How rows of an application lead to the people they are about (core/promises.py)."""

from core.promises import About

OF_CANDIDATE = "application__candidates__email application__candidates__corrected_email"
OF_CANDIDATE_OF_DOCUMENT = " ".join(f"document__{way}" for way in OF_CANDIDATE.split())
OF_CANDIDATE_OF_NOTE = " ".join(f"note__{way}" for way in OF_CANDIDATE.split())
OF_CANDIDATE_OF_VISIT = " ".join(f"visit__{way}" for way in OF_CANDIDATE.split())
OF_APPLICATION = (
    About(
        "candidates__email candidates__corrected_email",
        "whose_idea current_salary present_hours wants_enhancement other_funding funding_by_body declared_conflicts "
        "unparsed withdrawn_reason hold_reason",
        in_confidence="withdrawn_reason hold_reason",
    ),
    About("started_by", "contact_phone", is_of_others=True),
)
