"""The office and the assessors: shortlist, assign, visit, declare, score."""

import pypdfium2

from tests.journeys import post
from tests.journeys.applying import ANSWERS
from tests.journeys.journey import Journey
from tests.journeys.people import CHARITY, HOST_ASSESSOR, LEAD, OFFICER, SECONDEE, TRUST_ASSESSOR
from tests.journeys.visitor import Person, Visitor
from tests.sentences import SAID

SALARY = ("32,000", "32000", "19,200", "4,500.60", "29,700")
INVITED = (LEAD, SECONDEE, TRUST_ASSESSOR, HOST_ASSESSOR)
CAPACITIES = (SAID.senior_member_of_staff_of, "Proposed secondee", "Funder", "Host")
WHEN = "10am on Thursday 21 March 2019"
CRITERIA = ("(a) Track record", "(b) Skills and experience", "(c) Ability to release", "(d) Collaboration")


def office_page(journey: Journey) -> Visitor:
    """Open the application as the officer does, by way of the list."""
    officer = journey.by(OFFICER)
    officer.at_desk("Applications").follow(journey.reference)
    journey.address_in_admin = officer.path
    return officer


def declares_none(visitor: Visitor) -> Visitor:
    """Have somebody of the office or the committee say, by names only, that they have no conflict of interest."""
    visitor.at_desk("Applications").follow("Declare your interests")
    return visitor.fill({"I have no conflict of interest with the rest": True}).press("Declare")


def step_5_not_before_the_close(journey: Journey) -> None:
    """A submitted application can be read before the close, once the officer has declared, and not yet shortlisted."""
    journey.at(2019, 3, 13, 12)
    declares_none(journey.by(OFFICER)).shot("07-declared")
    office_page(journey).sees(CHARITY, "Noor Newcomer", "£29,700.60").misses("/steps/shortlist/")


def step_5_shortlist(journey: Journey) -> None:
    """After the close the officer shortlists and asks one assessor of each side."""
    journey.at(2019, 3, 15)
    officer = office_page(journey).shot("07-application")
    officer.press("Shortlist").sees(SAID.is_prepared_for_the_shortlist)
    officer.follow("release the outcomes of this call").shot("07-release")
    officer.press("Release the outcomes of shortlisting").sees(SAID.you_have_released_the_outcomes)
    officer = office_page(journey)
    officer.follow("Assign assessors").shot("07-assign")
    chosen = {f"{side}'s assessor": f"{one.name} ({one.email})" for side, one in SIDES}
    officer.fill(chosen).press("Assign assessors").sees(SAID.we_are_emailing_the_assessors)
    for assessor in (TRUST_ASSESSOR, HOST_ASSESSOR):
        post.letter(assessor.email, SAID.assess_application)


SIDES = (("Funder", TRUST_ASSESSOR), ("Host", HOST_ASSESSOR))


def step_5_visit(journey: Journey) -> None:
    """The officer arranges a visit: four people get mail that their calendars understand; then it is confirmed."""
    officer = office_page(journey)
    officer.follow("Arrange a visit").sees("Wednesday 20 March 2019 to Wednesday 27 March 2019").shot("07-arrange")
    officer.fill({"Day and time": "2019-03-21T10:00", "Place": "4 Harbour Lane, London"}).press("Arrange a visit")
    officer.sees(SAID.we_are_emailing_the_invitations)
    for person in INVITED:
        invitation = post.letter(person.email, f"Assessment visit: {CHARITY}, {WHEN}")
        calendar = post.attached(invitation, "text/calendar")
        assert b"METHOD:REQUEST" in calendar
        assert b"DTSTART:20190321T100000Z" in calendar
    visit = officer.links(f"{WHEN[0].upper()}{WHEN[1:]}")[0]
    officer.open(visit).press("Confirm").sees(SAID.we_are_emailing_everyone_invited).shot("07-visit")
    post.letter(SECONDEE.email, f"Confirmed: assessment visit, {WHEN}")
    journey.by(LEAD).open(journey.application).sees("Assessment visit (confirmed)", "4 Harbour Lane, London")


def step_5_visit_held(journey: Journey) -> None:
    """On the day everybody who must attend was there, and the officer notes it."""
    journey.at(2019, 3, 21, 12)
    officer = journey.by(OFFICER)
    officer.at_desk("Assessment visits").follow(journey.reference).follow(SAID.record_as_held)
    officer.fill({SAID.notes_of_the_visit: "A calm office that knows its subject."})
    officer.press(SAID.record_as_held, refused=True)
    officer.sees(SAID.tick_who_came_or_say).shot("07-held-refused")
    for capacity, person in zip(CAPACITIES, INVITED, strict=True):
        officer.fill({f"{person.name} – {capacity}": True})
    officer.press(SAID.record_as_held).sees(SAID.you_have_recorded_the_visit).shot("07-held")


def step_6_assess(journey: Journey) -> None:
    """Both assessors declare, read without any salary, and score; neither sees the other's before finishing."""
    journey.at(2019, 3, 22)
    tess, hugo = journey.by(TRUST_ASSESSOR), journey.by(HOST_ASSESSOR)
    declare(journey, TRUST_ASSESSOR)
    declare(journey, HOST_ASSESSOR)
    score(journey, TRUST_ASSESSOR, (4, 3, 3, 4))
    hugo.open("/admin/applications/assessment/").misses(TRUST_ASSESSOR.name)
    read(hugo.follow(journey.reference))
    hugo.misses("Tess thinks")
    hugo.fetch(tess.path, expect=404)
    score(journey, HOST_ASSESSOR, (2, 3, 2, 3))
    hugo.sees("Tess Truman thinks of (a)").shot("08-side-by-side")
    tess.open(tess.path).sees("Hugo Hall thinks of (d)")
    officer = office_page(journey)
    assert [row[-1] for row in officer.rows(SAID.assessors_and_their_progress)] == ["14 of 16", "10 of 16"]
    officer.follow(SAID.all_scores_of_this_call).sees("apart").shot("08-matrix")


def step_6_views(journey: Journey) -> None:
    """Each side records what it recommends, sealed from the other until both have; then they can be decided on."""
    for person in (TRUST_ASSESSOR, HOST_ASSESSOR):
        visitor = journey.by(person)
        visitor.open(journey.address_in_admin).misses("Funder: recommend").follow("Record our side's view")
        visitor.choose("Our side's view", "Recommend").fill({"Reasons": f"{person.name} would have them."})
        visitor.press("Record our side's view")
    office_page(journey).sees("Funder: recommend", "Host: recommend").shot("08-views")


def declare(journey: Journey, person: Person) -> None:
    """Say first that there is no conflict of interest; before that there is nothing to read."""
    visitor = journey.by(person)
    visitor.open("/admin/").shot(f"08-queue-{person.name.split()[0].lower()}")
    visitor.at_desk("Assessments").follow(journey.reference).shot("08-declare").misses(*ANSWERS.values(), "cv.pdf")
    visitor.choose(SAID.do_you_have_a_conflict, "No").press("Declare")


def read(visitor: Visitor) -> None:
    """Read the answers and the CV; the salary and what follows from it are nowhere."""
    visitor.sees(*ANSWERS.values(), "cv.pdf").misses(*SALARY)
    assert visitor.fetch(visitor.links("CV")[0]).startswith(b"%PDF")
    assert visitor.links("Supporting statement") != []


def score(journey: Journey, person: Person, scores: tuple[int, ...]) -> None:
    """Score each criterion with a reason; without all of them it cannot be completed."""
    visitor = journey.by(person)
    read(visitor)
    for address in (journey.address_in_admin, f"{journey.application}application.pdf"):
        no_salary(visitor, address)
    visitor.shot("08-scoring").press("Complete", refused=True).shot("08-incomplete")
    for criterion, points in zip(CRITERIA, scores, strict=True):
        visitor.choose("Score", str(points), within=criterion)
        visitor.fill({"Reason": f"{person.name} thinks of {criterion[:3]} so."}, within=criterion)
    visitor.choose("What you recommend", "Recommend")
    visitor.press("Complete").sees(f"{person.name} thinks of (a) so.").misses(*SALARY).shot("08-complete")


def no_salary(visitor: Visitor, address: str) -> None:
    """Look for the salary where a page or a paper might give it away."""
    content = visitor.fetch(address)
    if content.startswith(b"%PDF"):
        words = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        assert "Harbour Lane" in words
    else:
        words = content.decode()
        assert SECONDEE.name in words
    assert [one for one in SALARY if one in words] == []
