"""The grant is extended: asked for, agreed to, decided by two, signed by both; then its final report and last payment."""

from tests.journeys import post
from tests.journeys.journey import Journey
from tests.journeys.people import (
    CHAIR,
    CHARITY,
    DIRECTOR,
    FINANCE,
    FUNDER,
    LEAD,
    LINE_MANAGER,
    NOBODY,
    OFFICER,
    SECOND_OFFICER,
    SECONDEE,
)
from tests.journeys.visitor import Person
from tests.sentences import SAID

CHANGE = "/amendments/CII-G-2019-001/1/"
NAME = "CII-G-2019-001, change 1"
WORDS = ("What was done?", SAID.what_difference_did_it_make, "What was learnt?", "What was difficult?")


def step_13_asked(journey: Journey) -> None:
    """The lead asks for half a year more; the secondee and the host agree, each on their own page."""
    journey.at(2019, 11, 20)
    lead = journey.by(LEAD).open(journey.grant).follow("Changes of the grant").follow("Ask for an extension")
    lead.fill({"New last day": "2020-10-31", "Why?": "The boroughs ask for a second guide."}).shot("16-ask")
    lead.press("Ask for this extension").sees("Saturday 31 October 2020").shot("16-asked")
    assert lead.path == CHANGE
    for person in (SECONDEE, LINE_MANAGER):
        one = journey.by(person).open(CHANGE).sees("The boroughs ask for a second guide.")
        one.follow("Agree to this change").press("I agree to this change").shot("16-agreed")


def step_13_decided(journey: Journey) -> None:
    """One officer approves and cannot confirm; another confirms; nothing has changed yet."""
    officer, second = journey.by(OFFICER), journey.by(SECOND_OFFICER)
    officer.at_desk("Amendments").follow(NAME).follow("Approve").press("Approve").shot("16-approved")
    assert officer.links("Confirm") == []
    second.at_desk("Amendments").follow(NAME).follow("Confirm").press("Confirm").shot("16-confirmed")
    journey.by(LEAD).open(journey.grant).sees("5 May 2020").misses("31 October 2020")


def step_13_signed(journey: Journey) -> None:
    """Signatory and director sign; with the second name the dates and sums of grant and placement have moved."""
    for person, party in ((CHAIR, CHARITY), (DIRECTOR, FUNDER)):
        one = journey.by(person).open(f"{CHANGE}sign/").shot("16-sign")
        one.fill({"Your full name": person.name, SAID.i_have_read_the_agreement.format(party): True})
        one.press("Sign the agreement")
    journey.by(LEAD).open(journey.grant).sees("31 October 2020").shot("16-grant")
    journey.by(SECONDEE).open(journey.placement).sees("31 October 2020").shot("16-placement")
    lead = journey.by(LEAD).open(journey.grant)
    assert [row[1] for row in lead.rows(SAID.instalments_of_the_grant)][-1] == "30 November 2020"


def step_13_final_report(journey: Journey) -> None:
    """What is held back waits for the final report; once it is accepted, three people pay it."""
    journey.at(2020, 11, 9)
    officer = journey.by(OFFICER)
    number = journey.by(LEAD).open(journey.grant).rows(SAID.instalments_of_the_grant)[-1][0]
    officer.at_desk("Instalments").follow(f"CII-G-2019-001, {number}").shot("16-held-back").press("Prepare")
    payment = officer.path
    assert journey.by(DIRECTOR).open(payment).links("Approve") == []
    for report in reports_to_come(journey):
        lead = journey.by(LEAD).open(f"{journey.grant}reports/{report}/")
        lead.fill({**dict.fromkeys(WORDS, "As it went."), "Summary for the host": "Two guides."})
        lead.press("Submit the report")
        accept(journey, OFFICER, f"CII-G-2019-001, {report}")
    director, finance = journey.by(DIRECTOR), journey.by(FINANCE)
    director.open(payment).follow("Approve").press("Approve").sees("is approved")
    finance.open(payment).follow("Record as paid").fill({"Payment reference": "BACS 4790"}).press("Record as paid")
    post.letter(LEAD.email, SAID.remittance_advice_instalment_of_grant.format(number, "CII-G-2019-001"))
    journey.by(NOBODY).open("/grants/").sees("CII-G-2019-001").misses("£29,700.60").shot("16-published")


def reports_to_come(journey: Journey) -> list[int]:
    """The numbers of the reports after the first, as the grant's page links them."""
    links = journey.by(LEAD).open(journey.grant).page.xpath("//a[contains(@href, '/reports/')]/@href")
    return sorted({int(link.rstrip("/").rsplit("/", 1)[1]) for link in links} - {1})


def accept(journey: Journey, person: Person, name: str) -> None:
    officer = journey.by(person).at_desk("Evaluation reports").follow(name)
    officer.follow("Accept").press("Accept").sees("is accepted")
