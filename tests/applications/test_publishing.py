"""The check before a call is published, overruled by a reason; and what the office does from the call's page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.actions import calls
from applications.models import Application, Call
from core.audit import trail
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import (
    CLOSES,
    DECIDING,
    OPENS,
    PUBLISHED,
    WRITING,
    an_application,
    application_at,
    draft_call,
    lead,
    officer,
    published_call,
)
from tests.applications.pages import text_of
from tests.applications.test_before_registering import clarify
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def muddled(**fields):
    """A draft that says another weekday for its close than the calendar does."""
    return draft_call(brief="Applications close at 5pm on Friday 13 March 2019.", **fields)


WRONG_DAY = SAID.correct_the_day_or_the.format(
    SAID.does_not_fit_is_a.format("Friday 13 March 2019", "13", "March 2019", "Wednesday")
)


def test_what_the_check_finds_is_overruled_by_a_reason_only():
    call = muddled()
    for reason in ("", "  "):
        with pytest.raises(Refused) as refused:
            calls.publish(call, by=officer(), at=PUBLISHED, reason=reason)
        assert refused.value.field == "reason"
        assert refused.value.sentence.startswith(SAID.the_check_found.format("1 thing"))
    calls.publish(call, by=officer(), at=PUBLISHED, reason="The paper version says so too.")
    entry = trail.history(call).get()
    assert entry.detail["reason"] == "The paper version says so too."
    assert entry.detail["overruled"] == [f"Brief: {WRONG_DAY}"]


def test_a_clean_call_is_published_without_a_word_about_the_check():
    call = published_call()
    assert {"overruled", "reason"} & set(trail.history(call).get().detail) == set()


def test_what_must_be_put_right_is_not_overruled():
    call = muddled(closes_at=CLOSES - timedelta(days=60), opens_at=OPENS - timedelta(days=60))
    with pytest.raises(Refused, match="which has passed"):
        calls.publish(call, by=officer(), at=PUBLISHED, reason="It is meant.")


def test_an_earlier_calls_and_another_programmes_name_are_found():
    from applications.actions.call_checks import found_in
    from core.accounts.models import Programme

    host = OrganisationFactory(name="Northmoor Council")
    Programme.objects.create(
        name="Lantern Street Programme",
        slug="lantern",
        reference_prefix="LSP",
        funder=host,
        host=host,
        fewest_placements=1,
        most_placements=2,
    )
    published_call(title="Reading by the River")
    call = draft_call(brief="Like Reading by the River, of the Lantern Street Programme at Northmoor Council.")
    assert [one.sentence.split("”")[0].strip("“") for one in found_in(call)] == [
        "Lantern Street Programme",
        "Northmoor Council",
        "Reading by the River",
    ]


def test_the_standard_form_itself_gives_no_findings():
    from applications.actions.call_checks import found_in

    assert found_in(application_at("draft").call) == []


# --- In the admin ---


def as_officer():
    client = Client()
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    return client


def step(call, name):
    return f"/admin/applications/call/{call.pk}/steps/{name}/"


def test_the_officer_reads_what_the_check_found_on_the_calls_page_and_before_publishing(visitor):
    call = muddled()
    visitor.clock.move_to(PUBLISHED)
    officers = as_officer()
    for address in (f"/admin/applications/call/{call.pk}/change/", step(call, "publish")):
        page = text_of(officers.get(address))
        assert f"What the check found Brief: {WRONG_DAY}" in page
    refused = officers.post(step(call, "publish"), {"reason": ""})
    assert SAID.fix_what_the_check_found in text_of(refused)
    officers.post(step(call, "publish"), {"reason": "It is meant."})
    call.refresh_from_db()
    assert call.status == "published"


def test_a_reason_overrules_only_what_was_shown(visitor):
    call = muddled()
    visitor.clock.move_to(PUBLISHED)
    officers = as_officer()
    seen = officers.get(step(call, "publish")).context["form"]["seen"].value()
    Call.objects.filter(pk=call.pk).update(summary="See Appendix B.")
    page = officers.post(step(call, "publish"), {"reason": "It is meant.", "seen": seen})
    assert SAID.the_call_has_changed_read in text_of(page)
    assert "“Appendix B” is promised" in text_of(page)
    again = page.context["form"]["seen"].value()
    officers.post(step(call, "publish"), {"reason": "It is meant.", "seen": again})
    call.refresh_from_db()
    assert call.status == "published"


def test_a_clean_call_is_published_at_one_press(visitor):
    call = draft_call()
    visitor.clock.move_to(PUBLISHED)
    page = as_officer().get(step(call, "publish"))
    assert 'name="reason"' not in page.text
    as_officer().post(step(call, "publish"))
    call.refresh_from_db()
    assert call.status == "published"


def test_the_officer_sees_who_will_be_told_of_an_extension(visitor):
    call = published_call()
    quay, own = OrganisationFactory(name="Quayside Advice"), OrganisationFactory(name="Own deadline")
    an_application(call, organisation=quay)
    Application.objects.filter(pk=an_application(call, organisation=own).pk).update(
        own_closes_at=CLOSES + timedelta(days=9)
    )
    page = text_of(as_officer().get(step(call, "extend")))
    assert (
        f"Who we will email We will email the new deadline and your reason to everyone who has a draft or has submitted: Quayside Advice: {lead(quay)}"
        in page
    )
    assert "Own deadline" not in page


def test_the_officer_answers_and_invites_from_the_calls_page(visitor):
    call = published_call(kind=Call.Kind.BY_INVITATION)
    officers = as_officer()
    answered = officers.post(step(call, "answer"), {"question": "Part time?", "answer": "Yes."}, follow=True)
    assert SAID.the_answer_is_on_the in text_of(answered)
    page = officers.get(step(call, "invite"))
    assert page.context["form"]["expires_at"].value() == CLOSES.replace(tzinfo=None)
    sent = {
        "invited": "Quayside Advice",
        "email": "office@example.org",
        "expires_at": "2019-03-13T17:00",
        "most_uses": 1,
    }
    wrong = officers.post(step(call, "invite"), sent | {"email": "office", "most_uses": "0"})
    assert SAID.enter_an_email_address_like_name in text_of(wrong)
    assert "Enter 1 or more." in text_of(wrong)
    officers.post(step(call, "invite"), sent)
    listed = text_of(officers.get(f"/admin/applications/callinvitation/?call__id__exact={call.pk}"))
    assert "0 results" not in listed
    other = published_call(slug="another-call")
    assert "Quayside" not in text_of(officers.get(f"/admin/applications/callinvitation/?call__id__exact={other.pk}"))
    assert "Quayside Advice" in listed
    assert "no one yet 0 of 1 works until 5pm on Wednesday 13 March 2019" in listed
    invitation = call.invitations.get()
    officers.post(f"/admin/applications/callinvitation/{invitation.pk}/steps/withdraw/")
    assert "withdrawn, Wednesday 20 February 2019" in text_of(officers.get("/admin/applications/callinvitation/"))


def test_after_the_close_nothing_is_offered_that_comes_too_late(visitor):
    call = published_call(kind=Call.Kind.BY_INVITATION)
    address = f"/admin/applications/call/{call.pk}/change/"
    names = lambda: {item["name"] for item in as_officer().get(address).context["step_buttons"]}  # noqa: E731
    assert {"answer", "invite"} <= names()
    visitor.clock.move_to(CLOSES)
    assert not {"answer", "invite"} & names()


def test_lists_of_answers_and_codes_cost_the_same_for_one_and_for_three(visitor, django_assert_num_queries):
    from applications.actions import invitations

    call = published_call(kind=Call.Kind.BY_INVITATION)
    officers = as_officer()
    for more in (1, 2):
        for number in range(more):
            clarify(call, question=f"{more}{number}?")
            organisation = OrganisationFactory()
            sent = {"invited": "Quay", "email": "a@example.org", "expires_at": CLOSES, "most_uses": 1}
            invitation = invitations.issue(call, **sent, by=officer(), at=WRITING)
            invitations.bind(invitation, organisation=organisation, by=lead(organisation), at=WRITING)
        officers.get(call.get_absolute_url())
        with django_assert_num_queries(10):
            officers.get(call.get_absolute_url())
        with django_assert_num_queries(7):  # one lists the calls to choose from
            officers.get("/admin/applications/callinvitation/")


def test_a_step_that_is_not_possible_yet_says_why_on_the_page(visitor):
    application = application_at("submitted")
    visitor.clock.move_to(DECIDING)
    page = as_officer().get(f"/admin/applications/call/{application.call_id}/change/")
    waiting = dict(page.context["steps_waiting"])
    assert waiting["Mark as decided"] in text_of(page)
    assert "decide" not in {item["name"] for item in page.context["step_buttons"]}
