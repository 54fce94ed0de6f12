"""An application that came by post or email: entered by the office, handed in by it, and marked as such everywhere."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.actions import applications, calls, candidates, late_admissions, paper_applications
from applications.actions.paper_applications import DAYS_TO_ENTER
from applications.models import Application
from applications.visibility import writable_applications
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from core.work_queue import for_person
from tests.accounts.factories import OrganisationFactory, editor_of, lead_of, person_with, programme
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    candidate_of,
    confirm,
    draft_call,
    fill,
    fresh,
    officer,
    published_call,
)
from tests.applications.panel import assigned
from tests.documents import content_of, fetched
from tests.grants.factories import director, second_officer
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
AFTER = CLOSES + timedelta(days=1)


def entered(call=None, *, organisation=None, at=WRITING, came_at=None, came_by="post"):
    """Return an application that the office has begun to enter."""
    call = call or published_call()
    return paper_applications.enter(
        call,
        organisation=organisation or OrganisationFactory(name="Paper Charity"),
        post=call.posts.get(),
        came_by=came_by,
        came_at=came_at or at,
        by=officer(),
        at=at,
    )


def ready(application, at=WRITING):
    """Fill it in and have the proposed secondee confirm, as the office does."""
    fill(application, by=officer(), at=at)
    confirm(candidates.ask(candidate_of(application), by=officer(), at=at), at=at)
    return fresh(application)


def sign_in(client, person):
    client.force_login(person, backend="core.accounts.sign_in.SignIn")


def test_what_came_by_post_is_filled_in_and_submitted_by_any_officer():
    application = ready(entered())
    submitted = applications.submit(application, by=second_officer(), at=SUBMITTING)
    assert (submitted.status, submitted.entered_by, submitted.submitted_by) == (
        "submitted",
        officer(),
        second_officer(),
    )
    assert submitted.reference.startswith("CII-2019-")


def test_officers_go_through_the_same_forms(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    application = entered()
    sign_in(client, second_officer())
    page = client.get(application.get_absolute_url()).text
    assert "Entered by the grants office.</strong> It arrived by post on" in page
    section = reverse("application_section", args=[application.shown_reference, "organisation"])
    assert client.get(section).status_code == 200
    client.post(section, {"contact_phone": "020 7946 0000", "whose_idea": "both"})
    assert fresh(application).contact_phone == "020 7946 0000"
    ready(application)
    check = client.get(reverse("application_check", args=[application.shown_reference])).text
    assert "This is what Paper Charity sent" in check
    submit = reverse("application_submit", args=[application.shown_reference])
    receipt = client.post(submit, {"declaration": "on"}, follow=True).text
    assert "Application submitted" in receipt
    assert "Entered by the grants office" in receipt


def test_members_read_what_was_entered_and_get_the_receipt_but_do_not_write(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    organisation = OrganisationFactory()
    lead = lead_of(organisation)
    application = ready(entered(organisation=organisation))
    sign_in(client, lead)
    page = client.get(application.get_absolute_url()).text
    assert SAID.hands_it_in_for_you in page
    assert "Check your answers" not in page
    for name, args in (
        ("application_section", ["organisation"]),
        ("application_check", []),
        ("application_submit", []),
    ):
        assert client.get(reverse(name, args=[application.shown_reference, *args])).status_code == 404
    with pytest.raises(Refused, match="Only a lead"):
        applications.submit(application, by=lead, at=SUBMITTING)
    applications.submit(application, by=officer(), at=SUBMITTING)
    assert Letter.objects.filter(template="applications.received", to_user=lead).count() == 1


def test_starting_at_the_call_leads_to_what_the_office_entered(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    organisation = OrganisationFactory()
    lead = lead_of(organisation)
    application = entered(organisation=organisation)
    assert applications.start(application.post, organisation=organisation, by=lead, at=WRITING) == application
    sign_in(client, lead)
    assert SAID.the_grants_office_entered_it in client.get(reverse("call_apply", args=[application.call.slug])).text


def test_an_officer_gains_sight_of_no_ordinary_draft():
    own, other = entered(), an_application()
    for person in (officer(), second_officer(), director()):
        assert set(visible(Application, person)) == {own}
        assert set(writable_applications(Application.objects.all(), person)) == {own}
        assert not person.has_perm("applications.view_application", other)
    assessor = person_with("Funder assessor", works_for=own.call.programme.funder)
    assert not visible(Application, assessor).exists()


@pytest.mark.parametrize(
    ("came_at", "sentence"),
    [
        (WRITING + timedelta(minutes=1), SAID.this_time_is_in_the_future),
        (CLOSES, SAID.admit_one_organisation_late),
    ],
)
def test_when_it_came_is_checked_and_the_way_out_is_said(came_at, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        entered(came_at=came_at, at=WRITING if came_at < CLOSES else AFTER)
    assert refusal.value.field == "came_at"


def test_the_calls_grace_counts_for_what_came_on_paper_too():
    call = published_call(grace_seconds=60)
    assert entered(call, came_at=CLOSES + timedelta(seconds=59), at=AFTER).came_at > CLOSES


def test_it_has_fourteen_days_to_be_typed_after_the_close():
    application = entered(at=AFTER, came_at=CLOSES - timedelta(hours=1))
    assert application.own_closes_at == AFTER.replace(hour=17) + DAYS_TO_ENTER
    last = application.own_closes_at - timedelta(seconds=1)
    assert application.is_open(last)
    assert not application.is_open(last + timedelta(seconds=1))
    assert entered(at=WRITING).own_closes_at == CLOSES  # the call's own deadline is later


def test_what_came_late_is_entered_once_the_organisation_is_admitted():
    call, organisation = published_call(), OrganisationFactory()
    facts = {"organisation": organisation, "closes_at": AFTER + timedelta(days=7), "reason": "The post was on strike."}
    admission = late_admissions.ask(call, **facts, by=officer(), at=AFTER)
    with pytest.raises(Refused, match=SAID.admit_one_organisation_late):
        entered(call, organisation=organisation, came_at=AFTER, at=AFTER)
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    assert entered(call, organisation=organisation, came_at=AFTER, at=AFTER).is_entered


def test_an_organisation_with_an_application_is_not_entered_twice():
    first = an_application()
    with pytest.raises(Refused, match=f"They began {first}") as refusal:
        entered(first.call, organisation=first.organisation)
    assert refusal.value.field == "organisation"
    second = entered(first.call)
    with pytest.raises(Refused, match=f"The office entered {second}"):
        entered(first.call, organisation=second.organisation)


def test_nothing_is_entered_for_a_call_that_is_not_out():
    with pytest.raises(Refused, match="published calls"):
        entered(draft_call())


def test_the_step_on_the_call_leads_to_the_form(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    call, organisation = published_call(), OrganisationFactory(name="Paper Charity")
    programme().organisations.add(organisation)
    sign_in(client, officer())
    page = reverse("admin:applications_call_step", args=[call.pk, "enter"])
    shown = client.get(page).text
    assert "Add the organisation" in shown
    assert "5pm on Wednesday 13 March 2019" in shown
    sent = {"organisation": organisation.pk, "post": call.posts.get().pk, "came_by": "email"}
    sent["came_at"] = "2019-03-20T10:00"
    assert SAID.this_time_is_in_the_future in client.post(page, sent).text
    response = client.post(page, sent | {"came_at": "2019-02-19T10:00"})
    application = Application.objects.get()
    assert response.url == application.get_absolute_url()
    assert (application.came_by, application.entered_by) == ("email", officer())


def test_it_is_marked_in_the_list_on_the_page_in_the_copy_and_on_the_trail(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    application = ready(entered(came_by="email"))
    applications.submit(application, by=officer(), at=SUBMITTING)
    sign_in(client, officer())
    listed = client.get(reverse("admin:applications_application_changelist"), {"came": "office"}).text
    assert "submitted, by email" in listed
    assert "by email" not in client.get(reverse("admin:applications_application_changelist"), {"came": "late"}).text
    page = client.get(reverse("admin:applications_application_change", args=[application.pk])).text
    assert "Entered by the office</strong> (Olive Officer) from what came by email on" in page
    content = content_of(fetched(client, reverse("application_pdf", args=[fresh(application).shown_reference])))
    import pypdfium2

    paper = pypdfium2.PdfDocument(content)
    assert SAID.entered_by_the_office_2 in paper[0].get_textpage().get_text_range()
    paper.close()
    line = trail.history(application).get(event=SAID.application_entered_by_the_office)
    assert line.detail["came"] == "by email"


def test_officers_are_told_that_it_waits_and_the_organisation_is_not_hurried():
    organisation = OrganisationFactory()
    editor = editor_of(organisation)
    entered(organisation=organisation)
    said = [item.sentence for item in for_person(second_officer(), WRITING)]
    assert SAID.that_came_by_post_or.format("1 application") in said
    assert [item.sentence for item in for_person(editor, WRITING)] == []


def test_where_nobody_is_registered_the_office_hears_what_the_secondee_says(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    application = entered()
    fill(application, by=officer(), at=WRITING)
    candidates.ask(candidate_of(application), by=officer(), at=WRITING)
    asked = Letter.objects.get(template="applications.candidate_asked")
    assert "Olive Officer of the grants office is entering it" in asked.text
    candidates.decline(candidate_of(application), at=WRITING)
    assert Letter.objects.get(template="applications.candidate_declined").to_user == officer()
    sign_in(client, second_officer())
    page = client.get(reverse("admin:applications_application_change", args=[application.pk])).text
    assert SAID.no_one_there_receives_emails in page


def test_a_call_is_not_decided_while_something_is_being_entered():
    application = entered(at=AFTER, came_at=CLOSES - timedelta(hours=1))
    with pytest.raises(Refused, match="Paper Charity, which came by post or email, is still being entered"):
        calls.decide(application.call, by=officer(), at=AFTER)
    calls.decide(application.call, by=officer(), at=application.own_closes_at)


def test_the_organisation_takes_back_what_was_entered_for_it():
    organisation = OrganisationFactory()
    lead, editor = lead_of(organisation), editor_of(organisation)
    application = entered(organisation=organisation)
    may = {
        person
        for person in (lead, editor, officer())
        if person.has_perm("applications.withdraw_application", application)
    }
    assert may == {lead, officer()}
    assert not lead.has_perm("applications.change_application", application)


def test_an_editor_takes_nothing_back_by_typing_the_address(client, time_machine):
    time_machine.move_to(WRITING, tick=False)
    organisation = OrganisationFactory()
    draft = an_application(organisation=organisation)
    sign_in(client, editor_of(organisation))
    page = client.post(reverse("application_withdraw", args=[draft.shown_reference]), {"reason": "I say so."})
    assert SAID.only_a_lead_of in page.text
    assert fresh(draft).status == "draft"


def test_an_assessed_application_is_not_opened_again():
    application = ready(entered(at=AFTER, came_at=CLOSES - timedelta(hours=1)), at=AFTER)
    application = applications.submit(application, by=officer(), at=AFTER)
    assert application.is_open(AFTER)
    assigned(application)
    with pytest.raises(Refused, match="Assessment has started"):
        applications.reopen(application, by=officer(), at=AFTER)
