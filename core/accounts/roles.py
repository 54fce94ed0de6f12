"""The ten roles. Each is held in a programme, the administrator's in the installation; a person may hold several."""

from django.db.models import TextChoices


class Role(TextChoices):
    """The closed list of roles that people are given (members and secondees are told by their records)."""

    OFFICER = "Grants officer", "Grants officer"
    DIRECTOR = "Grants director", "Grants director"
    FINANCE = "Finance officer", "Finance officer"
    COMMITTEE = "Committee member", "Committee member"
    FUNDER_ASSESSOR = "Funder assessor", "Funder assessor"
    HOST_ASSESSOR = "Host assessor", "Host assessor"
    LINE_MANAGER = "Host line manager", "Host line manager"
    PROGRAMME_MANAGER = "Host programme manager", "Host programme manager"
    LEARNING_PARTNER = "Learning partner", "Learning partner"
    ADMINISTRATOR = "Administrator", "Administrator"


# Roles that decide, pay or give roles: asked for by one administrator and confirmed by another.
CONFIRMED_ROLES = frozenset({Role.OFFICER, Role.DIRECTOR, Role.FINANCE, Role.COMMITTEE, Role.ADMINISTRATOR})

FUNDER_OFFICERS = frozenset({Role.OFFICER, Role.DIRECTOR})

ASSESSORS = frozenset({Role.FUNDER_ASSESSOR, Role.HOST_ASSESSOR})

# Read calls before they are published.
READS_CALLS = FUNDER_OFFICERS | ASSESSORS | {Role.COMMITTEE}

OPENS_ADMIN = frozenset(
    {
        Role.OFFICER,
        Role.DIRECTOR,
        Role.FINANCE,
        Role.COMMITTEE,
        Role.FUNDER_ASSESSOR,
        Role.HOST_ASSESSOR,
        Role.ADMINISTRATOR,
    },
)

SEES_ORGANISATIONS = frozenset({Role.OFFICER, Role.DIRECTOR, Role.FINANCE})
