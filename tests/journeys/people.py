"""The cast: invented people, and who they work for."""

from tests.journeys.visitor import Person

FUNDER, HOST, PARTNER, CHARITY = "Trust for London", "Greater London Authority", "Renaisi", "Harbour Lane Advice"

ADMINISTRATOR = Person("Ada Minster", "ada@example.org")
SECOND_ADMINISTRATOR = Person("Abel Minster", "abel@example.org", roles=("Administrator",), works_for=FUNDER)
OFFICER = Person("Olive Officer", "olive@example.org", roles=("Grants officer",), works_for=FUNDER)
SECOND_OFFICER = Person("Otto Second", "otto@example.org", roles=("Grants officer",), works_for=FUNDER)
DIRECTOR = Person("Dora Director", "dora@example.org", roles=("Grants director",), works_for=FUNDER)
FINANCE = Person("Finn Ledger", "finn@example.org", roles=("Finance officer",), works_for=FUNDER)
COMMITTEE = Person("Cora Committee", "cora@example.org", roles=("Committee member",), works_for=FUNDER)
TRUST_ASSESSOR = Person("Tess Truman", "tess@example.org", roles=("Funder assessor",), works_for=FUNDER)
HOST_ASSESSOR = Person("Hugo Hall", "hugo@example.org", roles=("Host assessor",), works_for=HOST)
LINE_MANAGER = Person("Lena Lines", "lena@example.org", roles=("Host line manager",), works_for=HOST)
PROGRAMME_MANAGER = Person("Priya Place", "priya@example.org", roles=("Host programme manager",), works_for=HOST)
LEARNING = Person("Lars Learner", "lars@example.org", roles=("Learning partner",), works_for=PARTNER)
INVITED = (
    OFFICER,
    SECOND_OFFICER,
    DIRECTOR,
    FINANCE,
    COMMITTEE,
    TRUST_ASSESSOR,
    HOST_ASSESSOR,
    LINE_MANAGER,
    PROGRAMME_MANAGER,
    LEARNING,
)

LEAD = Person("Amina Harbour", "amina@example.org")
CHAIR = Person("Sam Signatory", "sam@example.org")
SECONDEE = Person("Noor Newcomer", "noor@example.org")
HOME_MANAGER = Person("Hana Homely", "hana@example.org")
NOBODY = Person("Somebody without an account", "nobody@example.org")
