"""Expressions of interest as people meet them: the form, the own page, the office's page."""

import re

import pytest

from applications.actions import expressions
from applications.actions.expressions import Words
from applications.models import Application, ExpressionDraft, ExpressionOfInterest
from core.accounts.models import Programme
from core.audit.immutability import bypass_triggers
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory, editor_of
from tests.applications.factories import (
    CLOSES,
    OPENS,
    WRITING,
    an_expression,
    application_at,
    expression_at,
    lead,
    officer,
    programme,
    published_call,
    strands,
)
from tests.applications.panel import committee, funder_assessor, says_none
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(WRITING, tick=False)


def as_(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def typed(**words):
    """What the form sends, for the only organisation."""
    first = strands()[0].pk
    return {"programme": "cii", "about": "Share what we know.", f"strand_{first}": "Advice comes too late."} | words


def own_client(organisation=None):
    organisation = organisation or OrganisationFactory()
    strands()
    return as_(lead(organisation)), organisation


def original_of(page):
    """The mark of the words that a page for changing them began with."""
    return re.search(r'name="original" value="(\w+)"', page)[1]


def boxes(page):
    """What stands in the boxes of a page, by name."""
    return dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page))


# --- Sending ---


def test_the_calls_page_leads_to_it_and_so_does_the_front_page_when_nothing_is_open():
    assert 'href="/interest/new/"' in Client().get("/calls/").text
    assert 'href="/interest/new/"' in Client().get("/").text


def test_whoever_has_no_organisation_names_one_first_and_comes_back():
    programme()
    response = as_(UserFactory()).get("/interest/new/")
    assert response.headers["Location"] == "/organisation/?next=%2Finterest%2Fnew%2F"


def test_it_is_sent_with_one_form_and_shown():
    client, organisation = own_client()
    page = client.get("/interest/new/")
    assert [f"strand_{strand.pk}" in boxes(page.text) for strand in strands()] == [True, True]
    sent = client.post("/interest/new/", typed(organisation=organisation.pk))
    expression = ExpressionOfInterest.objects.get()
    assert sent.headers["Location"] == f"/interest/{expression.reference}/"
    shown = client.get(sent.headers["Location"]).text
    assert "Advice comes too late." in shown
    assert SAID.waits_for_our_answer in shown
    assert expression.reference in client.get("/interest/").text


def test_what_is_wrong_comes_back_with_a_sentence_and_every_word():
    client, organisation = own_client()
    first, second = strands()
    long = "word " * 151
    words = {"about": "", f"strand_{first.pk}": "", f"strand_{second.pk}": long, "person_in_mind": "Runs our forum."}
    page = client.post("/interest/new/", typed(organisation=organisation.pk, **words)).text
    assert re.findall(r'<li><a href="#(\w+)">([^<]*)</a>', page) == [
        ("id_about", SAID.say_in_a_few_sentences),
        (
            f"id_strand_{second.pk}",
            SAID.has_words_and_the_limit.format("Young Londoners", "151", "150. Take out 1 word"),
        ),
    ]
    assert boxes(page)["person_in_mind"] == "Runs our forum."
    assert boxes(page)[f"strand_{second.pk}"].strip() == long.strip()
    assert 'data-word-limit="150"' in page
    assert not ExpressionOfInterest.objects.exists()


def test_a_second_one_is_refused_with_the_words_kept():
    client, organisation = own_client()
    an_expression(organisation)
    page = client.post("/interest/new/", typed(organisation=organisation.pk, about="Something else."))
    assert page.status_code == 409
    assert SAID.waits_for_an_answer in page.text
    assert boxes(page.text)["about"] == "Something else."


def test_of_several_programmes_one_is_chosen():
    client, organisation = own_client()
    strands()
    other = Programme.objects.create(
        name="Another programme",
        slug="other",
        reference_prefix="OTH",
        funder=OrganisationFactory(),
        host=OrganisationFactory(),
        fewest_placements=1,
        most_placements=2,
    )
    assert SAID.which_programme_is_it_for in client.get("/interest/new/").text
    assert "Choose the programme" in client.get("/interest/new/?programme=").text
    assert "Another programme" in client.get("/interest/new/?programme=other").text
    sent = {"programme": "other", "about": "Share.", "organisation": organisation.pk}
    assert client.post("/interest/new/", sent).status_code == 302
    assert ExpressionOfInterest.objects.get().programme == other


def test_of_several_organisations_one_is_chosen_and_never_anothers():
    strands()
    person, other = lead(OrganisationFactory()), OrganisationFactory()
    MembershipFactory(person=person, organisation=other)
    assert SAID.which_organisation_is_it_for in as_(person).get("/interest/new/").text
    stranger = OrganisationFactory()
    page = as_(person).post("/interest/new/", typed(organisation=stranger.pk))
    assert page.status_code == 200
    assert not ExpressionOfInterest.objects.exists()


def test_an_expired_session_returns_to_the_words():
    client, organisation = own_client()
    writer = re.search(r'name="writer" value="([^"]+)"', client.get("/interest/new/").text)[1]
    away = Client()
    led = away.post("/interest/new/", typed(organisation=organisation.pk, writer=writer, about="Hours of work."))
    assert led.headers["Location"].startswith("/accounts/login/")
    session = dict(away.session)
    back = as_(lead(organisation))
    kept = back.session
    kept.update(session)
    kept.save()
    page = back.get("/interest/new/").text
    assert SAID.your_session_had_ended_and in page
    assert boxes(page)["about"] == "Hours of work."


# --- Saved while typing ---


def by_itself(client, page, address="/interest/new/", **words):
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in ("seen", "window", "edits", "programme", *form.box_names)}
    return client.post(address, sent | words, headers={"HX-Request": "true"})


def test_f43_what_is_typed_is_saved_without_a_press_and_is_there_when_the_browser_was_closed():
    client, organisation = own_client()
    answer = by_itself(client, client.get("/interest/new/"), about="Hours of work.")
    assert "Saved at 10am" in answer.text
    assert ExpressionOfInterest.objects.count() == 0
    again = as_(lead(organisation)).get("/interest/new/")
    assert boxes(again.text)["about"] == "Hours of work."
    assert SAID.you_have_not_sent_it in again.text
    assert boxes(as_(editor_of(organisation)).get("/interest/new/").text)["about"] == ""


def test_f43_too_many_words_are_saved_and_once_sent_the_draft_is_gone():
    client, _ = own_client()
    words = " ".join(["word"] * 310)
    assert client.post("/interest/new/", typed(about=words)).status_code == 200
    page = client.get("/interest/new/")
    assert boxes(page.text)["about"] == words
    again = {name: page.context["form"][name].value() for name in ("seen", "window", "organisation")}
    answer = client.post("/interest/new/", typed(**again))
    assert answer.status_code == 302, answer.context["form"].errors
    assert ExpressionDraft.objects.count() == 0


def test_f43_a_change_is_not_read_by_the_office_before_it_is_saved():
    client, organisation = own_client()
    expression = an_expression(organisation)
    address = f"/interest/{expression.reference}/edit/"
    by_itself(client, client.get(address), address, about="Half a thought")
    assert ExpressionOfInterest.objects.get().about == "Share what we know."
    assert boxes(client.get(address).text)["about"] == "Half a thought"


def test_f43_two_tabs_of_one_person_lose_nothing():
    client, _ = own_client()
    first, second = client.get("/interest/new/"), client.get("/interest/new/")
    by_itself(client, first, about="On the telephone")
    assert "X-Unsaved" not in by_itself(client, second, person_in_mind="A caseworker").headers
    late = by_itself(client, second, person_in_mind="A caseworker", about="On the laptop")
    assert late.headers["X-Unsaved"] == "yes"
    page = client.get("/interest/new/")
    assert (boxes(page.text)["about"], boxes(page.text)["person_in_mind"]) == ("On the telephone", "A caseworker")


# --- Changing and withdrawing ---


def test_it_is_changed_while_it_waits_and_then_no_more():
    client, organisation = own_client()
    expression = an_expression(organisation)
    address = f"/interest/{expression.reference}/edit/"
    form = client.get(address).text
    original = original_of(form)
    assert boxes(form)["about"] == "Share what we know."
    assert client.post(address, typed(original=original, about="Share more.")).status_code == 302
    assert Words.of(ExpressionOfInterest.objects.get()).about == "Share more."
    expressions.put_off(expression, text="Not now.", by=officer(), at=WRITING)
    assert client.get(address).headers["Location"] == f"/interest/{expression.reference}/"
    late = client.post(address, typed(original=original, about="Too late."))
    assert (late.status_code, SAID.its_words_stand_as_they in late.text) == (409, True)


def test_two_who_change_it_at_once_lose_no_word():
    client, organisation = own_client()
    expression = an_expression(organisation)
    address = f"/interest/{expression.reference}/edit/"
    original = original_of(client.get(address).text)
    as_(editor_of(organisation)).post(address, typed(original=original, about="Theirs."))
    page = client.post(address, typed(original=original, about="Mine."))
    assert page.status_code == 409
    assert boxes(page.text)["about"] == "Mine."
    assert "Theirs." in page.text
    again = {name: page.context["form"][name].value() for name in ("original", "seen")}
    assert client.post(address, typed(**again, about="Theirs and mine.")).status_code == 302
    assert ExpressionOfInterest.objects.get().about == "Theirs and mine."


def test_it_is_withdrawn_once_asked():
    client, organisation = own_client()
    expression = an_expression(organisation)
    address = f"/interest/{expression.reference}/withdraw/"
    assert SAID.withdraw_the_expression_of_interest in client.get(address).text
    assert client.post(address).status_code == 302
    assert ExpressionOfInterest.objects.get().status == "withdrawn"
    assert SAID.it_cannot_be_withdrawn in client.get(address).text
    assert SAID.is_not_possible_now in client.post(address).text


# --- What became of it ---


@pytest.mark.parametrize(
    ("status", "words"), [("other_work", SAID.something_else_to_do_together), ("not_now", "Not now.")]
)
def test_the_organisation_reads_the_outcome_with_its_date_and_no_conversation(status, words):
    client, organisation = own_client()
    expression = expression_at(status, organisation=organisation)
    expressions.note(expression, spoken_on=WRITING.date(), text="They sounded unsure.", by=officer(), at=WRITING)
    page = client.get(f"/interest/{expression.reference}/").text
    assert words in page
    assert SAID.our_answer_of.format("Wednesday 20 February 2019") in page
    assert "Let us talk again in May." in page
    assert "unsure" not in page


def test_one_click_starts_an_application_that_carries_the_words():
    client, organisation = own_client()
    expression = expression_at("invited", organisation=organisation)
    page = client.get(f"/interest/{expression.reference}/").text
    post = re.search(r'name="post" value="(\d+)"', page)[1]
    begun = client.post(f"/interest/{expression.reference}/start/", {"post": post})
    application = Application.objects.get()
    assert begun.headers["Location"] == application.get_absolute_url()
    tasks = client.get(application.get_absolute_url()).text
    assert (
        f'href="/interest/{expression.reference}/">your expression of interest of Wednesday 20 February 2019' in tasks
    )
    section = client.get(f"{application.get_absolute_url()}experience/").text
    assert SAID.what_you_wrote_in_your in section
    assert "People find their way to advice too late." in section
    again = client.get(f"/interest/{expression.reference}/").text
    assert application.get_absolute_url() in again
    assert 'name="post"' not in again


def test_with_several_posts_one_is_chosen():
    client, organisation = own_client()
    call = published_call()
    second = call.posts.create(
        job_title="Researcher", grade="8", purpose="p", accountabilities="a", person_specification="s"
    )
    expression = expression_at("invited", organisation=organisation, call=call)
    assert SAID.which_post_do_you_apply in client.get(f"/interest/{expression.reference}/").text
    address = f"/interest/{expression.reference}/start/"
    assert SAID.choose_the_post_you_apply in client.post(address, {}).text
    client.post(address, {"post": second.pk})
    assert Application.objects.get().post == second
    assert client.get(address).headers["Location"] == f"/interest/{expression.reference}/"


def test_before_the_call_opens_and_after_it_closed_the_page_says_so(time_machine):
    client, organisation = own_client()
    expression = expression_at("invited", organisation=organisation)
    time_machine.move_to(OPENS.replace(hour=1), tick=False)
    assert SAID.you_can_start_the_application in client.get(f"/interest/{expression.reference}/").text
    time_machine.move_to(CLOSES, tick=False)
    client, _ = own_client(organisation)
    assert SAID.no_application_can_be_started in client.get(f"/interest/{expression.reference}/").text
    late = client.post(f"/interest/{expression.reference}/start/", {"post": expression.call.posts.get().pk})
    assert "The deadline was" in late.text


def test_a_rival_assessors_and_the_committee_find_nothing():
    expression = an_expression()
    for person in (lead(OrganisationFactory()), funder_assessor(), committee()):
        for rest in ("", "edit/", "withdraw/", "start/"):
            assert as_(person).get(f"/interest/{expression.reference}/{rest}").status_code == 404
    assert as_(officer()).get(f"/interest/{expression.reference}/").status_code == 200


# --- The office ---


def test_the_office_finds_reads_notes_and_answers():
    expression, call = an_expression(about="Share what we know about <advice>."), published_call()
    client, row = as_(officer()), f"/admin/applications/expressionofinterest/{expression.pk}"
    strand = strands()[0].pk
    address = "/admin/applications/expressionofinterest/"
    for query, found in (
        ("", True),
        (f"?strand={strand}", True),
        ("?strand=0", True),
        ("?q=advice", True),
        ("?q=zzz", False),
    ):
        assert (expression.reference in client.get(f"{address}{query}").text) == found, query
    page = client.get(f"{row}/change/").text
    assert "about &lt;advice&gt;." in page
    noted = client.post(f"{row}/steps/note/", {"spoken_on": "2019-02-19", "text": "They sounded unsure."})
    assert noted.status_code == 302
    assert "They sounded unsure." in client.get(f"{row}/change/").text
    wrong = client.post(f"{row}/steps/note/", {"spoken_on": "2019-02-21", "text": "Tomorrow."})
    assert SAID.choose_today_or_a_day in wrong.text
    assert "(open to all, closes 5pm on Wednesday 13 March 2019)" in client.get(f"{row}/steps/invite/").text
    assert client.post(f"{row}/steps/invite/", {"call": call.pk, "text": "Do apply."}).status_code == 302
    expression.refresh_from_db()
    assert (expression.status, expression.call, expression.outcome) == ("invited", call, "Do apply.")


def test_officers_see_on_the_application_what_it_grew_out_of_and_assessors_do_not():
    application = application_at("submitted")
    expression = expression_at("invited", organisation=application.organisation, call=application.call)
    with bypass_triggers():
        Application.objects.filter(pk=application.pk).update(expression=expression)
    shown = as_(officer()).get(f"/admin/applications/application/{application.pk}/change/").text
    assert SAID.the_expression_of_interest.format(expression.reference) in shown
    page = as_(officer()).get(f"/admin/applications/expressionofinterest/{expression.pk}/change/").text
    assert f"/admin/applications/application/{application.pk}/change/" in page
    assert (
        expression.reference
        not in as_(says_none(committee())).get(f"/admin/applications/application/{application.pk}/change/").text
    )


@pytest.mark.parametrize("address", ["/interest/", "/admin/applications/expressionofinterest/"])
def test_a_list_costs_the_same_with_one_row_and_with_three(address, django_assert_num_queries):
    own = OrganisationFactory()
    client = as_(lead(own) if address == "/interest/" else officer())
    literal = {"/interest/": 6, "/admin/applications/expressionofinterest/": 8}[address]
    for _ in range(2):
        expression_at("not_now", organisation=own)
        client.get(address)
        with django_assert_num_queries(literal):
            client.get(address)
        expression_at("not_now", organisation=own)
