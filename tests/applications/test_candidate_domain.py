"""Whose address the link goes to: one outside the organisation is pointed at, and hinders nobody."""

import pytest
from django.urls import reverse

from core.accounts.addresses import outside_of
from core.accounts.duplicates import FREE_MAIL
from core.accounts.models import User
from tests.applications.factories import an_application, candidate_of, fill, fresh, lead

pytestmark = pytest.mark.django_db
FREE = min(FREE_MAIL)


@pytest.fixture
def application():
    application = an_application()
    User.objects.filter(pk=lead(application.organisation).pk).update(email="lena@harbour-advice.test")
    return application


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("sana@harbour-advice.test", ""),
        ("Sana@HARBOUR-advice.test", ""),
        (
            f"sana@{FREE}",
            f"sana@{FREE} is a private email address. Check that it is theirs, and that they read it.",
        ),
        (
            "sana@other.test",
            (
                "sana@other.test is not at harbour-advice.test, like the addresses of your organisation. "
                "Check that it is right."
            ),
        ),
        ("", ""),
    ],
)
def test_an_address_elsewhere_is_pointed_at(application, email, sentence):
    assert outside_of(application.organisation, email) == sentence


def test_where_a_colleague_has_free_mail_too_nothing_is_said(application):
    User.objects.filter(pk=lead(application.organisation).pk).update(email=f"lena@{FREE}")
    assert outside_of(application.organisation, f"sana@{FREE}") == ""


def test_it_stands_beside_the_link_and_the_link_goes_all_the_same(visitor, application):
    fill(application)
    candidate = candidate_of(application)
    candidate.email = f"sana@{FREE}"
    candidate.save()
    visitor.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    address = reverse("application_ask", args=[application.shown_reference])
    assert f"sana@{FREE} is a private email address." in visitor.get(address).text
    visitor.post(address)
    assert candidate_of(fresh(application)).status == "asked"
