"""Before anybody registers: whether they can apply, whom a call welcomes, a possible second year, who pays."""

import pytest
from django.urls import reverse

from tests.applications.factories import CLOSES, WRITING, published_call

pytestmark = pytest.mark.django_db
YES = dict.fromkeys(("organisation", "employed", "released", "agrees", "deadline"), "yes")


@pytest.fixture
def ask(client, time_machine):
    """Return a way to answer the questions of a call."""
    time_machine.move_to(WRITING, tick=False)
    call = published_call()
    address = reverse("call_eligibility", args=[call.slug])
    return lambda **answers: client.post(address, {**YES, **answers})


def test_who_answers_yes_throughout_can_apply_and_is_led_on(ask):
    page = ask().text
    assert "You can apply" in page
    assert reverse("account_signup") in page


@pytest.mark.parametrize(
    ("question", "way_out"),
    [
        ("organisation", "Single people and businesses cannot apply."),
        ("employed", "they must be employed by you before it starts"),
        ("released", "It takes at least 3 days a week, for up to 12 months."),
        ("agrees", "Talk with them first."),
        ("deadline", "We cannot accept an application after 5pm on Wednesday 13 March 2019"),
    ],
)
def test_each_no_says_what_stands_in_the_way(ask, question, way_out):
    page = ask(**{question: "no"}).text
    assert way_out in page
    assert "You can apply" not in page


def test_a_question_left_out_is_asked_for(ask):
    assert ask(agrees="").text.count("Choose yes or no.") == 2  # in the summary and at the question


def test_nothing_is_kept(ask, client, django_assert_num_queries):
    ask(agrees="no")
    assert dict(client.session.items()) == {}


def test_a_rolling_call_asks_about_no_deadline(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    call = published_call(kind="rolling", closes_at=None)
    page = client.get(reverse("call_eligibility", args=[call.slug])).text
    assert "submit by" not in page


def test_a_closed_call_offers_no_check(client, time_machine):
    call = published_call()
    address = reverse("call_eligibility", args=[call.slug])
    time_machine.move_to(WRITING, tick=False)
    assert address in client.get(call.get_absolute_url()).text
    time_machine.move_to(CLOSES.replace(month=5), tick=False)
    assert address not in client.get(call.get_absolute_url()).text


def test_the_page_says_who_is_welcome_what_may_follow_and_who_pays(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    call = published_call(welcome="We welcome groups that are **under-represented**.")
    page = " ".join(client.get(call.get_absolute_url()).text.split())
    assert "groups that are <strong>under-represented</strong>" in page
    assert "Possible once, for up to 12 months, if both sides agree" in page
    assert "pays nothing towards the grant" in page


def test_a_call_without_a_welcome_has_no_empty_heading(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    assert 'id="welcome"' not in client.get(published_call().get_absolute_url()).text
