"""The secondment itself: opened, made ready in six steps, started; its workplan, its week, its evaluation report."""

from tests.journeys import calling, post
from tests.journeys.journey import Journey
from tests.journeys.people import (
    CHARITY,
    HOME_MANAGER,
    LEAD,
    LINE_MANAGER,
    OFFICER,
    PROGRAMME_MANAGER,
    SECONDEE,
)
from tests.journeys.visitor import Person
from tests.sentences import SAID

OBJECTIVE = "More Londoners who could become citizens know how"
MILESTONE = "A guide for boroughs on citizenship ceremonies"
CONCERN = "We cannot see who will look after the guide once Noor is back."


def step_9_open(journey: Journey) -> None:
    """The host's programme manager opens the placement; secondee and home manager get accounts of their own."""
    journey.at(2019, 4, 15)
    priya = journey.by(PROGRAMME_MANAGER)
    priya.open("/home/").shot("12-home-programme-manager")
    priya.open("/placements/").sees(SAID.agreed_grants_without_a_placement, CHARITY).follow("Open a placement")
    managers = {SAID.home_manager_s_full_name: HOME_MANAGER.name, SAID.home_managers_email_address: HOME_MANAGER.email}
    priya.fill({**managers, "Line manager": f"{LINE_MANAGER.name} ({LINE_MANAGER.email})", "Social contact": True})
    priya.shot("12-open").press("Open this placement").shot("12-placement")
    journey.placement = priya.path
    assert journey.placement == "/placements/CII-P-2019-001/"
    for person in (SECONDEE, HOME_MANAGER):
        calling.accept_welcome(journey, person)
        journey.by(person).open("/home/").open(journey.placement).sees(SECONDEE.name, LINE_MANAGER.name)


def step_9_not_yet(journey: Journey) -> None:
    """It does not start with a step open, nor before its first day."""
    priya = journey.by(PROGRAMME_MANAGER)
    priya.open(journey.placement).follow("Start this placement").sees(
        SAID.step_not_complete.format("You cannot start it yet: 5", "s")
    ).shot("12-not-yet")
    priya.open(f"{journey.placement}days/")
    priya.fill({"Monday": True, "Tuesday": True, "Thursday": True}).press("Save the days").sees("Monday, Tuesday")


def step_9_six_steps(journey: Journey) -> None:
    """Each step is done by its owner, and confirmed by the other side where it has two."""
    journey.at(2019, 4, 29)
    cleared = {SAID.day_the_host_s_screening: "2019-04-24", SAID.the_screening_is_cleared: True}
    record(journey, PROGRAMME_MANAGER, "screening", cleared)
    record(journey, PROGRAMME_MANAGER, "contract", {SAID.day_the_contract_was_agreed: "2019-04-25"})
    confirm(journey, LEAD, "contract")
    record(journey, LEAD, "release", {SAID.day_the_release_was_arranged: "2019-04-26"})
    record(journey, LINE_MANAGER, "role_meeting", {SAID.day_of_the_meeting: "2019-04-26"})
    record(journey, LINE_MANAGER, "managers_meeting", {SAID.day_of_the_meeting: "2019-04-26"})
    confirm(journey, HOME_MANAGER, "managers_meeting")
    journey.by(SECONDEE).open(journey.placement).sees(SAID.all_steps_before_the_start).shot("12-ready")


def record(journey: Journey, person: Person, kind: str, typed: dict[str, str | bool]) -> None:
    """Record a step; to somebody whose step it is not the page offers nothing."""
    other = journey.by(SECONDEE).open(f"{journey.placement}steps/{kind}/")
    assert other.page.xpath("//button[contains(., 'Record this step')]") == []
    visitor = journey.by(person).open(f"{journey.placement}steps/{kind}/")
    visitor.fill(typed).shot(f"12-step-{kind}").press("Record this step")


def confirm(journey: Journey, person: Person, kind: str) -> None:
    """Confirm a step by the link in the letter that asks for it."""
    link = post.link(person.email, "Confirm by", "/placements/")
    journey.by(person).open(link).shot(f"12-confirm-{kind}").press("Confirm this step")


def step_9_start(journey: Journey) -> None:
    """It starts on its first day, and not before; the grant is active from then on."""
    priya = journey.by(PROGRAMME_MANAGER)
    priya.open(f"{journey.placement}start/").press("Start this placement", refused=True)
    priya.sees("Monday 6 May 2019").shot("12-too-early")
    journey.at(2019, 5, 6, 9)
    priya.open(f"{journey.placement}start/").press("Start this placement").shot("12-started")
    assert priya.path == journey.placement
    post.letter(SECONDEE.email, "Placement CII-P-2019-001 has started")
    journey.by(LEAD).open(journey.grant).sees("active")


def step_10_workplan(journey: Journey) -> None:
    """Secondee and line manager write the workplan; the organisation raises a concern, gets an answer, agrees."""
    journey.at(2019, 5, 13)
    noor, lena, hana = (journey.by(one) for one in (SECONDEE, LINE_MANAGER, HOME_MANAGER))
    noor.open("/home/").shot("13-home-secondee")
    noor.open(f"{journey.placement}workplan/").shot("13-workplan-empty").follow("Add an objective")
    noor.fill({"Objective": OBJECTIVE}).press("Save this objective").sees(OBJECTIVE)
    lena.open(f"{journey.placement}workplan/").follow("Add a milestone")
    lena.fill({"Milestone": MILESTONE, "Due date": "2019-09-30", SAID.the_host_has_to_sign: True})
    lena.choose("Kind of work", "Project work").choose("Direction of influence", "External").shot("13-milestone")
    lena.press("Save this milestone").sees(MILESTONE)
    hana.open(f"{journey.placement}view/").choose(SAID.what_does_your_organisation_say, SAID.we_have_a_concern)
    hana.fill({SAID.your_concern_or_comment_optional: CONCERN}).shot("13-view").press(SAID.send_to_the_line)
    lena.open(post.link(LINE_MANAGER.email, SAID.answer_a_concern_about_the, "/placements/"))
    lena.follow("Answer this concern").fill({"Your answer": "Our own team takes it over in May."})
    lena.shot("13-answer").press("Send the answer")
    post.letter(HOME_MANAGER.email, "Your concern about the workplan of CII-P-2019-001 is answered")
    hana.open(f"{journey.placement}view/").sees("Our own team takes it over in May.")
    hana.choose(SAID.what_does_your_organisation_say, "We agree").press(SAID.send_to_the_line_manager).shot("13-agreed")
    noor.open(f"{journey.placement}workplan/").sees(f"{CHARITY} agreed with version").shot("13-workplan")
    assert noor.fetch(f"{journey.placement}workplan.pdf").startswith(b"%PDF")


def step_10_sign_off(journey: Journey) -> None:
    """The secondee does the milestone and asks for sign-off; the line manager gives it, days later."""
    journey.at(2019, 9, 20)
    noor, lena = journey.by(SECONDEE), journey.by(LINE_MANAGER)
    noor.open(f"{journey.placement}workplan/").press("Begin").press(SAID.ask_for_sign_off)
    journey.at(2019, 9, 26)
    lena.open(f"{journey.placement}workplan/").sees("waiting for 6 days").shot("13-waiting").press("Sign off")
    noor.open(f"{journey.placement}workplan/").press("Mark as done").sees("after 6 days").shot("13-done")


def step_10_week(journey: Journey) -> None:
    """The week board shows on which days the secondee is in."""
    lena = journey.by(LINE_MANAGER)
    lena.open("/placements/week/").shot("13-week")
    who, *days = lena.rows("1 placement this week")[0]
    assert who == f"{SECONDEE.name} {CHARITY}"
    assert [day == "In" for day in days] == [True, True, False, True, False]


def step_11_report(journey: Journey) -> None:
    """The organisation sends an evaluation report; the officer returns it once, then accepts it."""
    journey.at(2019, 11, 11)
    lead, officer = journey.by(LEAD), journey.by(OFFICER)
    lead.open("/home/").shot("14-home-lead")
    lead.open(journey.grant).follow("Evaluation report 1").shot("14-report")
    said = {"What was done?": "A guide and two workshops.", SAID.what_difference_did_it_make: "Forty boroughs use it."}
    more = {"What was learnt?": "Ask the boroughs first.", "What was difficult?": "Nothing"}
    more |= {"Summary for the host": "Two workshops were held."}
    lead.press("Submit the report", refused=True).shot("14-report-empty")
    lead.fill({**said, **more}).press("Submit the report").shot("14-submitted")
    officer.open("/admin/").shot("14-admin-index").at_desk("Evaluation reports").follow("CII-G-2019-001, 1")
    officer.sees("Forty boroughs use it.").shot("14-admin-report").follow(SAID.return_to_the_organisation)
    officer.fill({SAID.what_is_missing_the_organisation: "London has thirty-two boroughs."})
    officer.press(SAID.return_to_the_organisation).sees("is returned")
    returned = post.link(
        LEAD.email, SAID.evaluation_report_of.format("1", "grant CII-G-2019-001 needs a change"), "/grants/"
    )
    lead.open(returned).sees("London has thirty-two boroughs.").shot("14-returned")
    lead.fill({SAID.what_difference_did_it_make: "Thirty boroughs use it."}).press("Submit the report")
    officer.open(officer.path).sees("Thirty boroughs use it.").follow("Accept").press("Accept").sees("is accepted")
    post.letter(LEAD.email, SAID.evaluation_report_of.format("1", "grant CII-G-2019-001 is accepted"))
    lead.open(journey.grant).sees("Due Wednesday 6 November 2019. accepted").shot("14-grant")
