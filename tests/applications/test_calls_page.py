"""The public pages of calls: dates computed, everything readable before anybody registers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from applications.actions import calls
from applications.models import Application, Call, Post
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.applications.factories import (
    CLOSES,
    OPENS,
    WRITING,
    an_application,
    draft_call,
    lead,
    officer,
    published_call,
)
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    client = Client()
    with time_machine.travel(CLOSES - timedelta(days=3, hours=4), tick=False) as clock:
        client.clock = clock
        yield client


def groups(visitor) -> dict[str, list[Call]]:
    context = visitor.get("/calls/").context
    return {name: context[name] for name in ("open_now", "opening", "past")}


def test_the_deadline_is_a_computed_weekday_with_the_time_left(visitor):
    call = published_call()
    for address in ("/calls/", call.get_absolute_url()):
        text = " ".join(visitor.get(address).content.decode().replace("<strong>", "").replace("</strong>", "").split())
        assert "5pm on Wednesday 13 March 2019 (UK time)" in text
        assert "in 3 days 4 hours" in text


def test_a_call_moves_from_opening_to_open_to_past_by_the_clock(visitor):
    call = published_call()
    for at, group in ((OPENS - timedelta(seconds=1), "opening"), (OPENS, "open_now"), (CLOSES, "past")):
        visitor.clock.move_to(at)
        assert groups(visitor) == {"open_now": [], "opening": [], "past": []} | {group: [call]}


def test_a_draft_or_invited_call_is_not_found_by_the_public(visitor):
    hidden = [draft_call(), published_call(kind=Call.Kind.BY_INVITATION)]
    for call in hidden:
        for part in ("", "apply/", "deadline.ics", "blank.pdf"):
            response = visitor.get(f"{call.get_absolute_url()}{part}", follow=False)
            assert response.status_code == (302 if part == "apply/" else 404)
    assert groups(visitor) == {"open_now": [], "opening": [], "past": []}
    visitor.force_login(officer())
    assert b"This call is not published" in visitor.get(hidden[0].get_absolute_url()).content


def test_every_question_limit_criterion_and_sum_is_public(visitor):
    call = published_call()
    text = visitor.get(call.get_absolute_url()).content.decode()
    wanted = [question.label.replace("'", "&#x27;") for question in call.questions.all()]
    wanted += [str(criterion) for criterion in call.criteria.all()]
    wanted += [meaning for criterion in call.criteria.all() for _, meaning in criterion.scale]
    wanted += ["up to 500 words", "£39,501 to £43,602", "£29,700.60", "<strong>practice</strong>", "May 2019"]
    assert [part for part in wanted if part not in text] == []


def test_the_deadline_can_be_put_into_a_calendar(visitor):
    call = published_call()
    response = visitor.get(f"{call.get_absolute_url()}deadline.ics")
    content = b"".join(response.streaming_content).decode()
    assert response.headers["Content-Type"] == "text/calendar"
    assert "DTSTART:20190313T170000Z" in content.replace("\r\n", "\n")


def test_a_calendar_that_has_the_deadline_takes_the_later_one_when_the_call_is_extended(visitor):
    call, found = published_call(), []
    for closes_at in (None, CLOSES + timedelta(days=7), CLOSES + timedelta(days=8)):
        if closes_at:
            calls.extend(
                call, closes_at=closes_at, reason="Half-term.", despite="Visits move too.", by=officer(), at=WRITING
            )
        response = visitor.get(f"{call.get_absolute_url()}deadline.ics")
        (event,) = Calendar.from_ical(b"".join(response.streaming_content)).walk("VEVENT")
        found.append((event["UID"], event["SEQUENCE"], event.decoded("DTSTART")))
    assert [at for _, _, at in found] == [CLOSES, CLOSES + timedelta(days=7), CLOSES + timedelta(days=8)]
    assert len({uid for uid, _, _ in found}) == 1
    assert found[0][1] < found[1][1] < found[2][1]


def test_a_rolling_call_has_no_deadline(visitor):
    call = published_call(kind=Call.Kind.ROLLING, closes_at=None)
    assert visitor.get(f"{call.get_absolute_url()}deadline.ics").status_code == 404
    assert b"You can apply at any time." in visitor.get(call.get_absolute_url()).content


def test_starting_wants_an_account_and_an_organisation(visitor):
    address = f"{published_call().get_absolute_url()}apply/"
    assert visitor.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    visitor.force_login(UserFactory())
    assert visitor.get(address).headers["Location"] == f"/organisation/?next={address.replace('/', '%2F')}"


def test_one_organisation_and_one_post_start_with_one_press(visitor):
    call, organisation = published_call(), OrganisationFactory()
    visitor.force_login(lead(organisation))
    page = visitor.get(f"{call.get_absolute_url()}apply/")
    chosen = {"organisation": organisation.pk, "post": call.posts.get().pk}
    assert {name: page.context["form"][name].value() for name in chosen} == chosen
    response = visitor.post(f"{call.get_absolute_url()}apply/", chosen)
    application = Application.objects.get()
    assert response.headers["Location"] == f"/applications/{application.draft_reference}/"
    assert visitor.post(f"{call.get_absolute_url()}apply/", chosen).headers["Location"] == response.headers["Location"]


def test_several_organisations_and_posts_are_chosen_from(visitor):
    call, person = published_call(), UserFactory()
    Post.objects.create(call=call, job_title="Second post", grade="7")
    for _ in range(2):
        MembershipFactory(person=person)
    visitor.force_login(person)
    text = visitor.post(f"{call.get_absolute_url()}apply/", {}).content.decode()
    assert (SAID.choose_the_organisation_that_applies in text, SAID.choose_the_post_you_apply in text) == (True, True)


def test_nobody_starts_for_an_organisation_in_the_address(visitor):
    call, other = published_call(), OrganisationFactory()
    visitor.force_login(lead(OrganisationFactory()))
    visitor.post(f"{call.get_absolute_url()}apply/", {"organisation": other.pk, "post": call.posts.get().pk})
    assert Application.objects.count() == 0


def test_after_the_close_the_page_says_so_and_starts_nothing(visitor):
    call, organisation = published_call(), OrganisationFactory()
    visitor.clock.move_to(CLOSES)
    visitor.force_login(lead(organisation))
    address = f"{call.get_absolute_url()}apply/"
    assert b"The call closed at 5pm on Wednesday 13 March 2019 (UK time)." in visitor.get(address).content
    visitor.post(address, {"organisation": organisation.pk, "post": call.posts.get().pk})
    assert Application.objects.count() == 0


def test_the_calls_page_leads_on_to_what_was_begun_instead_of_asking_to_start(visitor):
    call = published_call()
    organisation = OrganisationFactory()
    visitor.force_login(lead(organisation), backend="core.accounts.sign_in.SignIn")
    assert "Start an application" in visitor.get(call.get_absolute_url()).content.decode()
    application = an_application(call, organisation=organisation)
    an_application(call)  # another organisation's
    page = visitor.get(call.get_absolute_url()).content.decode()
    assert SAID.continue_with_your_application in page
    assert f'href="{application.get_absolute_url()}"' in page
    assert "Start an" not in page
    Post.objects.create(call=call, job_title="Second post", grade="7")
    assert "Start another application" in visitor.get(call.get_absolute_url()).content.decode()


def test_the_call_says_whether_the_time_can_be_extended(visitor):
    call = published_call(longest_extension_months=6)
    never = published_call(longest_extension_months=0)
    pages = [" ".join(visitor.get(one.get_absolute_url()).text.split()) for one in (call, never)]
    assert [SAID.possible_once_for_up_to.format(6) in pages[0], "Extension" in pages[1]] == [True, False]


def test_a_stranger_who_starts_an_application_registers_first_or_signs_in(visitor):
    call = published_call()
    apply = f"{call.get_absolute_url()}apply/"
    page = visitor.get(call.get_absolute_url()).text
    registers, signs_in = f'href="/accounts/signup/?next={apply}"', f'href="/accounts/login/?next={apply}"'
    assert (registers in page, signs_in in page, f'href="{apply}"' in page) == (True, True, False)


def test_an_application_that_was_begun_is_pointed_to(visitor):
    application = an_application(at=WRITING)
    visitor.force_login(lead(application.organisation))
    text = visitor.get(f"{application.call.get_absolute_url()}apply/").content.decode()
    assert application.get_absolute_url() in text
    assert "Start the application" not in text


def test_calls_ask_the_same_number_of_questions_for_one_and_for_three(visitor, django_assert_num_queries):
    call = published_call()
    addresses = {"/calls/": 3, call.get_absolute_url(): 6}
    visitor.get("/calls/")  # what a process asks once a minute
    for more in (0, 2):
        for _ in range(more):
            published_call()
        for address, number in addresses.items():
            with django_assert_num_queries(number):
                visitor.get(address)
