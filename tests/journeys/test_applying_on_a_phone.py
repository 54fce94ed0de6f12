"""From registering to the receipt on a telephone, with JavaScript and without: interrupted, together, on three devices.

No error in the console, nothing stopped by the content security policy, no answer of 500, no request to another host,
and no page that scrolls sideways at 360 pixels.
"""

import pytest

from applications.models import Application
from tests.applications.factories import published_call
from tests.journeys import applying, post
from tests.journeys.applying import ANSWERS
from tests.journeys.journey import Journey
from tests.journeys.people import CHAIR, LEAD
from tests.journeys.phone import PhoneVisitor, PlainPhoneVisitor
from tests.sentences import SAID

pytestmark = pytest.mark.browser

RECORD = SAID.your_track_record_and_how
FIT = SAID.fit_with_your_organisation_s
EXPERIENCE = "Experience and understanding"
LONG = " ".join(
    f"In year {year} we advised people on their applications and wrote down what helped." for year in range(30)
)


@pytest.fixture
def phones(start, clock, tmp_path, visit):
    """A journey on telephones with a published call; what goes wrong on the way is a problem at the end."""
    problems: list[str] = []

    def begin(kind) -> Journey:
        def enter(person):
            return kind(person, *visit, problems)

        journey = Journey(enter=enter, clock=clock, folder=tmp_path, has_scripts=kind is PhoneVisitor)
        journey.call = published_call(title="Secondments of spring 2019").get_absolute_url()
        return journey

    yield begin
    assert not problems, "\n".join(problems)


def begin(journey: Journey) -> None:
    """Register with a code by mail, name the organisation, invite a colleague, start, fill in two sections."""
    applying.step_2_register(journey)
    applying.step_2_colleague(journey)
    lead = journey.by(LEAD)
    lead.open(journey.call).follow("Start an application").press("Start the application").sees("0 of 6 complete")
    journey.application = lead.path
    applying.section(journey, "Your organisation", {SAID.telephone_number_to_reach_you: "020 7946 0000"}, applying.IDEA)
    person = {
        "Full name": applying.SECONDEE.name,
        "Email address": applying.SECONDEE.email,
        "Present job title": "Adviser",
    }
    applying.section(journey, "The proposed secondee", person)


def finish(journey: Journey) -> None:
    """The rest of the form, the files, the secondee's own device, check, submit; the receipt and the letters."""
    lead = journey.by(LEAD)
    applying.work_out(journey)
    none = {SAID.are_there_conflicts_of_interest: "None"}
    applying.section(journey, "Collaboration and conflicts", none, applying.NO_FUNDING)
    applying.upload(journey)
    lead.sees("6 of 6 complete").shot("tasks")
    applying.step_3_confirm(journey)
    lead.open(journey.application).follow("Check your answers").sees("£29,700.60", LONG).shot("check")
    lead.fill({applying.LABEL: True}).press("Submit the application")
    lead.sees("Application submitted", "CII-2019-001", "Monday 18 February 2019 at 1").shot("receipt")
    for person in (LEAD, CHAIR):
        letter = post.letter(person.email, "CII-2019-001")
        assert post.attached(letter, "application/pdf").startswith(b"%PDF-")
    assert [row.status for row in Application.objects.all()] == ["submitted"]


def both_write(journey: Journey, mine: str, theirs: str) -> None:
    """The lead and the chair have the same section open; the chair saves second, and sees both before anything goes."""
    lead, chair = journey.by(LEAD), journey.by(CHAIR)
    for visitor in (lead, chair):
        visitor.open(journey.application).follow(EXPERIENCE)
    lead.fill({FIT: mine}).press(SAID.save_and_go_back_to).sees("saved")
    chair.fill({FIT: theirs})
    if journey.has_scripts:
        chair.wait_for(SAID.changed_too_so_yours_is.format(LEAD.name, FIT))
    chair.press(SAID.save_and_go_back_to, refused=True).sees(SAID.changed_this_too_choose.format(LEAD.name))
    versions = chair.tab.get_by_role("region", name=SAID.two_versions_of_the_same_box).last.inner_text()
    assert mine in versions
    assert theirs in versions
    assert chair.box(FIT) == theirs
    assert chair.box(RECORD) == LONG  # what the other box held is not given up for it
    chair.shot("both-versions").fill({FIT: f"{mine} {theirs}"}).press(SAID.save_and_go_back_to).sees("saved")
    lead.open(journey.application).follow(EXPERIENCE)
    assert lead.box(FIT) == f"{mine} {theirs}"


def test_register_to_receipt_on_a_phone_with_javascript(phones):
    journey = phones(PhoneVisitor)
    begin(journey)
    lead = journey.by(LEAD)
    journey.at(2019, 2, 18, 10, 42)
    lead.follow(EXPERIENCE)
    lead.type(RECORD, "Since 2009 we have advised.")
    lead.wait_for("Saved at 10:42am").shot("saved")
    lead.closes_the_page()  # nothing was pressed
    lead.open(journey.application).sees("In progress").follow(EXPERIENCE)
    assert lead.box(RECORD) == "Since 2009 we have advised."
    lead.put(RECORD, LONG, "")
    lead.is_signed_out_by_time()
    lead.wait_for(SAID.you_have_been_signed_out_press)
    lead.press(SAID.save_and_go_back_to).sign_in()
    lead.sees(SAID.your_session_had_ended_and).shot("kept")
    assert lead.box(RECORD) == LONG
    lead.press(SAID.save_and_go_back_to).sees("saved")
    both_write(journey, ANSWERS[FIT], "Our trustees chose it as the first of three aims.")
    finish(journey)


def test_register_to_receipt_on_a_phone_without_javascript(phones):
    journey = phones(PlainPhoneVisitor)
    begin(journey)
    lead = journey.by(LEAD)
    lead.follow(EXPERIENCE).fill({RECORD: LONG})
    lead.loses_every_cookie()
    lead.press(SAID.save_and_go_back_to).sign_in()
    lead.sees(SAID.your_session_had_ended_and)
    assert lead.box(RECORD) == LONG
    lead.press(SAID.save_and_go_back_to).sees("saved")
    both_write(journey, ANSWERS[FIT], "Our trustees chose it as the first of three aims.")
    finish(journey)
