"""The start: a likely double is warned of, a colleague is found, and earlier answers are brought over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications.actions import applications, copy_answers, drafts, invitations
from applications.autosave import SaveToken
from applications.models import CallInvitation
from applications.models.section import Section
from core.accounts.links import digest
from core.audit import trail
from core.audit.immutability import bypass_triggers
from core.lifecycle import Refused
from tests.accounts.factories import MembershipFactory, OrganisationFactory, editor_of
from tests.applications.factories import (
    CLOSES,
    OPENS,
    SUBMITTING,
    WRITING,
    an_application,
    fill,
    fresh,
    lead,
    officer,
    published_call,
    ready_application,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_it_is_open(time_machine):
    time_machine.move_to(WRITING, tick=False)


@pytest.fixture
def visitor(client):
    """Return a browser signed in as whoever is asked for."""

    def as_(person):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        return client

    return as_


# --- Doubles and colleagues ---


def test_a_likely_double_that_has_begun_is_warned_of_and_passed_only_on_purpose(visitor):
    begun = an_application(organisation=OrganisationFactory(name="New Europeans"))
    other = OrganisationFactory(name="The New Europeans Ltd")
    client = visitor(lead(other))
    page = reverse("call_apply", args=[begun.call.slug])
    shown = client.get(page).text
    assert SAID.somebody_at_has_already_started.format("New Europeans") in shown
    assert SAID.ask_its_lead_to_invite_you in shown
    sent = {"organisation": other.pk, "post": begun.post_id}
    again = client.post(page, sent)
    assert SAID.tick_the_box_if_is.format("New Europeans") in again.text
    assert not other.applications.exists()
    assert client.post(page, sent | {"carry_on": "on"}).url == other.applications.get().get_absolute_url()


@pytest.mark.parametrize(
    "other",
    [{"aliases": "New Europeans"}, {"charity_number": "1181234"}],
)
def test_a_double_is_known_by_another_name_or_by_its_number(other):
    begun = an_application(organisation=OrganisationFactory(name="New Europeans", charity_number="1181234"))
    organisation = OrganisationFactory(name="Something Else", **other)
    assert applications.likely_double_at(begun.call, organisation) == begun.organisation


def test_no_warning_where_the_double_took_back_or_applies_elsewhere(visitor):
    begun = an_application(organisation=OrganisationFactory(name="New Europeans"))
    other = OrganisationFactory(name="New Europeans")
    assert applications.likely_double_at(published_call(), other) is None
    applications.withdraw(begun, reason="Too soon.", by=lead(begun.organisation), at=WRITING)
    assert (
        SAID.has_already_started_this
        not in visitor(lead(other)).get(reverse("call_apply", args=[begun.call.slug])).text
    )


def test_with_two_organisations_only_the_chosen_one_is_compared(visitor):
    begun = an_application(organisation=OrganisationFactory(name="New Europeans"))
    double, clear = OrganisationFactory(name="New Europeans"), OrganisationFactory(name="Harbour Advice")
    person = lead(double)
    MembershipFactory(person=person, organisation=clear)
    sent = {"organisation": clear.pk, "post": begun.post_id}
    visitor(person).post(reverse("call_apply", args=[begun.call.slug]), sent)
    assert clear.applications.exists()


def test_a_colleague_who_has_begun_is_named_and_led_to(visitor):
    begun = an_application()
    colleague = editor_of(begun.organisation)
    shown = visitor(colleague).get(reverse("call_apply", args=[begun.call.slug])).text
    assert f"{lead(begun.organisation)} started it on" in shown
    assert begun.get_absolute_url() in shown


# --- Invitations ---


def test_an_invitation_counts_its_use_and_gives_its_deadline():
    call, organisation = published_call(kind="invited"), OrganisationFactory()
    with pytest.raises(Refused, match="by invitation"):
        an_application(call, organisation=organisation)
    expires_at = CLOSES - timedelta(days=3)
    invitation = CallInvitation.objects.create(
        call=call,
        invited="Them",
        email="them@example.org",
        organisation=organisation,
        code_digest=digest("code"),
        expires_at=expires_at,
        issued_at=OPENS,
        issued_by=officer(),
    )
    application = an_application(call, organisation=organisation)
    invitation.refresh_from_db()
    assert (application.invitation, application.closes_at, invitation.uses) == (invitation, expires_at, 1)
    assert an_application(call, organisation=organisation) == application
    invitation.refresh_from_db()
    assert invitation.uses == 1  # what has begun is shown, and counts once
    invitations.withdraw(invitation, by=officer(), at=WRITING)
    assert application.is_open(expires_at - timedelta(seconds=1))
    assert not application.is_open(expires_at)


# --- Earlier answers ---


def earlier(organisation=None, **facts):
    """Return a submitted application of this organisation."""
    application = ready_application(organisation=organisation, **facts)
    return applications.submit(application, by=lead(application.organisation), at=SUBMITTING)


def texts(application):
    return {answer.question.label: answer.text for answer in application.answers.select_related("question")}


def test_answers_are_offered_on_a_fresh_draft_and_brought_with_what_belongs_to_the_organisation(visitor):
    source = earlier(other_funding="City Bridge Trust pays our drop-in.")
    draft = an_application(organisation=source.organisation)
    client = visitor(lead(source.organisation))
    page = reverse("application_bring", args=[draft.shown_reference])
    assert page in client.get(draft.get_absolute_url()).text
    assert f"{source.reference}: " in client.get(page).text
    shown = client.post(page, {"source": source.pk}, follow=True).text
    assert f"We copied these answers from {source.reference}: " in shown
    draft = fresh(draft)
    assert (draft.contact_phone, draft.whose_idea) == ("020 7946 0000", "both")
    assert draft.other_funding == "City Bridge Trust pays our drop-in."
    brought = texts(draft)
    assert brought[SAID.your_track_record_and_how].startswith("About: ")
    assert SAID.what_this_person_would_add not in brought
    assert trail.history(draft).get(event="answers brought over").detail["source"]


def test_never_the_person_the_salary_or_the_files():
    source = earlier()
    draft = an_application(organisation=source.organisation)
    copy_answers.bring(draft, source=source, by=lead(draft.organisation), at=WRITING)
    draft = fresh(draft)
    assert (draft.current_salary, draft.present_hours, draft.days_per_week) == (None, None, None)
    assert not draft.candidates.exists()
    assert not draft.documents.exists()


def test_nothing_that_was_written_is_overwritten_and_the_source_stays():
    source = earlier()
    before = texts(source)
    draft = an_application(organisation=source.organisation)
    question = draft.call.questions.filter(section=Section.EXPERIENCE).first()
    own = {"facts": {}, "answers": {question.pk: "My own words."}, "by": lead(draft.organisation), "at": WRITING}
    drafts.save_section(draft, Section.EXPERIENCE, **own)
    brought = copy_answers.bring(draft, source=source, by=lead(draft.organisation), at=WRITING)
    assert question.label not in brought.labels
    assert texts(draft)[question.label] == "My own words."
    assert texts(source) == before


def test_a_colleague_who_is_writing_meanwhile_is_told():
    source = earlier()
    draft = an_application(organisation=source.organisation)
    copy_answers.bring(draft, source=source, by=lead(draft.organisation), at=WRITING)
    question = draft.call.questions.filter(section=Section.EXPERIENCE).first()
    own = {"facts": {}, "answers": {question.pk: "Mine."}, "by": editor_of(draft.organisation), "at": WRITING}
    saved = drafts.save_section(draft, Section.EXPERIENCE, **own, token=SaveToken({}))
    assert [one.name for one in saved.conflicts] == [f"question_{question.pk}"]


def test_the_same_question_in_other_words_or_another_section_is_not_the_same():
    source = earlier()
    draft = an_application(organisation=source.organisation)
    first, second = draft.call.questions.filter(section=Section.EXPERIENCE)
    with bypass_triggers():
        draft.call.questions.filter(pk=first.pk).update(label=f"  {first.label.upper()}!")
        draft.call.questions.filter(pk=second.pk).update(section=Section.CONFLICTS, label="Fit with our priorities")
    brought = copy_answers.bring(draft, source=source, by=lead(draft.organisation), at=WRITING)
    assert f"  {first.label.upper()}!" in brought.labels
    assert "Fit with our priorities" not in brought.labels


def test_an_answer_too_long_is_brought_shown_and_not_submitted(visitor):
    source = earlier()
    draft = an_application(organisation=source.organisation)
    with bypass_triggers():
        draft.call.questions.filter(section=Section.EXPERIENCE, position=1).update(word_limit=3)
    client = visitor(lead(draft.organisation))
    shown = client.post(
        reverse("application_bring", args=[draft.shown_reference]), {"source": source.pk}, follow=True
    ).text
    assert "words over its limit of 3" in shown
    fill_but_experience(draft)
    check = client.get(reverse("application_check", args=[draft.shown_reference])).text
    assert "words over its limit of 3" in check
    with pytest.raises(applications.Incomplete, match="over its limit of 3"):
        applications.submit(draft, by=lead(draft.organisation), at=WRITING)


def fill_but_experience(draft):
    """Fill in the salary, so that the length is not all that is missing."""
    own = {"facts": {"current_salary": Decimal(32000)}, "answers": {}, "by": lead(draft.organisation), "at": WRITING}
    drafts.save_section(draft, Section.SECONDMENT, **own)


def test_only_the_own_organisations_answers_are_offered_and_taken(visitor):
    rivals = earlier()
    draft = an_application()
    with pytest.raises(Refused, match=SAID.your_organisation_s_earlier_applications):
        copy_answers.bring(draft, source=rivals, by=lead(draft.organisation), at=WRITING)
    client = visitor(lead(draft.organisation))
    page = reverse("application_bring", args=[draft.shown_reference])
    assert page not in client.get(draft.get_absolute_url()).text
    assert SAID.no_earlier_application_with_answers in client.get(page).text
    assert SAID.no_earlier_application_with_answers in client.post(page, {"source": rivals.pk}).text
    ready_application(organisation=draft.organisation)
    assert SAID.choose_one_of_your_organisation in client.post(page, {"source": rivals.pk}).text
    assert not draft.answers.exists()


def test_a_draft_that_was_never_submitted_is_offered_too():
    source = an_application()
    fill(source)
    draft = an_application(organisation=source.organisation)
    assert list(copy_answers.earlier(draft)) == [source]


def test_after_the_close_nothing_is_brought():
    source = earlier()
    draft = an_application(organisation=source.organisation)
    with pytest.raises(Refused, match="The deadline was"):
        copy_answers.bring(draft, source=source, by=lead(draft.organisation), at=CLOSES)


def test_bringing_twice_brings_nothing_more(visitor):
    source = earlier()
    draft = an_application(organisation=source.organisation)
    copy_answers.bring(draft, source=source, by=lead(draft.organisation), at=WRITING)
    client = visitor(lead(draft.organisation))
    shown = client.post(
        reverse("application_bring", args=[draft.shown_reference]), {"source": source.pk}, follow=True
    ).text
    assert SAID.nothing_was_brought_over in shown


def test_the_pages_at_the_start_cost_the_same_for_one_and_for_three(visitor, django_assert_num_queries):
    source = earlier()
    draft = an_application(organisation=source.organisation)
    client = visitor(lead(draft.organisation))
    addresses = {
        reverse("application_bring", args=[draft.shown_reference]): 6,
        reverse("call_apply", args=[draft.call.slug]): 11,
    }
    for more in (0, 2):
        for _ in range(more):
            fill(an_application(organisation=source.organisation))
            an_application(draft.call)
        for address, number in addresses.items():
            with django_assert_num_queries(number):
                assert client.get(address).status_code == 200
