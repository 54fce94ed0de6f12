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

# Who visits organisations for each side.
VISITS_FOR_FUNDER = FUNDER_OFFICERS | {Role.FUNDER_ASSESSOR}
VISITS_FOR_HOST = frozenset({Role.HOST_ASSESSOR, Role.PROGRAMME_MANAGER})

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

# Who says of every application of a call whether they have a conflict of interest; assessors of theirs.
DECLARES_FOR_ALL = FUNDER_OFFICERS | {Role.COMMITTEE}

# Roles that a case needs, for which whoever stood aside and holds one alone names a deputy.
STANDS_ALONE = (Role.OFFICER, Role.DIRECTOR)

# Whose holders in a programme are its Grants Committee.
DECIDES_ON_GRANTS = Role.COMMITTEE

# Who must be there for a call to be read, decided, signed and paid, in the order in which they act.
NEEDED_FOR_A_CALL = (
    Role.OFFICER,
    Role.FUNDER_ASSESSOR,
    Role.HOST_ASSESSOR,
    Role.COMMITTEE,
    Role.DIRECTOR,
    Role.FINANCE,
    Role.PROGRAMME_MANAGER,
    Role.LINE_MANAGER,
)

SEES_ORGANISATIONS = frozenset({Role.OFFICER, Role.DIRECTOR, Role.FINANCE})
