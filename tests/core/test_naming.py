"""What the service is called: by the programme of what is shown, else by the installation."""

import pytest
from django.core import mail
from django.template import Context, Template
from django.urls import reverse

from applications import documents
from applications.lifecycle import CallStatus
from applications.models import Call
from core.letters import delivery, outbox
from core.letters.models import Letter
from core.naming import site_name, site_name_for
from tests.accounts.factories import OrganisationFactory, programme
from tests.applications.factories import CLOSES, OPENS, draft_call, officer

pytestmark = pytest.mark.django_db


def leeds():
    partners = {name: OrganisationFactory(name=f"Leeds {name}") for name in ("funder", "host", "learning_partner")}
    return programme("leeds", name="Leeds Welcome", reference_prefix="LW", **partners)


def test_without_a_programme_the_service_has_its_standard_name():
    assert site_name() == "Secondment Fund"


def test_the_only_programme_names_the_site_until_the_operator_does(settings):
    of = leeds()
    assert (site_name(), site_name(of.pk)) == ("Leeds Welcome", "Leeds Welcome")
    settings.SITE_NAME = "Secondments of the North"
    assert (site_name(), site_name(of.pk)) == ("Secondments of the North", "Leeds Welcome")


def test_of_two_programmes_neither_names_the_site():
    of, other = leeds(), programme()
    assert site_name() == "Secondment Fund"
    assert site_name_for([of.pk]) == "Leeds Welcome"
    assert site_name_for([of.pk, other.pk]) == site_name_for(None) == "Secondment Fund"


def test_the_page_of_a_call_has_its_programmes_name_at_its_head(client):
    programme()
    call = draft_call(programme=leeds())
    Call.objects.update(status=CallStatus.PUBLISHED, published_at=OPENS, published_by=officer())
    page = client.get(call.get_absolute_url()).text
    assert "– Leeds Welcome" in page[: page.index("</title>")]
    assert page.count("Secondment Fund") == page.count("Citizenship and Integration Initiative") == 0
    assert "Secondment Fund" in client.get(reverse("calls")).text


def test_a_thing_that_stands_below_others_has_their_programmes_name():
    post = draft_call(programme=leeds()).posts.get()
    assert Template("{% site %}").render(Context({"application": post})) == "Leeds Welcome"
    assert Template("{% site %}").render(Context({"application": "", "site_name": "North"})) == "North"


def test_an_email_of_a_programme_is_from_it(settings, django_capture_on_commit_callbacks):
    settings.DEFAULT_FROM_EMAIL = "Grants <grants@example.org>"
    programme()
    with django_capture_on_commit_callbacks():
        outbox.post("accounts.second_factor_off", to="a@example.org", key="of leeds", at=OPENS, programme=leeds())
        outbox.post("accounts.second_factor_off", to="a@example.org", key="of all", at=OPENS)
    delivery.deliver(Letter.objects.order_by("pk"), OPENS)
    assert [(message.from_email, "Leeds Welcome" in message.body) for message in mail.outbox] == [
        ("Leeds Welcome <grants@example.org>", True),
        ("Grants <grants@example.org>", False),
    ]
    assert "Leeds Welcome" in mail.outbox[0].alternatives[0][0]


def test_a_calendar_file_of_a_programme_is_by_it():
    _, content = documents.deadline(draft_call(programme=leeds()), CLOSES)
    assert b"PRODID:-//Leeds Welcome//" in content


def test_the_help_page_shows_how_a_reference_of_the_only_programme_looks(client):
    leeds()
    assert "LW-20" in client.get(reverse("help")).text
    programme()
    page = client.get(reverse("help")).text
    assert "LW-20" not in page
    assert "CII" not in page
