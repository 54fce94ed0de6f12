"""The guide in the admin: made of the buttons, permissions and states that exist; and the calendar of the rounds."""

import pytest
from django.contrib import admin
from django.urls import reverse
from icalendar import Calendar

from applications.actions import assessments
from core.admin.guide import explanation_of, explanations
from core.permissions import roles_named
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import host_assessor, visit
from tests.client import Client

pytestmark = pytest.mark.django_db
STEPS = [
    (listing, name, button)
    for listing in admin.site._registry.values()
    for name, button in getattr(listing, "steps", {}).items()
]


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def test_every_button_says_what_it_does_and_belongs_to_a_role():
    assert [name for listing, name, _ in STEPS if not explanation_of(listing, name)] == []
    assert [button.permission for _, _, button in STEPS if not roles_named(button.permission)] == []


def test_no_explanation_is_of_a_button_that_is_gone():
    assert explanations().keys() <= {f"{listing.opts.label_lower}/{name}" for listing, name, _ in STEPS}


def test_a_rule_names_the_roles_that_it_asks_for():
    assert roles_named("grants.pay_instalment") == {"Finance officer"}
    assert roles_named("applications.declare_application") == {"Committee member", "Grants director", "Grants officer"}


def test_the_guide_shows_ones_own_role_first_and_says_what_its_steps_do():
    page = signed_in(officer()).get(reverse("admin:guide")).text
    assert page.index("<summary>Grants officer (you)") < page.index("<summary>Finance officer")
    for said in (explanations()["applications.application/shortlist"], explanations()["grants.instalment/prepare"]):
        assert said.replace("'", "&#x27;") in page


def test_a_button_on_a_page_is_described_by_its_explanation():
    application = application_at("submitted")
    page = signed_in(officer()).get(reverse("admin:applications_application_change", args=[application.pk])).text
    assert explanations()["applications.application/assign"] in page


def test_the_calendar_has_the_dates_of_the_call_and_its_visits():
    application = application_at("shortlisted")
    arranged = visit(application)
    client = signed_in(officer())
    page = client.get(reverse("admin:calendar")).text
    assert reverse("admin:applications_assessmentvisit_change", args=[arranged.pk]) in page
    content = b"".join(client.get(reverse("admin:calendar_file")).streaming_content)
    events = {str(entry["uid"]).partition("@")[0]: entry for entry in Calendar.from_ical(content).walk("VEVENT")}
    assert events[f"visit-{arranged.pk}"]["dtstart"].dt == arranged.starts_at
    assert f"call-{application.call.pk}-deadline" in events


def test_the_calendar_shows_no_visit_of_a_case_that_one_does_not_see():
    application, office = application_at("shortlisted"), officer()
    arranged = visit(application)
    address = reverse("admin:applications_assessmentvisit_change", args=[arranged.pk])
    assert address not in signed_in(host_assessor()).get(reverse("admin:calendar")).text
    assessments.declare_conflict(application, by=office, at=ASSESSING, explanation="My sister works there.")
    client = signed_in(office)
    assert address not in client.get(reverse("admin:calendar")).text
    assert application.organisation.name.encode() not in b"".join(
        client.get(reverse("admin:calendar_file")).streaming_content
    )
