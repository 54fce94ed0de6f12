"""One organisation let in after the close: by one person with a reason and another who confirms, seen by everybody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.actions import applications, calls, candidates, late_admissions
from applications.models import Call, LateAdmission
from core.accounts.models import User
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from core.work_queue import for_person
from tests.accounts.factories import OrganisationFactory, editor_of
from tests.applications import factories
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    an_application,
    candidate_of,
    confirm,
    fill,
    fresh,
    lead,
    officer,
    published_call,
    ready_application,
    the_office_declares,
)
from tests.applications.panel import assigned, committee, host_assessor
from tests.grants.factories import director, second_officer
from tests.races.at_once import all_at_once
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
AFTER = CLOSES + timedelta(days=1)
UNTIL = CLOSES + timedelta(days=7)


def asked(call=None, organisation=None, *, at=AFTER, until=UNTIL, reason="Their line was cut that day."):
    """Return a late admission that waiting for a second person."""
    organisation = organisation or OrganisationFactory(name="Late Charity")
    facts = {"organisation": organisation, "closes_at": until, "reason": reason}
    return late_admissions.ask(call or published_call(), **facts, by=officer(), at=at)


def sign_in(client, person):
    client.force_login(person, backend="core.accounts.sign_in.SignIn")


def test_nothing_opens_before_a_second_person_confirms():
    admission = asked()
    call, organisation = admission.call, admission.organisation
    with pytest.raises(Refused, match="The deadline was 5pm on Wednesday 13 March 2019"):
        an_application(call, organisation=organisation, at=AFTER)
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    application = an_application(call, organisation=organisation, at=AFTER)
    assert application.closes_at == UNTIL
    with pytest.raises(Refused, match="The deadline was"):
        an_application(call, at=AFTER)  # another organisation


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_asked_does_not_confirm(is_superuser):
    admission = asked()
    User.objects.filter(pk=officer().pk).update(is_superuser=is_superuser)
    with pytest.raises(Refused, match=SAID.another_person_has_to_confirm):
        late_admissions.confirm(admission, by=User.objects.get(pk=officer().pk), at=AFTER)
    with pytest.raises(IntegrityError, match=r"confirmed by another person|CHECK"), transaction.atomic():
        LateAdmission.objects.update(confirmed_by=officer(), confirmed_at=AFTER)
    assert LateAdmission.objects.get().confirmed_at is None


def test_the_draft_gets_the_deadline_and_the_leads_a_letter():
    draft = an_application()
    head, editor = lead(draft.organisation), editor_of(draft.organisation)
    admission = asked(draft.call, draft.organisation)
    assert not Letter.objects.filter(template="applications.admitted_late").exists()
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    assert fresh(draft).closes_at == UNTIL
    letter = Letter.objects.get(template="applications.admitted_late")
    assert (letter.to_user, draft.shown_reference in letter.body) == (head, True)
    assert letter.to_user != editor
    assert "5pm on Wednesday 20 March 2019" in letter.subject


def test_it_is_submitted_shortlisted_and_assessed_like_the_others():
    draft = ready_application()
    late_admissions.confirm(asked(draft.call, draft.organisation), by=second_officer(), at=AFTER)
    submitted = applications.submit(fresh(draft), by=lead(draft.organisation), at=UNTIL - timedelta(seconds=1))
    factories.shortlist(submitted, by=officer(), at=UNTIL)
    assigned(fresh(draft))
    assert fresh(draft).status == "shortlisted"


def test_the_new_deadline_is_kept_to_the_instant():
    draft = ready_application()
    late_admissions.confirm(asked(draft.call, draft.organisation), by=second_officer(), at=AFTER)
    with pytest.raises(Refused, match="5pm on Wednesday 20 March 2019"):
        applications.submit(fresh(draft), by=lead(draft.organisation), at=UNTIL)


def test_an_organisation_without_a_draft_starts_one_by_the_link(client, time_machine):
    time_machine.move_to(AFTER, tick=False)
    admission = asked()
    head = lead(admission.organisation)
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    sign_in(client, head)
    page = reverse("call_apply", args=[admission.call.slug])
    assert page in Letter.objects.get(template="applications.admitted_late").body
    assert "Late Charity may apply until <strong>5pm on Wednesday 20 March 2019" in client.get(page).text
    sent = {"organisation": admission.organisation.pk, "post": admission.call.posts.get().pk}
    application = admission.organisation.applications
    assert client.post(page, sent).url == application.get().get_absolute_url()


def test_a_call_by_invitation_opens_for_who_is_admitted_late_only(client, time_machine):
    time_machine.move_to(AFTER, tick=False)
    admission = asked(published_call(kind="invited"))
    head = lead(admission.organisation)
    sign_in(client, head)
    page = reverse("call_apply", args=[admission.call.slug])
    assert client.get(page).status_code == 404
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    assert "may apply until" in client.get(page).text
    assert an_application(admission.call, organisation=admission.organisation, by=head, at=AFTER).closes_at == UNTIL


def test_for_others_the_call_stays_closed(client, time_machine):
    time_machine.move_to(AFTER, tick=False)
    admission = asked()
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    sign_in(client, lead(OrganisationFactory()))
    assert SAID.applications_cannot_be_started_now in client.get(reverse("call_apply", args=[admission.call.slug])).text


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"at": SUBMITTING}, None, "after the call closes"),
        ({"until": AFTER}, "closes_at", SAID.this_time_has_passed),
        ({"reason": " "}, "reason", "Enter the reason"),
    ],
)
def test_what_cannot_be_asked_for_gets_a_sentence(facts, field, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        asked(**facts)
    assert refusal.value.field == field
    assert not LateAdmission.objects.exists()


def test_it_is_asked_for_once_and_anew_when_its_time_is_over():
    admission = asked()
    with pytest.raises(Refused, match="Olive Officer has asked for Late Charity already"):
        asked(admission.call, admission.organisation)
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    again = asked(admission.call, admission.organisation, at=UNTIL, until=UNTIL + timedelta(days=1))
    assert (again.pk, again.confirmed_at) == (admission.pk, None)
    late_admissions.confirm(again, by=second_officer(), at=UNTIL)


def test_it_is_not_confirmed_twice_nor_after_its_time_nor_for_a_decided_call():
    admission = asked()
    with pytest.raises(Refused, match=SAID.ask_again_with_a_later_time):
        late_admissions.confirm(admission, by=second_officer(), at=UNTIL)
    stale = LateAdmission.objects.get()
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    with pytest.raises(Refused, match=SAID.someone_else_has_just_2):
        late_admissions.confirm(stale, by=director(), at=AFTER)
    with pytest.raises(Refused, match="is confirmed"):
        late_admissions.drop(stale, by=officer(), at=AFTER)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_people_who_ask_and_confirm_at_once_one_is_first():
    call, organisation = published_call(), OrganisationFactory()
    officer()

    def at_once(act):
        answers = all_at_once(*(lambda person=person: act(person) for person in (second_officer(), director())))
        return sorted(answer.sentence if isinstance(answer, Refused) else "" for answer in answers)

    facts = {"organisation": organisation, "closes_at": UNTIL, "reason": "Their line was cut."}
    asking = at_once(lambda person: late_admissions.ask(call, **facts, by=person, at=AFTER))
    assert asking[0] == ""
    assert "has asked for" in asking[1]
    LateAdmission.objects.update(asked_by=officer())
    found = LateAdmission.objects.select_related("call", "organisation")
    confirming = at_once(lambda person: late_admissions.confirm(found.get(), by=person, at=AFTER))
    assert confirming[0] == ""
    assert SAID.someone_else_has_just_2 in confirming[1]


def test_a_call_is_not_decided_while_somebody_admitted_late_may_submit():
    admission = asked()
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    call = Call.objects.get()
    with pytest.raises(Refused, match="Late Charity was admitted late and may submit until 5pm on Wednesday 20 March"):
        calls.decide(call, by=officer(), at=UNTIL - timedelta(seconds=1))
    calls.decide(call, by=officer(), at=UNTIL)


def test_one_that_nobody_confirmed_is_dropped_and_the_trail_keeps_the_reason():
    admission = asked()
    late_admissions.drop(admission, by=second_officer(), at=AFTER)
    assert not LateAdmission.objects.exists()
    told = {line.event: str(line.detail) for line in trail.history(admission.call)}
    assert "Their line was cut that day." in told[SAID.late_admission_asked_for]
    assert "late admission dropped" in told


def test_it_waits_for_everybody_but_who_asked():
    asked()
    said = {
        person: [item.sentence for item in for_person(person, AFTER)]
        for person in (officer(), second_officer(), director())
    }
    assert "1 late admission to confirm" not in said.pop(officer())
    assert all("1 late admission to confirm" in sentences for sentences in said.values())


def test_only_the_office_reads_on_the_calls_page_or_in_its_history_who_is_let_in(client):
    admission = asked()
    for person, reads in ((officer(), True), (committee(), False), (host_assessor(), False)):
        sign_in(client, person)
        address = f"/admin/applications/call/{admission.call_id}"
        page = client.get(f"{address}/change/")
        assert (page.status_code, "Late Charity" in page.content.decode()) == (200, reads)
        assert ("/history/" in page.content.decode()) == reads
        assert client.get(f"{address}/history/").status_code == (200 if reads else 404)


def test_it_goes_through_the_admin_from_asking_to_the_list(client, time_machine):
    draft = ready_application()
    call = draft.call
    page = reverse("admin:applications_call_step", args=[call.pk, "admit-late"])
    sign_in(client, officer())
    time_machine.move_to(SUBMITTING, tick=False)
    change = reverse("admin:applications_call_change", args=[call.pk])
    assert "admit-late" not in {item["name"] for item in client.get(change).context["step_buttons"]}
    time_machine.move_to(AFTER, tick=False)
    assert SAID.admit_one_organisation_late in client.get(change).text
    sent = {"organisation": draft.organisation.pk, "closes_at": "2019-03-20T17:00", "reason": "Their line was cut."}
    client.post(page, sent)
    admission = LateAdmission.objects.get()
    assert SAID.waiting_for_a_second_person in client.get(change).text
    steps = [
        reverse("admin:applications_lateadmission_step", args=[admission.pk, step]) for step in ("confirm", "drop")
    ]
    assert client.post(steps[0]).status_code == 403  # who asked
    sign_in(client, second_officer())
    assert SAID.we_will_email_the_organisations in client.get(steps[0]).text
    client.post(steps[0])
    the_office_declares(applications.submit(fresh(draft), by=lead(draft.organisation), at=AFTER))
    listed = reverse("admin:applications_application_changelist")
    assert 'field-status_name">submitted, late<' in client.get(listed, {"came": "late"}).text
    shown = client.get(reverse("admin:applications_application_change", args=[draft.pk])).text
    assert "Admitted late</strong>, until 5pm on Wednesday 20 March 2019 (UK time): Their line was cut." in shown
    assert "confirmed by" in client.get(change).text


def test_an_application_in_time_is_not_called_late(client, time_machine):
    draft = ready_application()
    applications.submit(draft, by=lead(draft.organisation), at=SUBMITTING)
    time_machine.move_to(AFTER, tick=False)
    sign_in(client, officer())
    the_office_declares(fresh(draft))
    listed = reverse("admin:applications_application_changelist")
    assert 'field-status_name">submitted<' in client.get(listed).text


def test_a_person_proposed_late_still_confirms():
    admission = asked()
    late_admissions.confirm(admission, by=second_officer(), at=AFTER)
    application = an_application(admission.call, organisation=admission.organisation, at=AFTER)
    fill(application, at=AFTER)
    with pytest.raises(Refused, match="Complete: "):
        applications.submit(application, by=lead(application.organisation), at=AFTER)
    confirm(candidates.ask(candidate_of(application), by=lead(application.organisation), at=AFTER), at=AFTER)
    assert applications.submit(application, by=lead(application.organisation), at=AFTER).submitted_at == AFTER


def test_the_list_and_the_calls_page_cost_the_same_for_one_and_for_three(
    client, time_machine, django_assert_num_queries
):
    time_machine.move_to(AFTER, tick=False)
    call = published_call()
    sign_in(client, officer())
    addresses = {
        reverse("admin:applications_lateadmission_changelist"): 7,
        reverse("admin:applications_call_change", args=[call.pk]): 31,
    }
    for more in (1, 2):
        for _ in range(more):
            asked(call, OrganisationFactory())
        for address in addresses:
            client.get(address)
        for address, number in addresses.items():
            with django_assert_num_queries(number):
                assert client.get(address).status_code == 200
