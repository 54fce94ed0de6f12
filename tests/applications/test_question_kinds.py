"""Questions with kinds: an officer sets them, an applicant answers them, and everybody reads the answer as it is meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test.utils import CaptureQueriesContext

from applications import documents
from applications.actions import applications, calls, copy_answers
from applications.completeness import FilledForm
from applications.models import Application, Call, Question
from core.form_fields import NumberField
from core.lifecycle import Refused
from tests.applications.desk import as_, url
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    confirmed_by_candidate,
    draft_call,
    fill,
    fresh,
    lead,
    officer,
    the_office_declares,
)
from tests.applications.pages import text_of
from tests.applications.test_forms import Writer, errors_of
from tests.client import Client

pytestmark = pytest.mark.django_db

KINDS = {
    "choice": {"label": "Size of your organisation", "options": "Small\nMiddling\nLarge"},
    "number": {"label": "People you work with", "least": 1, "most": 50_000, "unit": "people"},
    "date": {"label": "Founded on"},
    "yes_no": {"label": "Have you lent staff before?"},
}
GOOD = {"choice": "Middling", "number": "1,250 people", "date": "9 March 1987", "yes_no": "yes"}
STORED = {"choice": "Middling", "number": "1250", "date": "1987-03-09", "yes_no": "yes"}
WORDS = {"choice": "Middling", "number": "1,250 people", "date": "Monday 9 March 1987", "yes_no": "Yes"}
BAD = {
    "choice": ("Enormous", "Choose one from the list."),
    "number": ("1,5", "Enter a number in figures, like 12 or 1,250."),
    "date": ("long ago", "Enter a day, like 13/03/2019."),
    "yes_no": ("perhaps", "Choose yes or no."),
}


def call_with_kinds(*, is_out: bool = True, **changes: object) -> Call:
    call = draft_call()
    for kind, facts in KINDS.items():
        Question.objects.create(call=call, section="organisation", kind=kind, **{**facts, **changes})
    if is_out:
        calls.publish(call, by=officer(), at=call.opens_at, reason="The dates are the test's.")
    return call


@pytest.fixture
def writer():
    with time_machine.travel(WRITING, tick=False):
        yield Writer(an_application(call_with_kinds()))


def boxes(application: Application) -> dict[str, str]:
    """The name of each question's box by kind."""
    return {one.kind: one.field for one in application.call.questions.exclude(kind="text")}


def typed(application: Application, answers: dict[str, str]) -> dict[str, str]:
    return {boxes(application)[kind]: answer for kind, answer in answers.items()}


def stored(application: Application) -> dict[str, str]:
    return {row.question.kind: row.text for row in application.answers.select_related("question")}


def test_each_kind_is_kept_in_one_way_and_read_in_words(writer):
    assert writer.post("organisation", **typed(writer.application, GOOD)).status_code == 302
    assert stored(writer.application) == STORED
    rows = {row.field: row.value for row in FilledForm.current(writer.application.pk).parts[0].rows}
    assert {kind: rows[name] for kind, name in boxes(writer.application).items()} == WORDS
    form = writer.form("organisation")
    assert {kind: form[name].value() for kind, name in boxes(writer.application).items()} == STORED


def test_a_bad_value_is_marked_and_kept_and_refused_only_on_submitting(writer):
    answer = writer.post("organisation", **typed(writer.application, {kind: bad for kind, (bad, _) in BAD.items()}))
    names = boxes(writer.application)
    assert errors_of(answer) == {names[kind]: [sentence] for kind, (_, sentence) in BAD.items()}
    assert fresh(writer.application).unparsed == {names[kind]: bad for kind, (bad, _) in BAD.items()}
    shown = errors_of(writer.client.get(writer.address("organisation")))
    assert shown == {names[kind]: [sentence] for kind, (_, sentence) in BAD.items()}
    application = writer.application
    fill_all_but_kinds(application)
    with pytest.raises(Refused) as refused:
        applications.submit(fresh(application), by=lead(application.organisation), at=SUBMITTING)
    assert "People you work with (“1,5” cannot be used)" in refused.value.sentence
    check = text_of(writer.client.get(f"/applications/{application.draft_reference}/check/"))
    assert "Check long ago" in check


def fill_all_but_kinds(application: Application) -> None:
    """Answer everything else, so that only what is wrong prevents submission."""
    kept = fresh(application).unparsed
    fill(application)
    of_kinds = application.answers.exclude(question__kind="text")
    of_kinds.delete()
    Application.objects.filter(pk=application.pk).update(unparsed=kept)
    confirmed_by_candidate(application)


def test_an_optional_question_may_stay_empty_and_a_required_one_may_not():
    call = call_with_kinds(is_out=False)
    call.questions.filter(kind__in=["choice", "number"]).update(is_required=False)
    calls.publish(call, by=officer(), at=call.opens_at, reason="The dates are the test's.")
    application = an_application(call)
    fill_all_but_kinds(application)
    assert FilledForm.current(application.pk).gaps == ("Founded on", "Have you lent staff before?")


def test_only_an_optional_list_offers_no_answer():
    with time_machine.travel(WRITING, tick=False):
        asked = Writer(an_application(call_with_kinds()))
        free = Writer(an_application(call_with_kinds(is_required=False)))
        choices = [
            [value for value, _ in writer.form("organisation").fields[boxes(writer.application)["choice"]].choices]
            for writer in (asked, free)
        ]
    assert choices == [["Small", "Middling", "Large"], ["Small", "Middling", "Large", ""]]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1250", "1250"),
        ("1,250", "1250"),
        ("1 250 people", "1250"),
        ("0.50", "0.50"),
        ("-3", "-3"),
        ("١٢", "12"),
        ("", None),
    ],
)
def test_a_number_is_read_as_people_write_it(written, number):
    field = NumberField(unit="people", least=Decimal(-5), most=Decimal(9_999), say=str, places=2, required=False)
    assert field.clean(written) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("1,5", "Enter a number in figures, like 12 or 1,250."),
        ("1e9", "Enter a number in figures, like 12 or 1,250."),
        ("NaN", "Enter a number in figures, like 12 or 1,250."),
        ("1.234", "Enter at most 2 decimal places."),
        ("-6", "Enter -5 or more."),
        ("10000", "Enter 9999 or less."),
    ],
)
def test_a_number_that_cannot_be_gets_a_sentence(written, sentence):
    field = NumberField(unit="people", least=Decimal(-5), most=Decimal(9_999), say=str, places=2)
    with pytest.raises(ValidationError) as refused:
        field.clean(written)
    assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"kind": "text"}, "word_limit", "Enter how many words, or how many characters, a text may have."),
        ({"kind": "choice", "options": "One"}, "options", "Enter at least 2 choices, each on its own line."),
        ({"kind": "choice", "options": "Yes\nyes"}, "options", "“yes” is there twice. Take one out."),
        (
            {"kind": "choice", "options": "\n".join(map(str, range(41)))},
            "options",
            "Enter at most 40 choices. There are 41.",
        ),
        (
            {"kind": "number", "least": Decimal(5), "most": Decimal(4)},
            "most",
            "The most must be 5, the least, or more.",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_beside_its_field(facts, field, sentence):
    assert Question(label="What?", **facts).faults == {field: sentence}
    call = draft_call()
    question = call.questions.first()
    page = as_(officer()).get(url("call", "change", call.pk))
    form = page.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"opens_at_0": "2019-02-04", "opens_at_1": "09:00", "closes_at_0": "2019-03-13", "closes_at_1": "17:00"}
    for inline in page.context["inline_admin_formsets"]:
        for part in [inline.formset.management_form, *inline.formset.initial_forms]:
            data |= {
                part.add_prefix(name): part[name].value() for name in part.fields if part[name].value() is not None
            }
    changed = {"word_limit": 0, "character_limit": 0, **facts}
    data |= {f"questions-0-{name}": value for name, value in changed.items()}
    answer = as_(officer()).post(url("call", "change", call.pk), data)
    errors = [
        one.formset.errors for one in answer.context["inline_admin_formsets"] if one.formset.prefix == "questions"
    ]
    assert errors[0][0] == {field: [sentence]}
    question.refresh_from_db()
    assert question.kind == "text"


def test_the_kinds_go_from_call_to_call():
    before = call_with_kinds()
    call = Call.objects.create(
        **{name: getattr(before, name) for name in ("programme", "summary", "brief", "opens_at", "closes_at")},
        **{name: getattr(before, name) for name in ("band_minimum", "band_maximum", "backfill", "management_fee")},
        title="The next",
        slug="the-next",
        pay_principle="The same.",
    )
    calls.fill_in(call, by=officer(), at=ASSESSING)
    facts = ("kind", "label", "options", "least", "most", "unit", "is_required", "word_limit", "character_limit")
    assert list(call.questions.values_list(*facts)) == list(before.questions.values_list(*facts))


def test_an_answer_is_copied_only_where_the_new_question_takes_it():
    first = an_application(call_with_kinds())
    with time_machine.travel(WRITING, tick=False):
        writer = Writer(first)
        writer.post("organisation", **typed(first, GOOD))
    call = call_with_kinds(is_out=False)
    call.questions.filter(kind="choice").update(options="Tiny\nHuge")
    call.questions.filter(kind="number").update(most=100)
    calls.publish(call, by=officer(), at=call.opens_at, reason="The dates are the test's.")
    second = an_application(call, organisation=first.organisation)
    copy_answers.bring(second, source=first, by=lead(first.organisation), at=WRITING)
    assert stored(second) == {"date": "1987-03-09", "yes_no": "yes"}


def test_a_text_may_be_limited_by_characters(writer):
    call = draft_call()
    Question.objects.create(call=call, section="experience", label="In a line", character_limit=10)
    calls.publish(call, by=officer(), at=call.opens_at, reason="The dates are the test's.")
    writing = Writer(an_application(call))
    name = call.questions.get(character_limit=10).field
    answer = writing.post("experience", **{name: "Twelve signs"})
    sentence = "“In a line” has 12 characters and the limit is 10. Take out 2 characters."
    assert errors_of(answer) == {name: [sentence]}
    assert stored(writing.application)["text"] == "Twelve signs"
    row = next(one for one in FilledForm.current(writing.application.pk).parts[3].rows if one.field == name)
    assert row.over_in_words == "In a line (2 characters over its limit of 10)"
    assert "You can write up to 10 characters" in writing.client.get(writing.address("experience")).text


def test_everybody_reads_what_is_asked_and_what_was_answered():
    call = call_with_kinds()
    with time_machine.travel(WRITING, tick=False):
        page = text_of(Client().get(call.get_absolute_url()))
        blank = documents.blank(call, call.closes_at, at=WRITING).html
    for words in (
        "Size of your organisation – choose one. Choices: Small; Middling; Large.",
        "People you work with – a number from 1 to 50,000 people.",
        "Founded on – a date.",
        "Have you lent staff before? – yes or no.",
    ):
        assert words in page
    assert ("<li>Middling</li>" in blank, "<li>Yes</li>" in blank) == (True, True)
    application = submitted(call)
    answers = {answer.question.kind: answer.in_words for answer in application.answers.select_related("question")}
    assert {kind: answers[kind] for kind in WORDS} == WORDS
    with time_machine.travel(ASSESSING, tick=False):
        office = text_of(as_(officer()).get(url("application", "change", application.pk)))
    paper = documents.copy(application, with_salary=False, at=ASSESSING).html
    for words in WORDS.values():
        assert (words in office, words in paper) == (True, True)


def submitted(call: Call) -> Application:
    application = an_application(call)
    fill(application)
    with time_machine.travel(WRITING, tick=False):
        Writer(application).post("organisation", **typed(application, GOOD))
    confirmed_by_candidate(application)
    application = applications.submit(fresh(application), by=lead(application.organisation), at=SUBMITTING)
    the_office_declares(application)
    return fresh(application)


def test_ten_questions_more_cost_no_query_more(writer, django_db_setup):
    from django.db import connection

    def queries(application: Application) -> int:
        page = Writer(application)
        page.form("organisation")
        with CaptureQueriesContext(connection) as seen:
            page.client.get(page.address("organisation"))
        return len(seen)

    few = queries(writer.application)
    call = call_with_kinds(is_out=False)
    for number in range(10):
        Question.objects.create(call=call, section="organisation", kind="number", label=f"Number {number}")
    calls.publish(call, by=officer(), at=call.opens_at, reason="The dates are the test's.")
    assert queries(an_application(call)) == few


def test_after_publishing_a_question_stays():
    call = call_with_kinds()
    with time_machine.travel(CLOSES, tick=False):
        answer = as_(officer()).get(url("call", "change", call.pk))
    assert 'name="questions-0-kind"' not in answer.text
