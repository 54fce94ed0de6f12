"""Expressions of interest: sent and changed by an organisation, talked over and answered by the office."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from applications import reminders, work_queue
from applications.actions import applications, expressions, invitations
from applications.actions.expressions import ABOUT_WORDS, STRAND_WORDS, Words
from applications.lifecycle import ExpressionStatus
from applications.models import Application, ExpressionOfInterest, Strand
from core.audit import trail
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.lifecycle import Refused
from core.visibility import visible
from core.work_queue import WorkItem
from tests.accounts.factories import OrganisationFactory, UserFactory, editor_of
from tests.applications.factories import (
    CLOSES,
    OPENS,
    PUBLISHED,
    WRITING,
    an_application,
    an_expression,
    draft_call,
    expression_at,
    lead,
    officer,
    programme,
    published_call,
    strands,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def letters(template):
    return Letter.objects.filter(template=f"applications.{template}")


def send(organisation, words, **facts):
    facts = {"by": lead(organisation), "at": WRITING} | facts
    return expressions.send(programme(), organisation=organisation, words=words, **facts)


# --- Sending and changing ---


def test_it_needs_no_deadline_and_nobody_proposed_and_everybody_of_the_organisation_has_a_receipt():
    own = OrganisationFactory()
    editor = editor_of(own)
    expression = an_expression(own)
    assert (expression.status, expression.call, expression.person_in_mind) == ("received", None, "")
    assert set(letters("expression_received").values_list("to_email", flat=True)) == {lead(own).email, editor.email}
    assert expression.reference in letters("expression_received").first().body
    assert [line.event for line in trail.history(expression)] == [SAID.expression_of_interest_sent]


def test_the_strands_of_the_year_are_asked_about():
    strands()
    Strand.objects.create(programme=programme(), title="Over", from_year=2016, to_year=2018)
    Strand.objects.create(programme=programme(), title="To come", from_year=2020)
    offered = expressions.strands_in_force(programme(), WRITING)
    assert [strand.title for strand in offered] == ["Advice in the community", "Young Londoners"]


def test_what_is_wrong_is_said_for_each_field_at_once():
    first, second = strands()
    words = Words("", {second.pk: "word " * (STRAND_WORDS + 1)}).tidy()
    assert {(problem.field, problem.sentence) for problem in expressions.problems(words, [first, second])} == {
        ("about", SAID.say_in_a_few_sentences),
        (f"strand_{second.pk}", SAID.has_words_and_the_limit.format("Young Londoners", "151", "150. Take out 1 word")),
    }


@pytest.mark.parametrize(
    ("words", "field", "sentence"),
    [
        (lambda first: Words(" ", {first: "Advice."}), "about", SAID.say_in_a_few_sentences),
        (
            lambda first: Words("Share.", {first: " "}),
            "strand_first",
            SAID.say_for_at_least_one,
        ),
        (
            lambda first: Words("word " * (ABOUT_WORDS + 2), {first: "Advice."}),
            "about",
            SAID.has_words_and_the_limit.format(SAID.what_you_would_like_to, "302", "300. Take out 2 words"),
        ),
        (
            lambda first: Words("Share.", {first: "Advice.", 0: "Else."}),
            None,
            SAID.one_of_the_strands_is,
        ),
    ],
)
def test_words_that_are_missing_or_too_many_are_refused(words, field, sentence):
    first = strands()[0].pk
    with pytest.raises(Refused) as refusal:
        send(OrganisationFactory(), words(first))
    assert (refusal.value.field, refusal.value.sentence) == (field and field.replace("first", str(first)), sentence)
    assert not ExpressionOfInterest.objects.exists()


def test_a_programme_without_strands_asks_only_what_one_would_like_to_do():
    assert send(OrganisationFactory(), Words("Share what we know.")).about == "Share what we know."


def test_a_stranger_to_the_organisation_sends_nothing():
    with pytest.raises(Refused, match=SAID.you_do_not_belong_to):
        send(OrganisationFactory(), Words("Share."), by=UserFactory())


def test_the_same_one_sent_twice_is_kept_once_and_another_has_to_wait():
    own = OrganisationFactory()
    once = send(own, Words("Share what we know."))
    assert send(own, Words(" Share what we know. "), at=WRITING + timedelta(seconds=1)).pk == once.pk
    with pytest.raises(Refused, match=r"of Wednesday 20 February 2019 is waiting for an answer\. Change"):
        send(own, Words("Something else."))
    assert letters("expression_received").count() == 1


def test_a_new_one_may_be_sent_once_the_first_is_answered():
    expression = expression_at("not_now")
    assert an_expression(expression.organisation).pk != expression.pk


def test_it_is_changed_while_nobody_has_answered():
    expression, (_, second) = an_expression(), strands()
    words = Words("Share more.", {second.pk: "Young people."}, "Runs our youth forum.")
    expressions.change(expression, words=words, seen=Words.of(expression).digest, by=expression.sent_by, at=WRITING)
    expression.refresh_from_db()
    assert Words.of(expression) == words
    assert trail.history(expression).last().event == SAID.expression_of_interest_changed
    before = trail.history(expression).count()
    expressions.change(expression, words=words, seen="anything", by=expression.sent_by, at=WRITING)  # nothing new
    assert trail.history(expression).count() == before
    expressions.put_off(expression, text="Not now.", by=officer(), at=WRITING)
    with pytest.raises(Refused, match=SAID.its_words_stand_as_they):
        expressions.change(expression, words=Words("x"), seen=words.digest, by=expression.sent_by, at=WRITING)


def test_a_colleagues_words_are_not_overwritten():
    expression, first = an_expression(), strands()[0]
    seen = Words.of(expression).digest
    theirs, mine = Words("Theirs.", {first.pk: "Advice."}), Words("Mine.", {first.pk: "Advice."})
    expressions.change(expression, words=theirs, seen=seen, by=expression.sent_by, at=WRITING)
    with pytest.raises(Refused, match=SAID.a_colleague_changed_this_while):
        expressions.change(expression, words=mine, seen=seen, by=expression.sent_by, at=WRITING)
    assert Words.of(ExpressionOfInterest.objects.get()).about == "Theirs."


def test_it_keeps_what_it_said_about_a_strand_that_has_ended():
    expression, first = an_expression(), strands()[0]
    Strand.objects.filter(pk=first.pk).update(to_year=2018)
    assert first in expressions.offered_to(expression, WRITING)
    assert first not in expressions.strands_in_force(programme(), WRITING)


# --- The office ---


def test_conversations_are_noted_newest_first_and_never_of_a_day_to_come():
    expression, facts = an_expression(), {"by": officer(), "at": WRITING}
    for day in (18, 20, 19):
        expressions.note(expression, spoken_on=date(2019, 2, day), text=f"Spoke on {day}.", **facts)
    assert [one.text for one in expression.conversations.all()] == ["Spoke on 20.", "Spoke on 19.", "Spoke on 18."]
    with pytest.raises(Refused, match="has passed") as refusal:
        expressions.note(expression, spoken_on=date(2019, 2, 21), text="Tomorrow.", **facts)
    assert refusal.value.field == "spoken_on"
    with pytest.raises(Refused, match=SAID.enter_what_was_said):
        expressions.note(expression, spoken_on=date(2019, 2, 20), text=" ", **facts)
    assert not Letter.objects.filter(body__contains="Spoke").exists()


@pytest.mark.parametrize("status", ["other_work", "not_now"])
def test_an_answer_goes_to_the_organisation_in_its_words(status):
    expression = expression_at(status)
    letter = letters(f"expression_{status}").get()
    assert letter.to_email == expression.sent_by.email
    assert "Let us talk again in May." in letter.body
    assert (expression.answered_by, expression.answered_at) == (officer(), WRITING)
    with pytest.raises(Refused, match=SAID.enter_our_answer_to_the):
        expressions.invite(expression, call=published_call(), text=" ", by=officer(), at=WRITING)


def test_who_was_told_not_now_may_be_invited_later():
    expression, call = expression_at("not_now"), published_call()
    expressions.invite(expression, call=call, text="Now it fits.", by=officer(), at=WRITING + timedelta(days=5))
    assert (expression.status, expression.call) == (ExpressionStatus.INVITED, call)
    assert "5pm on Wednesday 13 March 2019" in letters("expression_invited").get().body


def test_only_calls_that_are_out_and_have_not_closed_are_offered():
    expression = an_expression()
    dates = {"opens_at": WRITING + timedelta(days=30), "closes_at": WRITING + timedelta(days=60)}
    coming = published_call(**dates, visits_from_on=None, visits_to_on=None)
    rolling = published_call(kind="rolling", closes_at=None)
    draft_call()
    closing = published_call()
    assert list(expressions.calls_to_invite_to(expression, WRITING)) == [rolling, closing, coming]
    assert list(expressions.calls_to_invite_to(expression, CLOSES)) == [rolling, coming]
    with pytest.raises(Refused, match="has not closed") as refusal:
        expressions.invite(expression, call=closing, text="Apply.", by=officer(), at=CLOSES)
    assert (refusal.value.field, expression.status) == ("call", "received")


def test_for_a_call_by_invitation_the_organisation_gets_a_code_of_its_own():
    call = published_call(kind="invited")
    expression = expression_at("invited", call=call)
    invitation = invitations.usable(call, expression.organisation, WRITING)
    assert (invitation.expires_at, invitation.most_uses) == (CLOSES, 1)
    assert call in visible(type(call), expression.sent_by)
    begun = expressions.start(expression, call.posts.get(), by=expression.sent_by, at=WRITING)
    assert (begun.invitation, begun.own_closes_at, begun.expression) == (invitation, CLOSES, expression)


# --- One click ---


def test_an_application_starts_from_it_once_with_its_history_kept():
    expression = expression_at("invited")
    post = expression.call.posts.get()
    begun = expressions.start(expression, post, by=expression.sent_by, at=WRITING)
    assert (begun.organisation, begun.post, begun.expression) == (expression.organisation, post, expression)
    assert expressions.start(expression, post, by=expression.sent_by, at=WRITING) == begun
    assert [line.event for line in trail.history(expression)] == [
        SAID.expression_of_interest_sent,
        SAID.expression_of_interest_answered_invited,
        "application started",
    ]


def test_what_the_organisation_had_begun_is_taken():
    expression = expression_at("invited")
    begun = an_application(expression.call, organisation=expression.organisation)
    assert expressions.start(expression, expression.call.posts.get(), by=expression.sent_by, at=WRITING) == begun
    assert Application.objects.get().expression == expression


@pytest.mark.parametrize("status", ["received", "other_work", "not_now", "withdrawn"])
def test_nothing_starts_from_one_that_was_not_invited(status):
    expression = expression_at(status)
    with pytest.raises(Refused, match=SAID.was_not_invited_to_this):
        expressions.start(expression, published_call().posts.get(), by=expression.sent_by, at=WRITING)


def test_nothing_starts_before_the_call_opens_or_for_another_call():
    expression = expression_at("invited", call=published_call(), at=PUBLISHED)
    with pytest.raises(Refused, match="opens at"):
        expressions.start(expression, expression.call.posts.get(), by=expression.sent_by, at=OPENS - timedelta(hours=1))
    with pytest.raises(Refused, match=SAID.was_not_invited_to_this):
        expressions.start(expression, published_call().posts.get(), by=expression.sent_by, at=WRITING)


# --- Who sees it, and who is told ---


def test_lists_hold_what_the_rules_let_see(cast_of_four):
    own, rival, of_the_office, outside = cast_of_four
    expression = an_expression(own.memberships.get().organisation)
    an_expression(rival.memberships.get().organisation)
    for person, count in ((own, 1), (rival, 1), (of_the_office, 2), (outside, 0)):
        found = visible(ExpressionOfInterest, person)
        assert found.count() == count
        sees = person.has_perm("applications.view_expressionofinterest", expression)
        assert found.filter(pk=expression.pk).exists() == sees


@pytest.fixture
def cast_of_four():
    """A lead, a rival's lead, an officer, and somebody else."""
    return lead(OrganisationFactory()), lead(OrganisationFactory()), officer(), UserFactory()


def test_officers_and_whoever_is_invited_find_it_waiting():
    an_expression()
    expression = expression_at("invited")
    address = "/admin/applications/expressionofinterest/?task=answer"
    assert WorkItem("1 expression of interest to answer", address) in work_queue.items(officer(), WRITING)
    an_expression()
    assert WorkItem("2 expressions of interest to answer", address) in work_queue.items(officer(), WRITING)
    item = WorkItem(
        SAID.you_are_invited_to_apply.format(expression.call), f"/interest/{expression.reference}/", CLOSES.date()
    )
    assert list(work_queue.items(expression.sent_by, WRITING)) == [item]
    assert list(work_queue.items(expression.sent_by, CLOSES)) == []
    applications.start(
        expression.call.posts.get(),
        organisation=expression.organisation,
        by=expression.sent_by,
        at=WRITING,
        expression=expression,
    )
    assert item not in work_queue.items(expression.sent_by, WRITING)


def test_officers_are_reminded_once_of_one_that_has_waited_for_two_weeks():
    expression, told = an_expression(), officer()
    expression_at("not_now")
    two_weeks = WRITING + timedelta(days=14)
    assert list(reminders.unanswered(two_weeks - timedelta(seconds=1))) == []
    assert [(due.to, due.due_at) for due in reminders.unanswered(two_weeks)] == [(told, two_weeks)]
    assert [post_due(two_weeks), post_due(two_weeks + timedelta(days=30))] == [1, 0]
    letter = Letter.objects.get(Q(to_email=told.email) & Q(template="applications.expression_waiting"))
    assert f"/admin/applications/expressionofinterest/{expression.pk}/change/" in letter.body
