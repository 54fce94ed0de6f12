"""How much each field says about a person: the class of every field here, which retention follows."""

from cii.privacy import Class, Fields, classed

FIELDS: Fields = {
    "Entry": {
        Class.OPEN: "id at event thing_type thing_id",
        Class.PERSONAL: "by thing_label detail",
    },
    "StoodAside": {
        Class.OPEN: "id",
    },
}
PRIVACY = classed(FIELDS)
