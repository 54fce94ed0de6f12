"""A call names and orders the sections of its form and adds its own; the applicant's pages follow."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from applications import documents
from applications.actions import applications, calls, form_sections
from applications.completeness import FilledForm
from applications.models import Call, Question
from applications.models.section import Section, key_of, read_sections
from core.lifecycle import Refused
from tests.applications.desk import as_
from tests.applications.factories import (
    ASSESSING,
    SUBMITTING,
    WRITING,
    an_application,
    confirmed_by_candidate,
    draft_call,
    fill,
    fresh,
    lead,
    officer,
    published_call,
    the_office_declares,
)
from tests.applications.pages import text_of
from tests.applications.test_forms import Writer
from tests.client import Client

USUAL = [(one.value, str(one.label)) for one in Section]
OURS = [
    ("candidate", "Who comes"),
    ("organisation", "Who you are"),
    *USUAL[2:5],
    ("", "Your neighbourhood"),
    ("documents", "Papers"),
]
KEYS = ["candidate", "organisation", "secondment", "experience", "conflicts", "your-neighbourhood", "documents"]


def with_sections(call: Call | None = None, *, is_out: bool = True) -> Call:
    """A call with a section of its own, in which it asks one question; two built-in ones are renamed and moved."""
    call = call or draft_call()
    form_sections.set_sections(call, sections=OURS, by=officer(), at=WRITING)
    Question.objects.create(call=call, section="your-neighbourhood", label="Where do you work?", word_limit=50)
    if is_out:
        calls.publish(call, by=officer(), at=call.opens_at, reason="The dates are the test's.")
    return call


def test_a_form_without_sections_of_its_own_has_the_usual_six():
    assert [(str(one), one.label) for one in read_sections([])] == USUAL


def test_a_new_section_has_an_address_of_its_own():
    assert key_of("Your neighbourhood", []) == "your-neighbourhood"
    assert key_of("Submit", []) == "submit-2"
    assert key_of("Documents", ["documents-2"]) == "documents-3"
    assert key_of("城市", []) == "section"


@pytest.mark.django_db
def test_the_applicant_works_through_the_calls_own_sections():
    with time_machine.travel(WRITING, tick=False):
        writer = Writer(an_application(with_sections()))
        page = text_of(writer.client.get(writer.application.get_absolute_url()))
        assert "0 of 7 complete" in page
        assert page.index("Who comes") < page.index("Who you are") < page.index("Your neighbourhood")
        assert "Your neighbourhood" in text_of(writer.client.get(writer.address("your-neighbourhood")))
        answer = writer.post("your-neighbourhood", **{writer.question("your-neighbourhood"): "In Harehills."})
        assert answer.status_code == 302
        parts = FilledForm.current(writer.application.pk).parts
        assert [part.section for part in parts] == KEYS
        assert {str(part.section): part.status for part in parts}["your-neighbourhood"] == "Complete"
        assert writer.client.get(writer.address("another")).status_code == 404


@pytest.mark.django_db
def test_pages_and_papers_name_the_sections_as_the_call_does():
    call = with_sections()
    application = an_application(call)
    fill(application)
    where = Writer(application)
    with time_machine.travel(WRITING, tick=False):
        public = text_of(Client().get(call.get_absolute_url()))
        where.post("your-neighbourhood", **{where.question("your-neighbourhood"): "In Harehills."})
        check = text_of(where.client.get(f"/applications/{application.draft_reference}/check/"))
        blank = documents.blank(call, call.closes_at, at=WRITING).html
    confirmed_by_candidate(application)
    application = applications.submit(fresh(application), by=lead(application.organisation), at=SUBMITTING)
    the_office_declares(application)
    copy = documents.copy(fresh(application), with_salary=False, at=SUBMITTING).html
    with time_machine.travel(ASSESSING, tick=False):
        office = text_of(as_(officer()).get(reverse("admin:applications_application_change", args=[application.pk])))
    for words in (public, check, blank, copy):
        assert ("Who comes" in words, "Your neighbourhood" in words, "Papers" in words) == (True, True, True)
        assert "The proposed secondee</h" not in words
    assert ("Your neighbourhood" in office, "In Harehills." in office) == (True, True)


@pytest.mark.django_db
def test_the_sections_go_from_call_to_call_and_stay_after_publishing():
    before = with_sections()
    call = draft_call()
    call.questions.all().delete()
    calls.fill_in(call, by=officer(), at=ASSESSING)
    assert list(call.form_sections) == KEYS
    assert [one.label for one in call.form_sections] == [one.label for one in before.form_sections]
    with pytest.raises(Refused):
        form_sections.set_sections(before, sections=USUAL, by=officer(), at=ASSESSING)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sections", "sentence"),
    [
        (USUAL[1:], "“Your organisation” cannot be taken out: the service needs what it asks."),
        ([*USUAL, ("", "your  Organisation")], "Two sections are called “your Organisation”. Give each its own name."),
        ([*USUAL, ("", "x" * 81)], "Give each section a name of at most 80 characters."),
        ([*USUAL, *(("", f"More {number}") for number in range(7))], "A form has at most 12 sections."),
    ],
)
def test_sections_that_cannot_be_are_refused(sections, sentence):
    with pytest.raises(Refused) as refused:
        form_sections.set_sections(draft_call(), sections=sections, by=officer(), at=WRITING)
    assert refused.value.sentence == sentence


@pytest.mark.django_db
def test_a_section_with_questions_is_not_taken_out():
    call = with_sections(is_out=False)
    with pytest.raises(Refused) as refused:
        form_sections.set_sections(call, sections=USUAL, by=officer(), at=WRITING)
    sentence = (
        "“Your neighbourhood” has the question “Where do you work?”. Move its questions to another section first."
    )
    assert refused.value.sentence == sentence


@pytest.mark.django_db
def test_an_officer_changes_the_sections_on_their_page():
    call = draft_call()
    address = reverse("admin:applications_call_step", args=[call.pk, "sections"])
    with time_machine.travel(WRITING, tick=False):
        desk = as_(officer())
        form = desk.get(address).context["form"]
        data = {name: form[name].value() or "" for name in form.fields}
        desk.post(address, data | {"name_1": "Who you are", "place_7": "2", "name_7": "Your neighbourhood"})
        call.refresh_from_db()
        page = desk.get(reverse("admin:applications_call_change", args=[call.pk]))
    assert [one.label for one in call.form_sections][:3] == [
        "Who you are",
        "The proposed secondee",
        "Your neighbourhood",
    ]
    assert '<option value="your-neighbourhood">Your neighbourhood</option>' in page.text


@pytest.mark.django_db
def test_a_call_that_is_out_offers_no_change_of_sections():
    call = published_call()
    with time_machine.travel(WRITING, tick=False):
        page = as_(officer()).get(reverse("admin:applications_call_change", args=[call.pk]))
    assert "Change the sections of the form" not in page.text
