"""The form tried out before a call is published: by one officer, sent to nobody, kept nowhere."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from lxml import html

from applications.actions import applications, calls, candidates, copy_answers, documents, rehearsals
from applications.models import Application, Question
from applications.visibility import writable_applications
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from core.work_queue import for_person
from tests.accounts.factories import UserFactory, lead_of
from tests.applications.factories import (
    PUBLISHED,
    WRITING,
    candidate_of,
    draft_call,
    fill,
    fresh,
    officer,
    pdf,
    published_call,
)
from tests.documents import fetched
from tests.grants.factories import director, second_officer
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def rehearsal(call=None, *, by=None):
    """Return a rehearsal that an officer has begun."""
    return rehearsals.begin(call or draft_call(), by=by or officer(), at=PUBLISHED)


def sign_in(client, person):
    client.force_login(person, backend="core.accounts.sign_in.SignIn")


def stored():
    """Return how many files the storage holds."""
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def filled():
    application = rehearsal()
    fill(application, by=officer(), at=PUBLISHED)
    return fresh(application)


def test_the_whole_form_works_and_submitting_says_what_would_happen(client, time_machine):
    time_machine.move_to(PUBLISHED, tick=False)
    application = rehearsal()
    sign_in(client, officer())
    reference = application.shown_reference
    for name, args in (
        ("application", []),
        ("application_section", ["organisation"]),
        ("application_section", ["secondment"]),
        ("application_section", ["documents"]),
        ("application_check", []),
        ("application_rehearsal", []),
    ):
        assert SAID.this_is_a_rehearsal_of in client.get(reverse(name, args=[reference, *args])).text, name
    submit = reverse("application_submit", args=[reference])
    assert SAID.it_could_not_be_submitted in client.post(submit, follow=True).text
    fill(application, by=officer(), at=PUBLISHED)
    assert fetched(client, reverse("application_pdf", args=[reference])).status_code == 200
    assert SAID.what_the_proposed_secondee_would in client.get(reverse("application_ask", args=[reference])).text
    letters = Letter.objects.count()
    assert "Everything is complete" in client.post(submit, {"declaration": "on"}, follow=True).text
    application = fresh(application)
    assert (application.status, application.reference, Letter.objects.count()) == ("draft", None, letters)


def test_no_letter_is_sent_and_nothing_is_submitted():
    application = filled()
    with pytest.raises(Refused, match="This is a rehearsal"):
        applications.submit(application, by=officer(), at=PUBLISHED)
    with pytest.raises(Refused, match="rehearsal"):
        candidates.ask(candidate_of(application), by=officer(), at=PUBLISHED)
    assert not Letter.objects.exists()


def test_only_who_began_it_sees_it(client, time_machine):
    time_machine.move_to(PUBLISHED, tick=False)
    application = rehearsal()
    member = lead_of(application.organisation)
    superuser = UserFactory(is_superuser=True, is_staff=True)
    for person in (member, second_officer(), director(), superuser):
        assert not visible(Application, person).exists(), person
        assert not writable_applications(Application.objects.all(), person).exists(), person
        sign_in(client, person)
        assert client.get(application.get_absolute_url()).status_code == 404
    assert visible(Application, officer()).get() == application
    assert not member.has_perm("applications.view_application", application)


def test_each_officer_has_their_own():
    call = draft_call()
    own, other = rehearsal(call), rehearsal(call, by=second_officer())
    assert own != other
    assert rehearsal(call) == own


def test_it_is_in_no_list_count_or_search(client, time_machine):
    time_machine.move_to(PUBLISHED, tick=False)
    application = filled()
    sign_in(client, officer())
    listed = client.get(reverse("admin:applications_application_changelist"), {"q": "Trust for London"}).text
    assert application.shown_reference not in listed
    change = reverse("admin:applications_application_change", args=[application.pk])
    assert client.get(change).status_code == 404
    member = lead_of(application.organisation)
    assert not [item for item in for_person(member, PUBLISHED) if "application" in item.sentence]
    sign_in(client, member)
    assert application.shown_reference not in client.get(reverse("applications")).text


def test_it_keeps_nobody_from_applying_and_brings_no_answers():
    application = filled()
    call, body = application.call, application.organisation
    other = applications.start(published_call().posts.get(), organisation=body, by=lead_of(body), at=WRITING)
    assert not copy_answers.earlier(other).exists()
    calls.publish(call, by=officer(), at=PUBLISHED)
    assert not applications.start(call.posts.get(), organisation=body, by=lead_of(body), at=WRITING).is_rehearsal


def test_publishing_and_cancelling_clear_it_with_its_files(django_capture_on_commit_callbacks, settings):
    settings.DOCUMENT_MAKER = "nobody"
    for step, facts in ((calls.publish, {}), (calls.cancel, {"reason": "No funds."})):
        application = filled()
        assert stored() == 2
        with django_capture_on_commit_callbacks(execute=True):
            step(application.call, **facts, by=second_officer(), at=PUBLISHED)
        assert (Application.objects.count(), stored()) == (0, 0)


def test_it_is_cleared_by_its_button(client, time_machine, django_capture_on_commit_callbacks):
    time_machine.move_to(PUBLISHED, tick=False)
    application = filled()
    sign_in(client, officer())
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("application_rehearsal", args=[application.shown_reference]))
    assert response.url == reverse("admin:applications_call_change", args=[application.call_id])
    assert (Application.objects.count(), stored()) == (0, 0)


def test_somebody_elses_rehearsal_and_a_real_application_are_not_cleared():
    with pytest.raises(Refused, match=SAID.not_a_rehearsal_of_yours):
        rehearsals.clear(rehearsal(), by=second_officer(), at=PUBLISHED)
    assert Application.objects.count() == 1


def test_a_question_is_taken_out_of_a_draft_call_that_was_rehearsed(client, time_machine):
    time_machine.move_to(PUBLISHED, tick=False)
    application = filled()
    call = application.call
    sign_in(client, officer())
    page = reverse("admin:applications_call_change", args=[call.pk])
    form = sent_by(client.get(page))
    gone = form["questions-0-id"]
    response = client.post(page, form | {"questions-0-DELETE": "on"})
    assert response.status_code == 302, response.context["errors"]
    assert not Question.objects.filter(pk=gone).exists()
    assert not Application.objects.exists()


def sent_by(response):
    """What the page's form sends as it stands."""
    form = html.fromstring(response.text).get_element_by_id("call_form")
    return {name: value for name, value in form.form_values() if name != "_popup"}


def test_a_call_without_posts_or_questions_says_what_is_missing(client, time_machine):
    time_machine.move_to(PUBLISHED, tick=False)
    call = draft_call()
    call.posts.all().delete()
    call.questions.all().delete()
    sign_in(client, officer())
    page = client.post(reverse("admin:applications_call_step", args=[call.pk, "rehearse"]), follow=True).text
    assert SAID.add_a_post_first in page
    assert SAID.add_the_questions_first in page
    assert not Application.objects.exists()


def test_the_button_on_the_call_leads_to_the_form(client, time_machine):
    time_machine.move_to(PUBLISHED, tick=False)
    call = draft_call()
    sign_in(client, officer())
    response = client.post(reverse("admin:applications_call_step", args=[call.pk, "rehearse"]))
    assert response.url == Application.objects.get().get_absolute_url()


def test_a_published_call_is_not_rehearsed():
    with pytest.raises(Refused, match=SAID.before_the_call_is_published):
        rehearsal(published_call())


def test_a_file_of_a_rehearsal_is_looked_at_like_any_other():
    application = rehearsal()
    documents.attach(application, "cv", pdf(), by=officer(), at=PUBLISHED)
    assert application.documents.count() == 1
