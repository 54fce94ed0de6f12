"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "CommitteeMeeting": {
        Class.OPEN: "id programme held_on",
        Class.PERSONAL: "note",
    },
    "Decision": {
        Class.OPEN: (
            "id application meeting outcome post days_per_week months starts_on conditions status "
            "recorded_at confirmed_at released_at erased_at erased_under"
        ),
        Class.PERSONAL: "reasons recorded_by confirmed_by released_by",
    },
    "Funder": {
        Class.OPEN: "id programme organisation is_housing",
    },
    "Grant": {
        Class.OPEN: (
            "id reference programme decision organisation post title description status days_per_week "
            "starts_on ends_on total is_illustrative offered_at accepted_at declined_at agreed_on "
            "changed_at ended_on erased_at erased_under"
        ),
        Class.PERSONAL: "conditions accepted_by declined_by declined_reason",
        Class.FINANCIAL: "current_salary wants_enhancement is_above_band",
    },
    "Variation": {
        Class.OPEN: "id grant from_on to_on total recorded_at",
        Class.PERSONAL: "reason recorded_by",
    },
    "BudgetLine": {
        Class.OPEN: "id grant variation kind position",
        Class.FINANCIAL: "amount workings",
    },
    "Agreement": {
        Class.OPEN: "id grant sha256 generated_at",
        Class.PERSONAL: "generated_by",
        Class.FINANCIAL: "document",
    },
    "Signature": {
        Class.OPEN: "id agreement party sha256 signed_at",
        Class.PERSONAL: "signed_by name_typed",
    },
    "Instalment": {
        Class.OPEN: "id grant number due_on status prepared_at approved_at paid_at",
        Class.PERSONAL: "prepared_by approved_by paid_by withheld_reason",
        Class.FINANCIAL: "amount payment_reference",
    },
    "EvaluationReport": {
        Class.OPEN: (
            "id grant number covers_from_on covers_to_on due_on status saved_at submitted_at returned_at accepted_at"
        ),
        Class.PERSONAL: (
            "progress difference learning difficulties submitted_by returned_by returned_reason accepted_by"
        ),
    },
}
PRIVACY = classed(FIELDS)
