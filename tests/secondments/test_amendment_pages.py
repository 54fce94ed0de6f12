"""The pages of a change of a grant, as the people it belongs to, and what waits for each."""

import pypdfium2
import pytest
import time_machine
from django.urls import reverse

from core.accounts.models import User
from core.documents import making
from secondments.lifecycle import AmendmentStatus, PlacementStatus
from secondments.models import Amendment
from secondments.work_queue import items
from tests.applications.factories import lead, officer
from tests.documents import content_of, fetched
from tests.grants.factories import director, fresh, second_officer
from tests.secondments.amending import ASKING, amendment_at, current
from tests.secondments.factories import line_manager, placement_at, programme_manager

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(ASKING, tick=False):
        yield


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        return client

    return sign_in


def waits(person):
    return [item.sentence for item in items(User.objects.get(pk=person.pk), ASKING) if "of grant" in item.sentence]


def test_from_the_placement_to_a_change_in_force(as_person, settings):
    settings.DOCUMENT_MAKER = "here"
    placement = placement_at(PlacementStatus.ACTIVE)
    grant, secondee, by_lead = placement.grant, placement.secondee, lead(placement.grant.organisation)
    every = reverse("amendments", args=[grant.reference])
    assert every in as_person(secondee).get(placement.get_absolute_url()).text
    ask = reverse("amendment_ask", args=[grant.reference, "extension"])
    assert ask in as_person(secondee).get(every).text
    given = {"last_on": "2020-10-31", "reason": "More to do."}
    page = as_person(secondee).post(ask, given)
    amendment = Amendment.objects.get()
    assert page.url == amendment.get_absolute_url()
    assert waits(by_lead) == waits(line_manager()) == [f"Agree to, or refuse the extension of grant {grant}"]
    for person in (by_lead, line_manager()):
        as_person(person).post(reverse("amendment_agree", args=[grant.reference, 1]))
    assert waits(officer()) == waits(director()) == [f"Decide on the extension of grant {grant}"]
    step = f"/admin/secondments/amendment/{amendment.pk}/steps/"
    assert "£9,600.00" in as_person(officer()).get(f"/admin/secondments/amendment/{amendment.pk}/change/").text
    as_person(officer()).post(f"{step}record/")
    assert (waits(officer()), waits(second_officer())) == ([], [f"Confirm the extension of grant {grant}"])
    as_person(second_officer()).post(f"{step}confirm/")
    making.make_now(current(amendment).document, ASKING)
    sign = reverse("amendment_sign", args=[grant.reference, 1])
    assert waits(by_lead) == waits(director()) == [f"Sign the extension of grant {grant}"]
    for person in (by_lead, director()):
        shown = {"name_typed": person.name, "is_authorised": "on", "shown_sha256": current(amendment).sha256}
        as_person(person).post(sign, shown)
    assert (current(amendment).status, fresh(grant).ends_on) == ("in_force", amendment.last_on)
    assert waits(by_lead) == waits(director()) == []
    assert "31 October 2020" in as_person(line_manager()).get(placement.get_absolute_url()).text


def test_who_does_not_see_the_salary_sees_dates_and_no_sums(as_person):
    amendment = amendment_at(AmendmentStatus.ASKED)
    for person, sees in ((lead(amendment.grant.organisation), True), (programme_manager(), False)):
        page = as_person(person).get(amendment.get_absolute_url()).text
        assert ("£9,600.00" in page) == sees
        assert "31 October 2020" in page


def test_what_can_no_longer_be_answered_shows_where_it_stands(as_person):
    amendment = amendment_at(AmendmentStatus.WITHDRAWN)
    for verb in ("agree", "refuse", "withdraw"):
        address = reverse(f"amendment_{verb}", args=[amendment.grant.reference, amendment.number])
        assert as_person(lead(amendment.grant.organisation)).post(address).url == amendment.get_absolute_url()


def test_the_supplementary_agreement_says_what_was_what_is_and_the_difference(as_person, settings):
    settings.DOCUMENT_MAKER = "here"
    amendment = amendment_at(AmendmentStatus.CONFIRMED)
    address = reverse("amendment_pdf", args=[amendment.grant.reference, amendment.number])
    assert as_person(programme_manager()).get(address).status_code == 404
    paper = pypdfium2.PdfDocument(content_of(fetched(as_person(lead(amendment.grant.organisation)), address)))
    text = " ".join(page.get_textpage().get_text_range() for page in paper)
    for words in ("Thursday 30 April 2020", "Saturday 31 October 2020", "£29,700.60", "£11,850.30", "£41,550.90"):
        assert words in text
