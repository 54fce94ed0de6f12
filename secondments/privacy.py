"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "Placement": {
        Class.OPEN: (
            "id reference grant strands days_per_week starts_on ends_on status opened_at started_at ended_at "
            "erased_at erased_under"
        ),
        Class.PERSONAL: (
            "secondee line_manager home_manager works_monday works_tuesday works_wednesday "
            "works_thursday works_friday opened_by started_by"
        ),
    },
    "StartStep": {
        Class.OPEN: "id placement kind status due_on recorded_at confirmed_at",
        Class.PERSONAL: "happened_on note recorded_by confirmed_by waived_reason",
    },
    "Workplan": {
        Class.OPEN: "id placement version changed_at",
    },
    "Objective": {
        Class.OPEN: "id workplan position changed_in",
        Class.PERSONAL: "title",
    },
    "Milestone": {
        Class.OPEN: (
            "id objective due_on strand work influence status sign_off sign_off_asked_on "
            "sign_off_given_on done_on changed_in"
        ),
        Class.PERSONAL: "title",
    },
    "OrganisationView": {
        Class.OPEN: "id workplan of_version view said_at answered_at",
        Class.PERSONAL: "text said_by answer answered_by",
    },
}
PRIVACY = classed(FIELDS)
