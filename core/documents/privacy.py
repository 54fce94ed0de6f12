"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "GeneratedDocument": {
        Class.OPEN: (
            "id thing_type thing_id kind name content_key is_frozen status sha256 requested_at next_try_at claimed_at "
            "made_at attempts"
        ),
        Class.FINANCIAL: "html file",
        Class.PERSONAL: "problem",
    },
}
PRIVACY = classed(FIELDS)
