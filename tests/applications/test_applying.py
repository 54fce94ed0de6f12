"""Applying: starting, saving, uploading; in time, and never over a colleague's words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import applications, drafts
from applications.actions import documents as document_actions
from applications.autosave import NOT_FROM_A_PAGE, SaveToken, fingerprint
from applications.lifecycle import Status
from applications.models import Application, Document
from core.audit.models import Entry
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory, UserFactory, editor_of
from tests.applications.factories import (
    CLOSES,
    OPENS,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    docx,
    draft_call,
    lead,
    pdf,
    published_call,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
DEADLINE = SAID.the_deadline_was_so.format("5pm on Wednesday 13 March 2019", "UK time")


def save(application: Application, text: str, *, by, at=WRITING, token=NOT_FROM_A_PAGE):
    question = application.call.questions.filter(section="experience").first()
    answers = {question.pk: text}
    return drafts.save_section(application, "experience", facts={}, answers=answers, token=token, by=by, at=at)


# --- Starting ---


def test_starting_again_opens_the_live_application():
    call = published_call()
    organisation = OrganisationFactory()
    first = an_application(call, organisation=organisation)
    assert an_application(call, organisation=organisation) == first
    assert Application.objects.count() == 1


def test_a_withdrawn_application_leaves_room_for_a_new_one():
    first = application_at(Status.WITHDRAWN)
    assert an_application(first.call, organisation=first.organisation) != first


def test_nobody_starts_for_an_organisation_they_do_not_belong_to():
    call, organisation = published_call(), OrganisationFactory()
    with pytest.raises(Refused, match=r"^You do not belong to"):
        applications.start(call.posts.get(), organisation=organisation, by=UserFactory(), at=WRITING)


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (OPENS - INSTANT, SAID.this_call_opens_at.format("9am on Monday 4 February 2019", "UK time")),
        (CLOSES, DEADLINE),
    ],
)
def test_nothing_starts_outside_the_calls_window(at, sentence):
    with pytest.raises(Refused) as refusal:
        an_application(published_call(), at=at)
    assert str(refusal.value) == sentence


def test_a_call_that_is_not_out_takes_no_applications():
    with pytest.raises(Refused, match=r"^You cannot apply to this call.$"):
        an_application(draft_call())


def test_a_drafts_reference_tells_nobody_how_many_rivals_there_are():
    call = published_call()
    references = {an_application(call).shown_reference for _ in range(3)}
    assert len(references) == 3
    assert {len(reference) for reference in references} == {12}


# --- Saving ---


def test_incomplete_work_is_kept_as_it_is():
    application = an_application()
    by = lead(application.organisation)
    save(application, "Half a", by=by)
    assert [answer.text for answer in application.answers.all()] == ["Half a"]


def test_a_colleagues_words_are_never_overwritten_silently():
    application = an_application()
    first, second = lead(application.organisation), editor_of(application.organisation)
    save(application, "By the first", by=first)
    (conflict,) = save(application, "By the second", token=SaveToken({}), by=second).conflicts
    assert (conflict.saver, conflict.saved) == (str(first), "By the first")
    assert [answer.text for answer in application.answers.all()] == ["By the first"]
    assert not save(
        application, "Both", token=SaveToken({conflict.name: fingerprint("By the first")}), by=second
    ).conflicts


def test_typing_leaves_one_line_an_hour_on_the_trail():
    application = an_application()
    by = lead(application.organisation)
    for number in range(5):
        save(application, f"Word {number}", by=by, at=WRITING + timedelta(seconds=10 * number))
    save(application, "Later", by=by, at=WRITING + timedelta(hours=2))
    assert Entry.objects.filter(event="section written").count() == 2


def test_an_answer_to_another_calls_question_is_not_kept():
    application, other = an_application(), published_call()
    stranger = other.questions.first()
    by = lead(application.organisation)
    drafts.save_section(application, "experience", facts={}, answers={stranger.pk: "x"}, by=by, at=WRITING)
    assert application.answers.count() == 0


def test_nothing_is_saved_or_uploaded_once_the_deadline_has_come():
    application = an_application()
    by = lead(application.organisation)
    save(application, "In time", by=by, at=CLOSES - INSTANT)
    for late in (
        lambda: save(application, "Late", by=by, at=CLOSES),
        lambda: document_actions.attach(application, "cv", pdf(), by=by, at=CLOSES),
    ):
        with pytest.raises(Refused) as refusal:
            late()
        assert str(refusal.value) == DEADLINE
    assert [answer.text for answer in application.answers.all()] == ["In time"]
    assert Document.objects.count() == 0


def test_what_is_submitted_is_not_changed():
    application = application_at(Status.SUBMITTED)
    with pytest.raises(Refused, match=r"^This application is submitted, so you cannot change it.$"):
        save(application, "Sneaked in", by=lead(application.organisation), at=SUBMITTING)


# --- Documents ---


def test_a_new_file_takes_the_place_of_the_one_before():
    application = an_application()
    by = lead(application.organisation)
    first = document_actions.attach(application, "cv", pdf(words="First"), by=by, at=WRITING)
    second = document_actions.attach(application, "cv", docx(), by=by, at=WRITING)
    first.refresh_from_db()
    assert (first.replaced_at, second.replaced_at) == (WRITING, None)
    assert second.content_type.endswith("wordprocessingml.document")


def test_the_same_file_sent_twice_is_kept_once():
    application = an_application()
    by = lead(application.organisation)
    documents = {document_actions.attach(application, "cv", pdf(), by=by, at=WRITING) for _ in range(2)}
    assert len(documents) == 1


def test_a_persons_file_name_is_never_a_place_on_disk():
    application = an_application()
    upload = pdf(name="../../etc/passwd")
    document = document_actions.attach(application, "cv", upload, by=lead(application.organisation), at=WRITING)
    assert document.file.name.startswith("applications/document/")
    assert "passwd" not in document.file.name


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_colleagues_who_save_at_once_one_wins_and_the_others_are_told():
    application = an_application()
    people = [lead(application.organisation), *(editor_of(application.organisation) for _ in range(7))]
    together = Barrier(len(people))

    def press(person) -> str:
        together.wait()
        try:
            return "told" if save(application, f"By {person.pk}", token=SaveToken({}), by=person).conflicts else "saved"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = sorted(pool.map(press, people))
    assert outcomes == ["saved", *["told"] * 7]
    assert application.revisions.count() == 0
