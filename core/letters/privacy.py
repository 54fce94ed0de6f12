"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "Letter": {
        Class.OPEN: (
            "id template programme is_secret status message_id posted_at next_try_at claimed_at sent_at attempts "
            "erased_at erased_under"
        ),
        Class.PERSONAL: "key to_email to_user subject body attachments calendar problem",
    },
}
PRIVACY = classed(FIELDS)
