"""Bad lines as somebody in a train has them: cut after the submit was committed, and gone while they write."""

import pytest
from django.core import mail

from applications.models import Application
from tests.applications.factories import SUBMITTING, an_application, lead, published_call, ready_application
from tests.journeys.people import Person
from tests.journeys.phone import PhoneVisitor
from tests.races.proxy import cutting
from tests.sentences import SAID

pytestmark = pytest.mark.browser
PASSWORD = "lantern orchard teaspoon"
RECORD = SAID.your_track_record_and_how


def phone_of(person, browser, site, problems) -> PhoneVisitor:
    """Give this person a password, and a telephone."""
    person.set_password(PASSWORD)
    person.save()
    return PhoneVisitor(Person(person.name, person.email, PASSWORD), browser, site, problems)


def test_the_line_is_cut_after_the_commit_and_the_browser_sends_again(visit, clock, settings):
    browser, site = visit
    clock.move_to(SUBMITTING)
    application = ready_application(published_call())
    with cutting(site) as proxy:
        settings.SITE_URL = proxy.site
        visitor = phone_of(lead(application.organisation), browser, proxy.site, [])
        visitor.open(f"/applications/{application.draft_reference}/check/")
        visitor.tab.get_by_label(SAID.i_am_authorised_to_submit_2).check()
        proxy.cut(f"POST /applications/{application.draft_reference}/submit/")
        visitor.tab.get_by_role("button", name="Submit the application").tap()
        for _ in range(100):
            visitor.tab.wait_for_timeout(100)
            if proxy.answers_kept_back:
                break
        assert len(proxy.answers_kept_back) == 1
        visitor.tab.wait_for_timeout(2_000)  # time for the browser to make of it what it does
        if "receipt" not in visitor.url:  # the browser may send again by itself; otherwise the person does
            visitor.tab.reload()
        visitor.sees("Application submitted", "CII-2019-001").fits()
        visitor.open(f"/applications/{application.draft_reference}/check/")  # and whoever went back finds it in
        visitor.sees("CII-2019-001")
        assert visitor.path == "/applications/CII-2019-001/"
        visitor.context.close()
    assert [(row.reference, row.version) for row in Application.objects.all()] == [("CII-2019-001", 1)]
    told = [one.to[0] for one in mail.outbox if "CII-2019-001" in one.subject]
    assert len(told) == len(set(told)) > 0


def test_while_the_line_is_down_the_page_says_that_nothing_is_saved_and_saves_when_it_is_back(visit, clock):
    browser, site = visit
    clock.move_to(SUBMITTING)
    application = an_application(published_call())
    problems: list[str] = []
    visitor = phone_of(lead(application.organisation), browser, site, problems)
    visitor.open(f"/applications/{application.draft_reference}/experience/")
    visitor.type(RECORD, "Before the tunnel.")
    visitor.wait_for("Saved at 4")
    visitor.context.set_offline(True)
    visitor.type(RECORD, " In the tunnel.")
    visitor.wait_for(SAID.not_saved_yet_we_cannot).shot("line-down")
    visitor.context.set_offline(False)
    visitor.wait_for("Saved at 4")
    assert application.answers.get(text__contains="tunnel").text == "Before the tunnel. In the tunnel."
    assert not [one for one in problems if "INTERNET_DISCONNECTED" not in one and "htmx:" not in one], problems


def test_words_typed_before_the_page_has_all_its_scripts_are_saved_too(visit, clock):
    browser, site = visit
    clock.move_to(SUBMITTING)
    application = an_application(published_call())
    problems: list[str] = []
    visitor = phone_of(lead(application.organisation), browser, site, problems)
    address = f"/applications/{application.draft_reference}/experience/"
    late = []
    visitor.tab.route("**/*htmx*.js", lambda route: late.append(route))  # noqa: PLW0108 - playwright wants a function
    visitor.open(address)
    visitor.type(RECORD, "Typed early.")
    visitor.tab.wait_for_timeout(2_500)
    assert not application.answers.filter(text__contains="early").exists()
    late[0].continue_()
    visitor.wait_for("Saved at 4")
    assert application.answers.filter(text="Typed early.").exists()
    assert not problems, problems
