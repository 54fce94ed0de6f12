"""What is published and what is learnt: the award as open data, placements to take away, history in words."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl

from tests.journeys.journey import Journey
from tests.journeys.people import CHARITY, HOME_MANAGER, LEAD, LEARNING, LINE_MANAGER, NOBODY, OFFICER, SECONDEE
from tests.journeys.visitor import Visitor
from tests.sentences import SAID

NAMES = tuple(word for one in (SECONDEE, LINE_MANAGER, HOME_MANAGER, LEAD) for word in (one.name, one.email))
SUMS = ("32000", "32,000", "29700", "29,700", "19200", "4500.6", "7425")
PLACEMENT = {
    "reference": "CII-P-2019-001",
    "organisation": CHARITY,
    "organisation_id": "GB-CHC-123456",
    "post": "Citizenship and Integration Project Adviser",
    "strands": "Social contact",
    "from": "2019-05-06",
    "to": "2020-05-05",
    "months": "12.0",
    "days_a_week": "3.0",
    "status": "active",
    "pay_band": "within the band",
    "milestones": "1",
    "milestones_done": "1",
    "sign_off_days": "6",
}
APPLICATION = [
    "Application started by Amina Harbour",
    "Proposed secondee named by Amina Harbour",
    "CV uploaded by Amina Harbour",
    "Supporting statement uploaded by Amina Harbour",
    "Proposed secondee asked by Amina Harbour",
    "Proposed secondee confirmed through their own link",
    "Application submitted by Amina Harbour",
    "No conflict of interest declared by Olive Officer",
    "Outcome of shortlisting prepared by Olive Officer",
    "Application shortlisted by Olive Officer",
    "Assessor assigned by Olive Officer",
    "Assessor assigned by Olive Officer",
    "Visit arranged by Olive Officer",
    "Visit held by Olive Officer",
    "No conflict of interest declared by Tess Truman",
    "No conflict of interest declared by Hugo Hall",
    "Assessment complete by Tess Truman",
    "Assessment complete by Hugo Hall",
    "View of a side recorded by Tess Truman",
    "View of a side recorded by Hugo Hall",
    "Views of funder and host opened by Hugo Hall",
    "No conflict of interest declared by Cora Committee",
    "No conflict of interest declared by Otto Second",
    "No conflict of interest declared by Dora Director",
    "Grant offered by Dora Director",
    "Offer accepted by Amina Harbour",
]
PLACED = [
    "Placement opened by Priya Place",
    "Working days chosen by Priya Place",
    "Step recorded by Priya Place",
    "Step recorded by Priya Place",
    "Step confirmed by Amina Harbour",
    "Step recorded by Amina Harbour",
    "Step recorded by Lena Lines",
    "Step recorded by Lena Lines",
    "Step confirmed by Hana Homely",
    "Placement started by Priya Place",
    "Objective added by Noor Newcomer",
    "Milestone added by Lena Lines",
    "Concern raised on the workplan by Hana Homely",
    "Concern answered by Lena Lines",
    "Workplan agreed by Hana Homely",
    "Milestone under way by Noor Newcomer",
    "Sign-off asked for by Noor Newcomer",
    "Sign-off given by Lena Lines",
    "Milestone done by Noor Newcomer",
]


def step_12_published(journey: Journey) -> None:
    """Anybody finds the award on the list and in the 360Giving data, without a person's name or salary."""
    public = journey.by(NOBODY)
    public.open("/grants/").sees(CHARITY, "£29,700.60", "CII-G-2019-001").misses(*NAMES, "32,000").shot("15-grants")
    record = json.loads(public.fetch("/grants/360giving.json"))["grants"][0]
    assert record["amountAwarded"] == 29700.6
    assert record["currency"] == "GBP"
    assert record["awardDate"] == "2019-04-10"
    assert record["recipientOrganization"][0]["id"] == "GB-CHC-123456"
    assert record["recipientOrganization"][0]["name"] == CHARITY
    table = public.fetch("/grants/360giving.csv").decode("utf-8-sig")
    row = next(csv.DictReader(StringIO(table)))
    assert (row["Amount Awarded"], row["Award Date"]) == ("29700.60", "2019-04-10")
    assert (row["Recipient Org:Name"], row["Recipient Org:Identifier"]) == (CHARITY, "GB-CHC-123456")
    whole = json.dumps(record) + table
    assert [word for word in (*NAMES, "32000", "19200") if word in whole] == []


def step_12_taken_away(journey: Journey) -> None:
    """The learning partner takes the placements as CSV and as XLSX: no names, no salaries, no sums."""
    lars = journey.by(LEARNING)
    lars.open("/home/").shot("15-home-learning")
    lars.open("/learning/").shot("15-learning").follow(SAID.choose_years_and_columns).sees("CII-P-2019-001")
    lars.misses(*NAMES, *SUMS).shot("15-exports")
    table = lars.fetch(lars.links("Download CSV")[0]).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(table)))
    assert len(rows) == 1
    assert {name: rows[0][name] for name in PLACEMENT} == PLACEMENT
    sheet = openpyxl.load_workbook(BytesIO(lars.fetch(lars.links("Download XLSX")[0])))["Placements"]
    titles, values = list(sheet.iter_rows(values_only=True))
    assert len(titles) == len(rows[0])
    assert values[0] == "CII-P-2019-001"
    whole = table + " ".join(str(value) for value in values)
    assert [word for word in (*NAMES, *SUMS) if word in whole] == []


def step_12_learnt(journey: Journey) -> None:
    """The learning partner writes down what was found, and what changed because of it."""
    lars = journey.by(LEARNING)
    lars.open("/learning/").follow("Record a finding").shot("15-finding")
    lars.fill({"What was found": "Boroughs use what they helped to write.", SAID.evidence: "Six interviews."})
    lars.press("Record this finding").follow("Record what changed").shot("15-change")
    lars.fill({"What changed": "Boroughs now see drafts.", "Since": "2019-10-01"}).press("Record this change")
    lars.sees("Boroughs use what they helped to write.", "Boroughs now see drafts.").shot("15-learnt")


GRANT = [
    "Grant offered by Dora Director",
    "Offer accepted by Amina Harbour",
    "Agreement prepared by Olive Officer",
    "Agreement ready to sign by the service",
    "Agreement signed by Sam Signatory",
    "Agreement signed by Dora Director",
    "Grant agreed by Dora Director",
    "Grant active by Priya Place",
    "Evaluation report submitted by Amina Harbour",
    "Evaluation report returned by Olive Officer",
    "Evaluation report submitted by Amina Harbour",
    "Evaluation report accepted by Olive Officer",
]


def step_12_history(journey: Journey) -> None:
    """Whoever may see a thing can read its history in words."""
    lead, officer, noor = journey.by(LEAD), journey.by(OFFICER), journey.by(SECONDEE)
    assert history(lead.open(journey.grant)) == GRANT
    application = history(officer.open(journey.address_in_admin).shot("15-history-application"))
    assert [line for line in application if not line.startswith(("Section", "CV opened"))] == APPLICATION
    assert history(noor.open(journey.placement).shot("15-history-placement")) == PLACED


def history(visitor: Visitor) -> list[str]:
    """What happened, line by line, and who did it."""
    return [" ".join(one.text_content().split()) for one in visitor.page.xpath("//*[@class='cii-history__event']")]
