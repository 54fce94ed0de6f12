"""What the Initiative's published documents say of its history: funders, goals, rates, secondments, findings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from applications.budget import Rates
from core.accounts.models import Organisation

FUNDERS = (
    "Trust for London",
    "Unbound Philanthropy",
    "Paul Hamlyn Foundation",
    "Pears Foundation",
    "City Bridge Trust",
)

HOST, LEARNING_PARTNER = "Greater London Authority", "Renaisi"
DETAILS = {HOST: {"article": "the", "legal_form": Organisation.LegalForm.PUBLIC}}

GOALS = (
    ("Civic engagement", 2017, 2018),
    ("Young Londoners", 2017, 2018),
    ("Diversity, social contact and identity", 2017, 2018),
    ("Supporting Londoners to be active citizens", 2019, None),
    ("Tackling barriers and inequalities", 2019, None),
    ("Promoting shared experiences", 2019, None),
)

YOUNG, VOTERS, EU, CEREMONIES, WELCOME = (
    "Young Londoners",
    "Voter registration and political literacy",
    "EU Londoners",
    "Citizenship ceremonies",
    "Hostile environment and welcome",
)

RATES = Rates(Decimal(39501), Decimal(43602), backfill=Decimal(1000), management_fee=Decimal(5000))

PAY_PRINCIPLE = (
    "Everyone is treated alike: the grant pays the secondee's current salary, shared out by days and months, and lifts "
    "it to the lowest point of the host's pay band for the time of the secondment. Nobody is paid less than before."
)

WELCOMED = (
    "We welcome applications from groups that are under-represented in public service: organisations led by migrants "
    "or by people from minoritised communities, and secondees with experience of migration, disabled people, and "
    "people who have not worked in a public body before."
)


@dataclass(frozen=True)
class Past:
    """One secondment of the 2019 learning report's list; both days included, `first_end` before an extension."""

    organisation: str
    strands: tuple[str, ...]
    starts_on: date
    ends_on: date
    days: int = 3
    first_end: date | None = None


# A year from April ends on 31 March; "January to December" ends on 31 December.
SECONDMENTS = (
    Past("Just for Kids Law", (YOUNG,), date(2017, 4, 1), date(2018, 3, 31)),
    Past("Coram Children's Legal Centre", (YOUNG,), date(2017, 4, 1), date(2018, 3, 31)),
    Past("Migrants Organise", (VOTERS, WELCOME), date(2017, 4, 1), date(2018, 3, 31)),
    Past("Citizens UK", (CEREMONIES,), date(2017, 4, 1), date(2019, 3, 31), first_end=date(2018, 3, 31)),
    Past("Coram Children's Legal Centre", (YOUNG,), date(2018, 4, 1), date(2019, 3, 31)),
    Past("Just for Kids Law", (YOUNG,), date(2018, 4, 1), date(2019, 3, 31)),
    Past("New Europeans", (EU, WELCOME), date(2018, 4, 1), date(2020, 3, 31), first_end=date(2019, 3, 31)),
    Past("Hope Not Hate", (VOTERS,), date(2019, 1, 1), date(2019, 12, 31), days=5),
    Past("Project 17", (YOUNG, WELCOME), date(2019, 5, 1), date(2020, 4, 30)),
)

# Eight applied in 2017 and four were chosen; the other four are unnamed in the documents, so these names are invented.
CHOSEN = ("Just for Kids Law", "Coram Children's Legal Centre", "Migrants Organise", "Citizens UK")

INVENTED = ("Alder Street Project", "Harbour Welcome (invented)", "Lantern Advice (invented)", "Ninth Borough Forum")

FINDINGS = (
    (
        "Colleagues found it hard to know on which days a part-time secondee could be reached.",
        "Interviews for the 2019 learning report.",
        (),
    ),
    (
        "The early job title did not show the level at which secondees worked.",
        "Interviews for the 2018 interim report.",
        (("The job title changed from Officer to Adviser.", date(2018, 4, 1)),),
    ),
    (
        "One group could not both govern the fund and think about the wider environment.",
        "The governance described in the 2018 interim report.",
        (("Governance was split into an Advisory Board and a Reference Group.", date(2018, 4, 1)),),
    ),
    (
        "A secondment is worth most where type of role, the person's skills and the organisation's priorities line up.",
        "The 2019 learning report, across rounds of interviews and workshops.",
        (),
    ),
)

AREA = {"area": "London", "area_code": "E12000007"}
TITLES = {
    "Grants director": "Director of Grants",
    "Host programme manager": "Social Integration Manager",
    "secondee": "Citizenship and Integration Project Adviser",
}
