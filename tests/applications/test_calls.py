"""What is done to calls."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from applications import defaults as standard
from applications.actions import calls
from applications.lifecycle import Status
from applications.models import Call, Criterion, Question
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    WRITING,
    an_application,
    application_at,
    draft_call,
    officer,
    programme,
    published_call,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
BEFORE = datetime(2019, 2, 1, 9, tzinfo=UTC)


def bare_call(**fields):
    defaults = {
        "programme": programme(),
        "title": "Bare",
        "slug": "bare",
        "opens_at": BEFORE,
        "closes_at": CLOSES,
        "band_minimum": Decimal(39501),
        "band_maximum": Decimal(43602),
        "backfill": Decimal(1000),
        "management_fee": Decimal(5000),
        "holds_back": "nothing",
    }
    return Call.objects.create(**defaults | fields)


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.sentence


def test_a_programmes_first_call_begins_with_the_standard_form():
    call = bare_call()
    calls.fill_in(call, by=officer(), at=BEFORE)
    assert [(one.letter, one.label) for one in call.criteria.all()] == [
        (row.letter, row.label) for row in standard.criteria("backfill")
    ]
    assert [len(one.scale) for one in call.criteria.all()] == [5, 5, 5, 5]
    assert sorted((one.label, one.word_limit, one.criterion.letter) for one in call.questions.all()) == sorted(
        (row.label, row.word_limit, row.letter) for row in standard.questions("backfill")
    )


def test_the_standard_form_says_cover_as_the_programme_does():
    call = bare_call()
    call.programme.cover_name = "locum pay"
    calls.fill_in(call, by=officer(), at=BEFORE)
    words = [str(row) + getattr(row, "meanings", "") for row in (*call.criteria.all(), *call.questions.all())]
    assert [text for text in words if "backfill" in text or "{" in text] == []
    assert len([text for text in words if "locum pay" in text]) == 2


def test_a_later_call_begins_with_what_the_last_one_asked():
    before = draft_call()
    before.criteria.filter(letter="d").update(weight=2, label="Working with others")
    before.questions.filter(criterion__letter="c").update(word_limit=250)
    calls.publish(before, by=officer(), at=BEFORE)
    call = bare_call()
    calls.fill_in(call, by=officer(), at=BEFORE)
    copied = call.criteria.get(letter="d")
    assert (copied.weight, copied.label, copied.call) == (2, "Working with others", call)
    assert call.questions.get(criterion__letter="c").word_limit == 250
    assert {question.criterion.call_id for question in call.questions.all()} == {call.pk}
    assert before.questions.count() == 6


def test_filling_in_touches_nothing_that_is_there():
    call = bare_call()
    Criterion.objects.create(call=call, letter="a", label="Our own", meanings="0\n1\n2\n3\n4")
    calls.fill_in(call, by=officer(), at=BEFORE)
    calls.fill_in(call, by=officer(), at=BEFORE)
    assert [one.label for one in call.criteria.all()] == ["Our own"]
    assert call.questions.count() == 6


def test_a_call_that_is_out_is_not_filled_in():
    sentence = refusal(calls.fill_in, published_call(), by=officer(), at=BEFORE)
    assert sentence == SAID.the_criteria_and_questions_of


def test_publishing_notes_who_and_when():
    call = draft_call()
    calls.publish(call, by=officer(), at=BEFORE)
    call.refresh_from_db()
    assert (call.status, call.published_by, call.published_at) == ("published", officer(), BEFORE)
    assert [entry.event for entry in trail.history(call)] == ["call published"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda call: call.posts.all().delete(),
            SAID.add_at_least_one_post,
        ),
        (lambda call: call.questions.all().delete(), SAID.add_the_questions_that_applicants),
        (
            lambda call: (call.questions.all().delete(), call.criteria.all().delete()),
            SAID.add_the_assessment_criteria_applicants,
        ),
        (
            lambda call: call.criteria.filter(letter="b").update(meanings="poor\ngood"),
            SAID.say_on_five_lines_what.format("(b) Skills and experience of the proposed secondee"),
        ),
        (
            lambda call: Call.objects.filter(pk=call.pk).update(visits_from_on=date(2019, 3, 12)),
            SAID.assessment_visits_begin_on_before.format("Tuesday 12 March 2019"),
        ),
    ],
)
def test_an_incomplete_call_is_not_published(spoil, sentence):
    call = draft_call()
    spoil(call)
    call.refresh_from_db()
    assert refusal(calls.publish, call, by=officer(), at=BEFORE) == sentence
    call.refresh_from_db()
    assert (call.status, call.published_at) == ("draft", None)


def test_a_question_that_serves_another_calls_criterion_is_named():
    other, call = draft_call(), draft_call()
    question = call.questions.first()
    Question.objects.filter(pk=question.pk).update(criterion=other.criteria.first())
    assert refusal(calls.publish, call, by=officer(), at=BEFORE) == (
        SAID.the_question_serves_a_criterion.format(question)
    )


def test_a_call_that_would_have_closed_is_not_published():
    sentence = refusal(calls.publish, draft_call(), by=officer(), at=CLOSES)
    assert sentence == SAID.the_call_would_close_at.format("5pm on Wednesday 13 March 2019")


def test_a_rolling_call_needs_no_close():
    call = draft_call(kind="rolling", closes_at=None)
    calls.publish(call, by=officer(), at=BEFORE)
    assert call.status == "published"


def test_two_who_publish_at_once_publish_once():
    call = draft_call()
    same = Call.objects.get(pk=call.pk)
    calls.publish(call, by=officer(), at=BEFORE)
    assert SAID.someone_else_has_just_changed.format("call for proposals") in refusal(
        calls.publish, same, by=officer(), at=BEFORE
    )
    assert trail.history(call).count() == 1


def test_an_extension_moves_the_close_for_everybody_and_tells_those_with_a_draft():
    call = published_call()
    draft = an_application(call)
    later = CLOSES + timedelta(days=2)
    calls.extend(call, closes_at=later, reason="Half-term", by=officer(), at=WRITING)
    call.refresh_from_db()
    assert call.closes_at == later
    letter = Letter.objects.get(template="applications.call_extended")
    assert letter.subject == f"New deadline for “{call}”: 5pm on Friday 15 March 2019"
    assert letter.to_user == draft.organisation.memberships.get().person
    assert "5pm on Wednesday 13 March 2019" in letter.body
    assert "Half-term" in letter.body


@pytest.mark.parametrize("closes_at", [CLOSES, CLOSES - timedelta(seconds=1)])
def test_a_published_call_is_never_shortened(closes_at):
    sentence = refusal(calls.extend, published_call(), closes_at=closes_at, reason="x", by=officer(), at=WRITING)
    assert sentence == (SAID.the_call_closes_at_and.format("5pm on Wednesday 13 March 2019"))


def test_an_extension_ends_in_the_future():
    call = published_call()
    late = CLOSES + timedelta(days=9)
    sentence = refusal(calls.extend, call, closes_at=CLOSES + timedelta(days=1), reason="x", by=officer(), at=late)
    assert sentence == SAID.choose_a_time_that_is


def test_who_has_submitted_reads_of_an_extension_too_and_that_it_stays_so():
    application = application_at(Status.SUBMITTED)
    later = CLOSES + timedelta(days=2)
    calls.extend(application.call, closes_at=later, reason="Half-term", by=officer(), at=WRITING)
    letter = Letter.objects.filter(template="applications.call_extended").first()
    assert SAID.you_have_submitted_your_application in letter.body
    assert "reopen it" in letter.body
    assert SAID.you_have_not_submitted_your not in letter.body


def test_a_draft_or_rolling_call_is_not_extended():
    later = CLOSES + timedelta(days=2)
    for call in (draft_call(), published_call(kind="rolling", closes_at=None)):
        sentence = refusal(calls.extend, call, closes_at=later, reason="x", by=officer(), at=WRITING)
        assert sentence == SAID.only_a_published_call_with


def test_a_call_is_not_extended_once_shortlisting_has_begun():
    call = application_at("shortlisted").call
    later = ASSESSING + timedelta(days=2)
    sentence = refusal(calls.extend, call, closes_at=later, reason="x", by=officer(), at=ASSESSING)
    assert sentence == SAID.shortlisting_has_begun_so_the


def test_of_two_extensions_at_once_one_is_asked_to_look_again():
    call = published_call()
    same = Call.objects.get(pk=call.pk)
    calls.extend(call, closes_at=CLOSES + timedelta(days=2), reason="x", by=officer(), at=WRITING)
    sentence = refusal(calls.extend, same, closes_at=CLOSES + timedelta(days=1), reason="x", by=officer(), at=WRITING)
    assert sentence == SAID.reload_the_page_to_see_its.format(SAID.someone_else_has_just_changed.format("call"))


def test_cancelling_tells_those_who_applied_why():
    application = application_at("submitted")
    calls.cancel(application.call, reason="The post was withdrawn.", by=officer(), at=WRITING)
    letter = Letter.objects.get(template="applications.call_cancelled")
    assert application.call.status == "cancelled"
    assert "The post was withdrawn." in letter.body
    assert str(application) in letter.body


def test_a_call_is_not_cancelled_without_a_reason():
    sentence = refusal(calls.cancel, published_call(), reason="  ", by=officer(), at=WRITING)
    assert sentence == SAID.say_why_the_call_is


def test_a_call_is_decided_when_every_application_has_its_answer():
    application = application_at("unsuccessful")
    calls.decide(application.call, by=officer(), at=ASSESSING)
    calls.archive(application.call, by=officer(), at=ASSESSING)
    assert application.call.status == "archived"


def test_a_call_with_an_application_that_waits_is_not_decided():
    application = application_at("shortlisted")
    sentence = refusal(calls.decide, application.call, by=officer(), at=ASSESSING)
    assert sentence == SAID.for_an_answer.format("1 application waits")


def test_an_open_call_is_not_decided():
    call = published_call()
    assert refusal(calls.decide, call, by=officer(), at=WRITING) == SAID.has_not_closed_yet.format(call)
