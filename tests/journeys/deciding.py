"""The committee decides, the organisation accepts, both sign, and three people make the first payment."""

from hashlib import sha256

from tests.journeys import post
from tests.journeys.assessing import declares_none
from tests.journeys.journey import Journey
from tests.journeys.people import (
    CHAIR,
    CHARITY,
    COMMITTEE,
    DIRECTOR,
    FINANCE,
    FUNDER,
    LEAD,
    OFFICER,
    SECOND_OFFICER,
    SECONDEE,
)
from tests.sentences import SAID

REASONS = "A strong record, and a secondee who knows the subject from practice."
LINES = [
    ("Salary £32,000 × 3/5 of a week × 12/12 of a year", "£19,200.00"),
    ("Salary enhancement (£39,501 − £32,000) × 3/5 of a week × 12/12 of a year", "£4,500.60"),
    ("Towards backfill In full, for recruiting cover", "£1,000.00"),
    ("Management fee In full", "£5,000.00"),
    ("The grant", "£29,700.60"),
]
INSTALMENTS = [
    ["1", "6 May 2019", "£7,425.15", "scheduled"],
    ["2", "6 August 2019", "£7,425.15", "scheduled"],
    ["3", "6 November 2019", "£7,425.15", "scheduled"],
    ["4", "6 February 2020", "£6,175.15", "scheduled"],
    ["5", "5 June 2020", "£1,250.00", "scheduled Held back until the final report is accepted"],
]


def step_7_record(journey: Journey) -> None:
    """An officer records what the committee decided; the same person cannot confirm it."""
    journey.at(2019, 4, 9)
    member = declares_none(journey.by(COMMITTEE))
    member.at_desk("Applications").follow(journey.reference).shot("09-committee")
    officer = journey.by(OFFICER)
    officer.at_desk("Meetings").follow("Add a meeting")
    committee = "Grants Committee, Citizenship and Integration Initiative"
    officer.fill({"Body": committee, "Held on": "2019-04-09"}).press("Save")
    officer.at_desk("Decisions").follow("Record a decision").follow(journey.reference)
    officer.choose("Decision", "Award").sees("£29,700.60")
    officer.fill({"Reasons": REASONS, "Conditions": "Tell us before Noor takes on other work."})
    officer.shot("09-record").press("Record the decision")
    officer.sees(SAID.so_someone_else_must_confirm).shot("09-recorded")
    assert officer.links("Confirm") == []
    journey.decision = officer.path


def step_7_release(journey: Journey) -> None:
    """Another officer confirms, the director releases; until then nobody outside can tell."""
    lead = journey.by(LEAD)
    lead.open(journey.application).misses("Offered", SAID.offered_a_grant_for_application, REASONS)
    second = declares_none(journey.by(SECOND_OFFICER))
    second.open(journey.decision).follow("Confirm").sees("£29,700.60").shot("09-confirm").press("Confirm")
    second.sees(SAID.you_have_confirmed_the_decision)
    lead.open(journey.application).misses("Offered", REASONS)
    director = declares_none(journey.by(DIRECTOR))
    director.open(journey.decision).follow("Release").sees(SAID.you_are_offered_a_grant_2).shot("09-release").press(
        "Release"
    )
    director.sees(SAID.you_have_released_the_decision).shot("09-released")
    post.letter(SECONDEE.email, SAID.has_been_offered_a_grant.format(CHARITY))
    offer = post.letter(LEAD.email, SAID.you_are_offered_a_grant.format(journey.reference))
    assert REASONS in str(offer.body)
    assert "£29,700.60" in str(offer.body)


def step_7_accept(journey: Journey) -> None:
    """The organisation's lead accepts the offer by the link in the letter."""
    lead = journey.by(LEAD)
    lead.open(post.link(LEAD.email, SAID.you_are_offered_a_grant_2, "/grants/")).sees("£29,700.60").shot("10-offer")
    journey.grant = lead.path
    assert journey.grant == "/grants/CII-G-2019-001/"
    lead.follow("Accept the offer").shot("10-accept").press("Accept the offer").shot("10-accepted")
    lead.open(journey.application).shot("10-application")


def step_8_agree(journey: Journey) -> None:
    """The agreement is prepared as a PDF, and signed by the organisation's signatory and the director."""
    journey.at(2019, 4, 10)
    officer = journey.by(OFFICER)
    officer.at_desk("Grants").follow("CII-G-2019-001").follow(SAID.prepare_the_funding_agreement)
    officer.press(SAID.prepare_the_funding_agreement).sees(SAID.is_ready_to_sign).shot("10-admin-grant")
    agreement = journey.by(CHAIR).open(journey.grant).fetch(f"{journey.grant}agreement.pdf")
    assert agreement.startswith(b"%PDF")
    journey.by(LEAD).open(f"{journey.grant}sign/").sees(SAID.you_are_not_an_authorised).shot("10-not-signatory")
    chair, director = journey.by(CHAIR), journey.by(DIRECTOR)
    chair.open(post.link(CHAIR.email, SAID.sign_the_funding_agreement_for, "/grants/")).shot("10-sign")
    sign = {"Your full name": CHAIR.name, SAID.i_have_read_the_agreement.format(CHARITY): True}
    chair.fill({**sign, "Your full name": "Another Name"}).press("Sign the agreement", refused=True)
    chair.sees(SAID.enter_your_full_name_as_it).shot("10-sign-wrong")
    chair.fill(sign).press("Sign the agreement").sees(f"Signed by {CHAIR.name}")
    director.open(f"{journey.grant}sign/").shot("10-sign-director")
    tick = SAID.i_have_read_the_agreement.format(FUNDER)
    director.fill({"Your full name": DIRECTOR.name, tick: True})
    director.press("Sign the agreement")
    lead = journey.by(LEAD)
    lead.open(journey.grant).sees(f"Signed by {CHAIR.name}", f"Signed by {DIRECTOR.name}").shot("10-agreed")
    assert sha256(agreement).hexdigest() in lead.words.replace(" ", "")  # shown in groups of eight
    assert lead.fetch(f"{journey.grant}agreement.pdf") == agreement
    post.letter(CHAIR.email, SAID.grant_is_agreed.format("CII-G-2019-001"))


def step_8_money(journey: Journey) -> None:
    """The grant has its lines and its instalments, exact to the penny."""
    lead = journey.by(LEAD)
    lead.open(journey.grant)
    assert lead.rows(SAID.instalments_of_the_grant) == INSTALMENTS
    assert [tuple(row) for row in lead.rows(SAID.the_lines_of_the_grant)] == LINES


def step_8_bank_details(journey: Journey) -> None:
    """The lead enters where to pay, one officer rings back, the director approves; only the last digits are shown."""
    journey.at(2019, 4, 11)
    lead = journey.by(LEAD).open(journey.grant).follow("Bank details").shot("11-bank-details")
    own = f"This is an account of {CHARITY}, and I may give its details"
    lead.fill({"Name on the account": CHARITY, "Sort code": "00-00-01", "Account number": "12345678", own: True})
    lead.press("Send the bank details").open(f"{journey.grant}bank-details/").sees("Ends in 5678").misses("12345678")
    second = journey.by(SECOND_OFFICER).at_desk("Bank accounts").follow("CII-G-2019-001").follow("Record the call-back")
    second.choose("Whom did you speak to?", "the treasurer")
    second.choose("Which public register", "the Charity Commission for England and Wales")
    second.shot("11-call-back").press("Record the call-back").misses("12345678")
    director = journey.by(DIRECTOR).open(second.path).follow("Approve")
    director.press("Approve").sees("The bank details are approved.").misses("12345678")


def step_8_first_payment(journey: Journey) -> None:
    """The officer prepares the first instalment, the director approves it, finance pays it; nobody does two of these."""
    journey.at(2019, 5, 2)
    officer, director, finance = (journey.by(one) for one in (OFFICER, DIRECTOR, FINANCE))
    officer.at_desk("Instalments").shot("11-instalments").follow("CII-G-2019-001, 1").press("Prepare")
    payment = officer.path
    assert officer.links("Approve") == []
    finance.open(payment)
    assert finance.links("Record as paid") == []
    director.open(payment).follow("Approve").shot("11-approve").press("Approve").sees("is approved")
    assert director.links("Record as paid") == []
    finance.open(payment).follow("Record as paid").fill({"Payment reference": "BACS 4711"}).press("Record as paid")
    finance.sees(SAID.we_are_sending_the_remittance).shot("11-paid")
    advice = post.letter(LEAD.email, SAID.remittance_advice_instalment_of_grant.format("1", "CII-G-2019-001"))
    assert "£7,425.15" in str(advice.body)
