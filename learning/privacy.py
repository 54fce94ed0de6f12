"""How much each field says about a person: the class of every field here, which retention follows."""

from core.privacy import Class, Fields, classed

FIELDS: Fields = {
    "Finding": {
        Class.OPEN: "id programme strand statement recorded_at",
        Class.PERSONAL: "evidence recorded_by",
    },
    "Change": {
        Class.OPEN: "id finding what since_on recorded_at",
        Class.PERSONAL: "recorded_by",
    },
}
PRIVACY = classed(FIELDS)
