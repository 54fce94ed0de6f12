"""The admin's pages of grants, as the people they belong to."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from applications.lifecycle import Status
from applications.models import Interest
from core.accounts.roles import Role
from grants.lifecycle import AWARDED, DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import Agreement, Decision, EvaluationReport, Grant, Instalment
from tests.accounts.factories import person_with
from tests.applications.factories import application_at, lead, officer
from tests.applications.panel import both_views, viewed
from tests.grants import factories
from tests.grants.factories import (
    PAYING,
    committee_member,
    confirmed,
    decision_at,
    director,
    finance,
    grant_at,
    instalment_at,
    recorded,
    report_at,
    second_officer,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 4, 10, 9, 0, tzinfo=UTC)
LISTS = ["decision", "grant", "instalment", "evaluationreport", "funder"]


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(NOW, tick=False):
        yield


def words_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def step(client, person, row, name, **words):
    client.force_login(person)
    model = row._meta.model_name
    return client.post(f"/admin/grants/{model}/{row.pk}/steps/{name}/", words, follow=True)


def sent(application, **changes):
    facts = {
        "meeting": factories.meeting().pk,
        "outcome": "award",
        "reasons": "Strong.",
        "post": application.post_id,
        "days_per_week": "3",
        "months": "12",
        "starts_on": "2019-05-01",
        "conditions": "Name a backfill",
        "without_visit": factories.UNVISITED,
    }
    return {**facts, **changes}


# --- recording ---


def test_an_officer_records_a_decision_from_the_applications_page(client):
    application = application_at(Status.SHORTLISTED)
    both_views(application)
    factories.meeting()
    client.force_login(officer())
    address = f"/admin/grants/decision/add/?application={application.pk}"
    assert address in client.get(f"/admin/applications/application/{application.pk}/change/").content.decode()
    assert address in client.get("/admin/grants/decision/add/").content.decode()
    text = words_of(client.get(address))
    assert "£29,700.60" in text
    answer = client.post(address, sent(application), follow=True)
    decision = Decision.objects.get()
    assert answer.redirect_chain == [(f"/admin/grants/decision/{decision.pk}/change/", 302)]
    assert (decision.outcome, decision.starts_on, decision.recorded_by) == ("award", date(2019, 5, 1), officer())
    assert client.get("/admin/grants/decision/add/").content.decode().count("?application=") == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days_per_week": "2"}, SAID.days_a_week_must_be.format("3", "5", "2")),
        ({"starts_on": "2019-04-01"}, SAID.the_start_must_be_after),
        ({"months": "24"}, "This call&#x27;s term is 12 months. Enter 12 or fewer."),
        ({"months": "a year"}, SAID.enter_the_months_in_figures_like),
        ({"reasons": ""}, SAID.enter_the_reasons_the_organisation),
        ({"outcome": ""}, SAID.choose_the_decision),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, changes, sentence):
    application = viewed(application_at(Status.SHORTLISTED))
    client.force_login(officer())
    answer = client.post(f"/admin/grants/decision/add/?application={application.pk}", sent(application, **changes))
    text = words_of(answer)
    assert sentence in text
    assert "Name a backfill" in text
    assert Decision.objects.count() == 0


def test_the_cost_follows_the_terms_while_they_are_typed(client):
    application = viewed(application_at(Status.SHORTLISTED))
    client.force_login(officer())
    address = f"/admin/grants/decision/sheet/{application.pk}/"
    assert "£18,850.30" not in words_of(client.get(address, {"days_per_week": "3", "months": "12"}))
    # 32,000 × 4/5 × 8/12 + 7,501 × 4/5 × 8/12 + 6,000 = 17,066.67 + 4,000.53 + 6,000
    assert "£27,067.20" in words_of(client.get(address, {"days_per_week": "4", "months": "8"}))
    assert "Days a week must be from 3 to 5" in words_of(client.get(address, {"days_per_week": "1", "months": "8"}))
    assert SAID.enter_the_months_in_figures in words_of(client.get(address, {"days_per_week": "4", "months": "x"}))
    assert SAID.enter_the_days_a_week in words_of(client.get(address))
    for person in (committee_member(), finance()):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_only_the_office_records(client):
    application = viewed(application_at(Status.SHORTLISTED))
    for role in (Role.COMMITTEE, Role.FINANCE, Role.FUNDER_ASSESSOR):
        client.force_login(person_with(role))
        address = f"/admin/grants/decision/add/?application={application.pk}"
        assert client.get(address).status_code == 403
        assert client.post(address, sent(application)).status_code == 403


# --- confirming and releasing ---


def test_another_person_sees_the_cost_and_confirms(client):
    decision = recorded()
    client.force_login(second_officer())
    text = words_of(client.get(f"/admin/grants/decision/{decision.pk}/steps/confirm/"))
    assert "£29,700.60" in text
    assert "£32,000 × 3/5 of a week × 12/12 of a year" in text
    answer = step(client, second_officer(), decision, "confirm")
    assert SAID.you_have_confirmed_the_decision_it in words_of(answer)


def test_who_recorded_it_has_no_button_and_is_refused(client):
    decision = recorded()
    client.force_login(officer())
    page = client.get(f"/admin/grants/decision/{decision.pk}/change/").content.decode()
    assert "steps/confirm/" not in page
    assert step(client, officer(), decision, "confirm").status_code == 403
    by = officer()
    by.is_superuser = True
    by.save()
    answer = step(client, by, decision, "confirm")
    assert answer.status_code == 403
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.RECORDED


def test_the_letter_can_be_read_before_it_is_released(client):
    decision = confirmed()
    client.force_login(officer())
    text = words_of(client.get(f"/admin/grants/decision/{decision.pk}/steps/release/"))
    assert SAID.you_are_offered_a_grant.format("CII-2019-001") in text
    assert "Strong on every criterion." in text


def test_releasing_twice_by_button_makes_one_grant(client):
    decision = confirmed()
    first = step(client, officer(), decision, "release")
    assert SAID.you_have_released_the_decision_we in words_of(first)
    second = step(client, officer(), decision, "release")
    assert "“Release” is not possible now" in words_of(second)
    assert Grant.objects.count() == 1


def test_chosen_decisions_are_released_together(client):
    ready, other = confirmed(), confirmed(outcome="decline")
    waiting = recorded()
    client.force_login(director())
    chosen = {"action": "release_together", "_selected_action": [ready.pk, other.pk, waiting.pk]}
    asked = words_of(client.post("/admin/grants/decision/", chosen))
    assert "Release 2 decisions" in asked
    assert SAID.of_the_chosen_decisions_not.format("1", "is", "is") in asked
    assert Grant.objects.count() == 0
    done = client.post("/admin/grants/decision/", {**chosen, "together": "yes"}, follow=True)
    assert SAID.released_we_are_sending_the.format("2 decisions") in words_of(done)
    assert list(Decision.objects.order_by("pk").values_list("status", flat=True)) == [
        "released",
        "released",
        "recorded",
    ]
    again = client.post("/admin/grants/decision/", {**chosen, "together": "yes"}, follow=True)
    assert SAID.none_of_these_decisions_is in words_of(again)


def test_a_committee_member_with_a_conflict_sees_no_decision(client):
    decision = recorded()
    member = committee_member()
    client.force_login(member)
    address = f"/admin/grants/decision/{decision.pk}/change/"
    assert client.get(address).status_code == 200
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": NOW}
    Interest.objects.update_or_create(application=decision.application, person=member, defaults=facts)
    assert client.get(address, follow=True).status_code == 404
    assert str(decision.application) not in client.get("/admin/grants/decision/").content.decode()


# --- grants, payments, reports ---


def test_the_agreement_is_prepared_by_button(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    answer = step(client, officer(), grant, "prepare_agreement")
    assert f"The agreement of {grant} is ready to sign." in words_of(answer)
    assert Agreement.objects.get().grant == grant


def test_three_people_pay_by_button(client):
    with time_machine.travel(PAYING, tick=False):  # the bank details may be used
        instalment = instalment_at(InstalmentStatus.SCHEDULED)
        step(client, officer(), instalment, "prepare")
        assert step(client, officer(), instalment, "approve").status_code == 403
        step(client, director(), instalment, "approve")
        missing = step(client, finance(), instalment, "pay", payment_reference="")
        assert "Enter the bank&#x27;s payment reference." in words_of(missing)
        done = step(client, finance(), instalment, "pay", payment_reference="BACS 4711")
        assert SAID.is_paid_we_are_sending in words_of(done)
        again = step(client, finance(), instalment, "pay", payment_reference="BACS 4712")
        assert "“Record as paid” is not possible now" in words_of(again)
        assert Instalment.objects.get(pk=instalment.pk).payment_reference == "BACS 4711"


def test_a_report_is_returned_and_accepted_by_button(client):
    report = report_at(ReportStatus.SUBMITTED)
    step(client, officer(), report, "give_back", reason="Say how many.")
    assert EvaluationReport.objects.get(pk=report.pk).status == ReportStatus.RETURNED
    report = report_at(ReportStatus.SUBMITTED)
    assert "is accepted." in words_of(step(client, director(), report, "accept"))


def test_the_salary_stays_with_those_who_work_with_it(client):
    grant = grant_at(GrantStatus.ACTIVE)
    for person, sees in ((officer(), True), (finance(), True), (committee_member(), False)):
        client.force_login(person)
        assert ("£32,000" in words_of(client.get(f"/admin/grants/grant/{grant.pk}/change/"))) == sees


def test_the_committee_reads_the_total_and_the_band_and_nowhere_the_workings(client):
    grant = grant_at(GrantStatus.AGREED)
    client.force_login(committee_member())
    pages = [f"/admin/applications/application/{grant.decision.application_id}/change/"]
    pages += [f"/admin/grants/decision/{grant.decision_id}/change/", f"/admin/grants/grant/{grant.pk}/change/"]
    pages.append(f"/grants/{grant}/")
    for address in pages:
        text = words_of(client.get(address))
        assert "£29,700.60" in text, address
        assert [secret for secret in ("£32,000", "£19,200", "£4,500", "agreement.pdf") if secret in text] == [], address
    assert "is not above the pay band" in words_of(client.get(pages[0]))
    assert client.get(f"/grants/{grant}/agreement.pdf").status_code == 404


def test_a_history_is_no_wider_than_what_its_reader_may_open(client):
    report = report_at(ReportStatus.SUBMITTED)
    address = f"/admin/grants/grant/{report.grant_id}/change/"
    for person, reads in ((officer(), True), (finance(), False)):  # finance opens no reports
        client.force_login(person)
        text = words_of(client.get(address))
        assert ("Evaluation report submitted" in text, "Grant agreed" in text) == (reads, True)
    client.force_login(committee_member())
    for page in (address, f"/grants/{report.grant}/"):
        assert "Grant agreed" not in words_of(client.get(page))
    assert client.get(f"/admin/grants/grant/{report.grant_id}/history/").status_code == 404


def test_nothing_is_added_changed_or_deleted_by_form_not_even_by_a_superuser(client):
    grant = grant_at(GrantStatus.AGREED)
    by = officer()
    by.is_superuser = True
    by.save()
    client.force_login(by)
    rows = [grant, grant.instalments.first(), grant.reports.first(), grant.decision]
    for row in rows:
        model = row._meta.model_name
        client.post(f"/admin/grants/{model}/{row.pk}/change/", {"status": "paid", "total": "1"})
        assert client.post(f"/admin/grants/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
        before = row.status
        row.refresh_from_db()
        assert row.status == before


@pytest.mark.parametrize(
    ("role", "lists"),
    [
        (Role.OFFICER, LISTS),
        (Role.DIRECTOR, LISTS),
        (Role.FINANCE, ["grant", "instalment", "funder"]),
        (Role.COMMITTEE, LISTS),
        (Role.FUNDER_ASSESSOR, []),
        (Role.HOST_ASSESSOR, []),
        (Role.ADMINISTRATOR, []),
    ],
)
def test_who_opens_which_list(client, role, lists):
    client.force_login(person_with(role))
    answers = {name: client.get(f"/admin/grants/{name}/").status_code for name in LISTS}
    assert answers == {name: 200 if name in lists else 403 for name in LISTS}


def test_an_applicant_is_not_let_into_the_admin(client):
    grant = grant_at(GrantStatus.AGREED)
    client.force_login(lead(grant.organisation))
    assert client.get("/admin/grants/grant/", follow=True).status_code == 403


def test_the_decision_page_and_post_keep_within_their_queries(client, django_assert_max_num_queries):
    decision = recorded()
    client.force_login(second_officer())
    with django_assert_max_num_queries(20):  # eight are the way about, one asks whether the programme keeps a fund
        client.get(f"/admin/grants/decision/{decision.pk}/change/")
    with django_assert_max_num_queries(10):
        client.get(f"/admin/grants/decision/{decision.pk}/steps/confirm/")
    with django_assert_max_num_queries(19):  # one of them asks whether the programme keeps a fund
        client.post(f"/admin/grants/decision/{decision.pk}/steps/confirm/")
    assert Decision.objects.get().status == DecisionStatus.CONFIRMED


def test_recording_keeps_within_its_queries(client, django_assert_max_num_queries):
    application = viewed(application_at(Status.SHORTLISTED))
    facts = sent(application)
    client.force_login(officer())
    address = f"/admin/grants/decision/add/?application={application.pk}"
    with django_assert_max_num_queries(15):
        client.get(address)
    with django_assert_max_num_queries(25):
        client.post(address, facts)
    assert Decision.objects.count() == 1


def test_lists_cost_the_same_at_one_row_and_at_three(client, django_assert_num_queries):
    counts = {"decision": 9, "grant": 9, "instalment": 8, "evaluationreport": 8}
    grant_at(GrantStatus.AGREED)
    client.force_login(director())
    for name, count in counts.items():
        with django_assert_num_queries(count):
            client.get(f"/admin/grants/{name}/")
    grant_at(GrantStatus.AGREED)
    decision_at(DecisionStatus.RECORDED)
    grant_at(AWARDED[1])
    for name, count in counts.items():
        with django_assert_num_queries(count):
            client.get(f"/admin/grants/{name}/")
