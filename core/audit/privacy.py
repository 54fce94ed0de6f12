"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "Entry": {
        Class.OPEN: "id at event thing_type thing_id programme",
        Class.PERSONAL: "by thing_label detail",
    },
    "TriggerBypass": {
        Class.OPEN: "id",
    },
}
PRIVACY = classed(FIELDS)
