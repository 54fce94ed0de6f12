"""The organisation applies: registers, fills in, has it confirmed by the proposed secondee, submits."""

from io import BytesIO

import pikepdf

from tests.journeys import people, post
from tests.journeys.journey import Journey
from tests.journeys.people import CHAIR, CHARITY, FUNDER, HOST, LEAD, NOBODY, SECONDEE
from tests.sentences import SAID

DEADLINE = "5pm on Wednesday 13 March 2019"
ANSWERS = {
    SAID.your_track_record_and_how: "Since 2009 we have advised on 4,000 applications.",
    SAID.fit_with_your_organisation_s: "Our plan for 2019 puts citizenship first.",
    SAID.what_this_person_would_add: "Noor became a citizen herself, and trains other advisers.",
    "Release and backfill": "A colleague takes over three days of her week.",
    SAID.your_approach_to_collaboration: "We share what we learn with six partners.",
    SAID.handling_conflicts_of_interest: "Noor will not work on our own bids.",
}
IDEA = {SAID.whose_idea_was_it: "Both together"}
NO_FUNDING = {SAID.do_you_have_other_funding.format(body): "No" for body in (FUNDER, HOST)}
SHEET = [
    ("Salary", "£19,200.00"),
    ("Salary enhancement", "£4,500.60"),
    ("Towards backfill", "£1,000.00"),
    ("Management fee", "£5,000.00"),
    ("The grant", "£29,700.60"),
]


def step_2_register(journey: Journey) -> None:
    """A charity's lead registers with a code by mail and names the organisation."""
    journey.at(2019, 2, 18)
    lead = journey.by(LEAD)
    lead.open(journey.call).follow("Start an application").shot("03-register")
    enrol(journey, LEAD)
    lead.open("/organisation/").shot("03-organisation-new")
    lead.fill({SAID.name_of_the_organisation: CHARITY, "Charity number (optional)": "123456"})
    lead.fill({"What kind of body it is (optional)": "Registered charity", "Address (optional)": "1 Harbour Lane, E1"})
    lead.press("Name this organisation").sees(CHARITY, LEAD.name).shot("03-organisation")


def register(journey: Journey, person: people.Person) -> None:
    """Go on to register from the page that asks to sign in."""
    journey.by(person).follow("Register").shot("03-register")
    enrol(journey, person)


def enrol(journey: Journey, person: people.Person) -> None:
    """Register, and prove the address."""
    visitor = journey.by(person)
    visitor.fill({"Full name": person.name, "Email address": person.email, "Choose a password": person.password})
    visitor.press("Register").shot("03-code")
    visitor.fill({"Code": post.code(person.email, "Your code")}).press("Continue")


def step_2_colleague(journey: Journey) -> None:
    """The lead invites the chair, who signs for the organisation; the chair joins by the link in the letter."""
    lead = journey.by(LEAD)
    lead.open("/organisation/").follow("Invite a colleague").shot("03-invite")
    lead.fill({"Their email address": CHAIR.email, SAID.they_are_an_authorised_signatory: True})
    lead.choose(SAID.what_they_may_do, "Editor").press("Send the invitation")
    chair = journey.by(CHAIR)
    chair.go(post.link(CHAIR.email, CHARITY, "/organisation/join/"))
    register(journey, CHAIR)
    chair.sees(CHARITY).press("Join this organisation").sees(SAID.you_are_now_a_member.format(CHARITY)).shot(
        "03-joined"
    )


def step_2_fill_in(journey: Journey) -> None:
    """The lead starts an application and fills in its six sections."""
    lead = journey.by(LEAD)
    lead.open(journey.call).follow("Start an application").sees(CHARITY, DEADLINE).shot("04-start")
    lead.press("Start the application").sees("0 of 6 complete", DEADLINE).shot("04-draft-empty")
    journey.application = lead.path
    section(journey, "Your organisation", {SAID.telephone_number_to_reach_you: "020 7946 0000"}, IDEA)
    person = {"Full name": SECONDEE.name, "Email address": SECONDEE.email, "Present job title": "Adviser"}
    section(journey, "The proposed secondee", person)
    work_out(journey)
    section(journey, "Experience and understanding", {})
    section(journey, "Collaboration and conflicts", {SAID.are_there_conflicts_of_interest: "None"}, NO_FUNDING)
    lead.sees("5 of 6 complete")
    upload(journey)
    lead.sees("6 of 6 complete").shot("04-draft-full")


def section(journey: Journey, title: str, typed: dict[str, str], chosen: dict[str, str] | None = None) -> None:
    """Fill in one section with its questions, and save it."""
    lead = journey.by(LEAD)
    lead.open(journey.application).follow(title)
    asked = {label: text for label, text in ANSWERS.items() if label in lead.words}
    lead.fill({**typed, **asked})
    for question, answer in (chosen or {}).items():
        lead.choose(question, answer)
    lead.shot(f"04-section-{title.rsplit(maxsplit=1)[-1].lower()}")
    lead.press(SAID.save_and_go_back_to).sees("saved")


def work_out(journey: Journey) -> None:
    """Type the salary and the days, and see the grant worked out before anything is saved."""
    lead = journey.by(LEAD)
    lead.open(journey.application).follow("The secondment")
    lead.fill({SAID.current_full_time_salary: "thirty thousand", SAID.days_a_week_with_the: "2"})
    lead.press(SAID.save_and_go_back, refused=True).shot("04-refused")
    assert lead.page.xpath("//input[@name='current_salary']/@value") == ["thirty thousand"]
    lead.sees(SAID.days_a_week_must_be_from.format(3, 5, 2))
    lead.fill(
        {SAID.current_full_time_salary: "£32,000", SAID.present_hours_a_week: "35", SAID.days_a_week_with_the: "3"}
    )
    lead.fill({"Length in months": "12", "Earliest start": "2019-05-06", **release()})
    lead.choose("Salary enhancement", "Wanted")
    lead.wait_for("£29,700.60") if journey.has_scripts else lead.press(SAID.work_out_the_grant)
    assert [(row[0], row[1]) for row in named(lead.rows(SAID.the_grant_for_these_figures))] == SHEET
    lead.shot("04-section-secondment").press(SAID.save_and_go_back_to).sees("saved")


def release() -> dict[str, str]:
    """The one question of the section about the secondment."""
    return {label: text for label, text in ANSWERS.items() if label == "Release and backfill"}


def named(rows: list[list[str]]) -> list[tuple[str, str]]:
    """Shorten each line's label, which goes on with how it is worked out, to the name it is known by."""
    names = sorted((name for name, _ in SHEET), key=len, reverse=True)
    return [(next((name for name in names if row[0].startswith(name)), row[0]), row[-1]) for row in rows]


def upload(journey: Journey) -> None:
    """A text file is refused with a sentence; two PDFs are taken."""
    lead = journey.by(LEAD)
    wrong = journey.folder / "cv.txt"
    wrong.write_text("My life")
    lead.open(journey.application).follow(SAID.cv_and_supporting_statement)
    lead.fill({SAID.cv_of_the_proposed_secondee: wrong})
    lead.wait_for("There is a problem") if journey.has_scripts else lead.press("Upload", refused=True)
    lead.sees("PDF").shot("04-wrong-file")
    cv, statement = journey.paper("cv.pdf", "Curriculum vitae"), journey.paper("statement.pdf", "We support this")
    lead.fill({SAID.cv_of_the_proposed_secondee: cv, "Supporting statement": statement}).press("Upload")
    lead.sees("CV: cv.pdf is uploaded", "statement.pdf is uploaded")


def step_3_confirm(journey: Journey) -> None:
    """The proposed secondee opens the link from the mail without an account, sees what is said, confirms."""
    lead, noor = journey.by(LEAD), journey.by(NOBODY)
    lead.open(journey.application).follow(f"Send {SECONDEE.name} the link").shot("05-ask")
    lead.press(SAID.send_the_link_to.format(SECONDEE.email)).sees(SAID.the_link_is_on_its)
    link = post.link(SECONDEE.email, f"{CHARITY} proposes you", "/candidate/")
    noor.open(link).sees("£32,000", "35", "Adviser", ANSWERS[SAID.what_this_person_would_add]).shot("05-candidate")
    noor.choose("Your answer", "I confirm").press("Send my answer").sees("You have confirmed").shot("05-confirmed")
    lead.open(journey.application).sees("Confirmed")


def step_4_submit(journey: Journey) -> None:
    """The lead checks the answers and submits: reference, receipt page, receipt by mail with a tagged PDF copy."""
    journey.at(2019, 3, 12, 16)
    lead = journey.by(LEAD)
    lead.open(journey.application).follow("Check your answers").sees(*ANSWERS.values(), "£29,700.60").shot("06-check")
    lead.press("Submit the application").sees(SAID.tick_the_box_to_declare).shot("06-undeclared")
    lead.fill({LABEL: True}).press("Submit the application").shot("06-receipt")
    journey.reference = "CII-2019-001"
    lead.sees("Application submitted", journey.reference, "Tuesday 12 March 2019 at 4")
    journey.application = f"/applications/{journey.reference}/"
    for person in (LEAD, CHAIR):
        received = post.letter(person.email, journey.reference)
        with pikepdf.open(BytesIO(post.attached(received, "application/pdf"))) as copy:
            assert bool(copy.Root.MarkInfo.Marked) is True
            assert "/StructTreeRoot" in copy.Root
    lead.open(journey.application).sees(SAID.in_the_week_of.format("Monday 8 April 2019")).shot("06-application")


LABEL = SAID.i_am_authorised_to_submit


def step_4_after_the_close(journey: Journey) -> None:
    """After the close nothing is changed, reopened or submitted any more, and nobody starts anew."""
    journey.at(2019, 3, 13, 17, 2)
    lead = journey.by(LEAD)
    lead.open(f"{journey.application}reopen/").press("Reopen the application", refused=True)
    lead.sees(SAID.the_deadline_was_so_nothing.format(DEADLINE, "UK time")).shot("06-reopen-refused")
    lead.open(f"{journey.application}secondment/")
    assert lead.path == journey.application
    lead.open(f"{journey.call}apply/").sees(
        SAID.applications_cannot_be_started_now, SAID.the_call_closed_at.format(DEADLINE)
    )
