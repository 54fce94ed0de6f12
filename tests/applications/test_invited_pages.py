"""Calls by invitation: for everybody but those who were invited the call does not exist."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache

from applications.actions import calls, invitations
from applications.models import Application, Call, CallInvitation
from applications.views.rate_limits import MOST
from core.visibility import visible
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.applications.factories import WRITING, lead, officer
from tests.applications.test_inviting import EARLIER, again, code_of, invited_call, start, taken_up
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_guesses():
    cache.clear()


@pytest.fixture
def visitor():
    client = Client()
    with time_machine.travel(WRITING, tick=False) as clock:
        client.clock = clock
        yield client


def seen_by(person, call):
    return visible(Call, person).filter(pk=call.pk).exists(), person.has_perm("applications.view_call", call)


def test_only_those_who_took_a_code_up_see_the_call():
    call, organisation = invited_call(), OrganisationFactory()
    stranger, own = lead(OrganisationFactory()), lead(organisation)
    assert (seen_by(stranger, call), seen_by(again(own), call)) == ((False, False), (False, False))
    invitation = taken_up(call, organisation)
    assert (seen_by(stranger, call), seen_by(again(own), call)) == ((False, False), (True, True))
    invitations.withdraw(invitation, by=officer(), at=WRITING)
    assert seen_by(again(own), call) == (False, False)


def test_whoever_has_applied_goes_on_seeing_the_call():
    call, organisation = invited_call(), OrganisationFactory()
    invitation = taken_up(call, organisation)
    start(call, organisation)
    invitations.withdraw(invitation, by=officer(), at=WRITING)
    assert seen_by(again(lead(organisation)), call) == (True, True)


def test_for_others_the_call_does_not_exist(visitor):
    call = invited_call(title="Hidden from most")
    taken_up(call)
    for person in (None, lead(OrganisationFactory())):
        if person:
            visitor.force_login(person, backend="core.accounts.sign_in.SignIn")
        statuses = [
            visitor.get(f"{call.get_absolute_url()}{part}").status_code for part in ("", "deadline.ics", "blank.pdf")
        ]
        assert statuses == [404, 404, 404]
        for address in ("/", "/calls/", "/grants/360giving.json", "/grants/360giving.csv"):
            response = visitor.get(address)
            content = response.getvalue() if response.streaming else response.content
            assert b"Hidden from most" not in content
    assert visitor.get(f"{call.get_absolute_url()}apply/").status_code == 404


def test_the_letters_link_lets_somebody_read_the_call_and_then_apply(visitor, monkeypatch):
    call = invited_call()
    _, code = code_of(monkeypatch, call)
    page = visitor.get(f"/invited/{code}/", follow=True)
    assert page.redirect_chain == [("/invited/", 302)]
    assert "5pm on Friday 8 March 2019" in page.text
    assert "?next=/invited/" in page.text
    read = visitor.get(call.get_absolute_url())
    assert "You are invited" in read.text
    assert visitor.get(f"{call.get_absolute_url()}deadline.ics").status_code == 200
    organisation = OrganisationFactory(name="Quayside Advice Ltd")
    visitor.force_login(lead(organisation), backend="core.accounts.sign_in.SignIn")
    visitor.get(f"/invited/{code}/")
    assert "Quayside Advice Ltd" in visitor.get("/invited/").text
    answer = visitor.post("/invited/apply/", {"organisation": organisation.pk})
    assert answer.headers["Location"] == f"{call.get_absolute_url()}apply/"
    chosen = {"organisation": organisation.pk, "post": call.posts.get().pk}
    visitor.post(f"{call.get_absolute_url()}apply/", chosen)
    application = Application.objects.get()
    assert (application.organisation, application.closes_at) == (organisation, EARLIER)
    assert call.title in visitor.get("/calls/").text
    back = visitor.get(f"/invited/{code}/", follow=True)
    assert application.get_absolute_url() in back.text


def test_somebody_without_an_organisation_is_led_to_name_one_first(visitor, monkeypatch):
    _, code = code_of(monkeypatch, invited_call())
    visitor.force_login(UserFactory(), backend="core.accounts.sign_in.SignIn")
    assert "/organisation/?next=/invited/" in visitor.get(f"/invited/{code}/", follow=True).text


def test_of_several_organisations_one_is_chosen(visitor, monkeypatch):
    _, code = code_of(monkeypatch, invited_call())
    person = UserFactory()
    for _ in range(2):
        MembershipFactory(person=person)
    visitor.force_login(person, backend="core.accounts.sign_in.SignIn")
    visitor.get(f"/invited/{code}/")
    assert SAID.choose_the_organisation_that_applies in visitor.post("/invited/apply/", {}).text


def test_anothers_code_is_refused_with_the_way_out(visitor, monkeypatch):
    invitation, code = code_of(monkeypatch, invited_call(), most_uses=2)
    first, second = OrganisationFactory(), OrganisationFactory()
    invitations.bind(invitation, organisation=first, by=lead(first), at=WRITING)
    visitor.force_login(lead(second), backend="core.accounts.sign_in.SignIn")
    visitor.get(f"/invited/{code}/")
    assert invitations.ANOTHERS in visitor.post("/invited/apply/", {"organisation": second.pk}).text
    assert again(invitation).organisation == first


@pytest.mark.parametrize("typed", ["k7qm3xtr9wbdpl4h", " K7QM 3XTR 9WBD PL4H ", "K7QM-3XTR-9WBD-PL4H"])
def test_a_code_is_read_however_it_is_typed(visitor, monkeypatch, typed):
    code_of(monkeypatch, invited_call())
    assert visitor.post("/invited/", {"code": typed}).headers["Location"] == "/invited/"


def spoilt(invitation, how):
    rows = CallInvitation.objects.filter(pk=invitation.pk)
    if how == "withdrawn":
        rows.update(withdrawn_at=WRITING)
    elif how == "expired":
        rows.update(expires_at=WRITING)
    elif how == "used up":
        rows.update(organisation=OrganisationFactory(), uses=1)
    elif how == "cancelled":
        calls.cancel(invitation.call, reason="x", by=officer(), at=WRITING)
    elif how == "unknown":
        rows.update(code_digest="0" * 64)


@pytest.mark.parametrize("how", ["unknown", "withdrawn", "expired", "used up", "cancelled"])
def test_every_code_that_does_not_work_gets_the_same_sentence(visitor, monkeypatch, how):
    invitation, code = code_of(monkeypatch, invited_call())
    spoilt(invitation, how)
    by_hand, by_link = visitor.post("/invited/", {"code": code}), visitor.get(f"/invited/{code}/")
    assert (by_hand.status_code, by_link.status_code) == (200, 410)
    for page in (by_hand, by_link):
        assert invitations.DOES_NOT_WORK in page.text
        assert "/help/" in page.text
        assert invitation.call.title not in page.text
        assert "invitation" not in page.client.session


def test_what_was_shown_before_is_read_no_longer_once_the_code_is_withdrawn(visitor, monkeypatch):
    call = invited_call()
    invitation, code = code_of(monkeypatch, call)
    visitor.get(f"/invited/{code}/")
    invitations.withdraw(invitation, by=officer(), at=WRITING)
    assert visitor.get(call.get_absolute_url()).status_code == 404
    assert SAID.enter_your_invitation_code in visitor.get("/invited/").text


def test_ten_wrong_codes_and_no_more_are_read_for_a_while(visitor, monkeypatch):
    _, code = code_of(monkeypatch, invited_call())
    for number in range(MOST):
        wrong = visitor.get(f"/invited/WRONG-{number}/") if number % 2 else visitor.post("/invited/", {"code": "WRONG"})
        assert wrong.status_code in {200, 410}
    assert visitor.get(f"/invited/{code}/").status_code == 429
    assert visitor.post("/invited/", {"code": code}).status_code == 429
    visitor.clock.shift(301)
    assert visitor.post("/invited/", {"code": code}).status_code == 302


def test_the_code_is_not_in_the_logs():
    from core.logs import mask_tokens

    event = mask_tokens(None, "", {"request": "GET /invited/K7QM-3XTR-9WBD-PL4H/"})
    assert event == {"request": "GET /invited/…/"}
