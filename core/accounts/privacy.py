"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "User": {
        Class.OPEN: "id",
        Class.PERSONAL: (
            "password last_login is_superuser email name works_for is_staff is_active date_joined "
            "groups user_permissions"
        ),
    },
    "Organisation": {
        Class.OPEN: "id name aliases legal_form charity_number company_number address website",
    },
    "Programme": {
        Class.OPEN: (
            "id name slug reference_prefix funder host learning_partner fewest_placements most_placements titles "
            "organisations"
        ),
    },
    "RoleAssignment": {
        Class.OPEN: "id programme",
        Class.PERSONAL: "person role",
    },
    "Membership": {
        Class.OPEN: "id organisation",
        Class.PERSONAL: "person standing is_signatory joined_at",
    },
    "Invitation": {
        Class.OPEN: "id organisation expires_at",
        Class.PERSONAL: "email standing is_signatory token_digest invited_by invited_at accepted_at accepted_by",
    },
}
PRIVACY = classed(FIELDS)
