"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "Goal": {
        Class.OPEN: "id title from_year to_year programme",
    },
    "Strand": {
        Class.OPEN: "id title from_year to_year programme",
    },
    "Counter": {
        Class.OPEN: "prefix last",
    },
    "Call": {
        Class.OPEN: (
            "id programme kind title slug summary brief goal strands opens_at closes_at grace_seconds "
            "visits_from_on visits_to_on decision_week_on start_month_on band_minimum band_maximum "
            "backfill management_fee on_costs_percent least_days term_months longest_extension_months "
            "pay_principle status published_at"
        ),
        Class.PERSONAL: "published_by",
    },
    "Post": {
        Class.OPEN: "id call job_title grade team purpose accountabilities person_specification competencies",
    },
    "Criterion": {
        Class.OPEN: "id call letter label guidance weight meanings",
    },
    "Question": {
        Class.OPEN: "id call section position label hint word_limit criterion",
    },
    "Clarification": {
        Class.OPEN: "id call question answer published_at",
        Class.PERSONAL: "published_by",
    },
    "CallInvitation": {
        Class.OPEN: (
            "id call invited organisation code_digest most_uses uses expires_at issued_at withdrawn_at "
            "erased_at erased_under"
        ),
        Class.PERSONAL: "email issued_by",
    },
    "LateAdmission": {
        Class.OPEN: "id call organisation closes_at asked_at confirmed_at erased_at erased_under",
        Class.PERSONAL: "reason asked_by confirmed_by",
    },
    "ExpressionOfInterest": {
        Class.OPEN: "id reference programme organisation status sent_at call answered_at erased_at erased_under",
        Class.PERSONAL: "about person_in_mind sent_by outcome answered_by",
    },
    "ExpressedStrand": {
        Class.OPEN: "id expression strand",
        Class.PERSONAL: "text",
    },
    "Conversation": {
        Class.OPEN: "id expression spoken_on noted_at",
        Class.PERSONAL: "text noted_by",
    },
    "EqualityQuestion": {
        Class.OPEN: "id programme position label answers",
    },
    "EqualityTally": {
        Class.OPEN: "id call half_year question answer",
        Class.SPECIAL: "count",
    },
    "EqualityLink": {
        Class.OPEN: "id call token_digest",
    },
    "Application": {
        Class.OPEN: (
            "id draft_reference reference organisation post call status version started_at "
            "days_per_week months earliest_start_on submitted_at withdrawn_at shortlisted_at "
            "released_at own_closes_at invitation expression came_by came_at is_rehearsal erased_at erased_under"
        ),
        Class.PERSONAL: (
            "started_by entered_by contact_phone whose_idea present_hours submitted_by withdrawn_reason hold_reason"
        ),
        Class.SPECIAL: "declared_conflicts",
        Class.FINANCIAL: "current_salary wants_enhancement other_funding",
    },
    "SectionSave": {
        Class.OPEN: "id application section version saved_at window edits",
        Class.PERSONAL: "saved_by",
    },
    "Answer": {
        Class.OPEN: "id application question",
        Class.PERSONAL: "text",
    },
    "Candidate": {
        Class.OPEN: "id application",
        Class.PERSONAL: (
            "name email job_title status token_digest asked_at confirmed_at confirmed_digest declined_at withdrawn_at "
            "remark remarked_at"
        ),
    },
    "Document": {
        Class.OPEN: (
            "id application kind content_type size sha256 received_at replaced_at scan scan_next_at scanned_at "
            "taken_out_at"
        ),
        Class.PERSONAL: "original_name received_from",
        Class.SPECIAL: "file",
    },
    "Interest": {
        Class.OPEN: "id application",
        Class.PERSONAL: "person has_conflict declared_at",
        Class.SPECIAL: "explanation",
    },
    "Assessment": {
        Class.OPEN: "id application party status assigned_at begun_at completed_at recused_at",
        Class.PERSONAL: "assessor overall_view assigned_by",
    },
    "Score": {
        Class.OPEN: "id assessment criterion",
        Class.PERSONAL: "score reason",
    },
    "AssessmentVisit": {
        Class.OPEN: "id application status starts_at minutes uid sequence arranged_at held_at",
        Class.PERSONAL: "place arranged_by absence_reason notes",
    },
    "Attendee": {
        Class.OPEN: "id visit capacity",
        Class.PERSONAL: "name email attended",
    },
}
PRIVACY = classed(FIELDS)
