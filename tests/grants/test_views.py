"""Pages of grants, as the people they belong to."""

import hashlib
from datetime import date

import pytest

from core.accounts.models import Membership
from core.accounts.roles import Role
from core.money.fields import format_pounds
from core.visibility import visible
from grants.lifecycle import GrantStatus, ReportStatus
from grants.models import Agreement, EvaluationReport, Grant, Signature
from tests.accounts.factories import OrganisationFactory, editor_of, lead_of, person_with
from tests.applications.factories import lead, officer
from tests.grants.factories import (
    STARTING,
    WORDS,
    committee_member,
    director,
    finance,
    grant_at,
    prepared,
    report_at,
    signed,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def page(client, person, address: str):
    client.force_login(person)
    return client.get(address)


def words_of(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- who sees ---


@pytest.mark.parametrize("address", ["", "accept/", "decline/", "sign/", "agreement.pdf", "reports/1/"])
def test_a_stranger_is_told_what_they_would_be_told_if_it_did_not_exist(client, address):
    grant = grant_at(GrantStatus.AGREED)
    for person in (lead_of(OrganisationFactory()), person_with(Role.HOST_ASSESSOR), person_with(Role.LINE_MANAGER)):
        assert page(client, person, f"/grants/{grant}/{address}").status_code == 404
        assert client.get(f"/grants/CII-G-1999-001/{address}").status_code == 404


@pytest.mark.parametrize("address", ["", "accept/", "decline/", "sign/", "agreement.pdf", "reports/1/"])
def test_who_is_not_signed_in_is_asked_to(client, address):
    answer = client.get(f"/grants/CII-G-2019-001/{address}")
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next=/grants/CII-G-2019-001/{address}")


def test_a_grant_is_listed_if_and_only_if_it_can_be_seen(client):
    grant = grant_at(GrantStatus.OFFERED)
    own = lead(grant.organisation)
    roles = [person_with(role) for role in Role]
    for person in (own, editor_of(grant.organisation), lead_of(OrganisationFactory()), *roles):
        listed = visible(Grant, person).filter(pk=grant.pk).exists()
        assert listed == person.has_perm("grants.view_grant", grant)
        assert listed == (page(client, person, f"/grants/{grant}/").status_code == 200)


def test_workings_are_shown_to_those_who_may_see_the_salary_alone(client):
    grant = grant_at(GrantStatus.OFFERED)
    for person in (lead(grant.organisation), officer(), director(), finance()):
        assert "£32,000 × 3/5 of a week × 12/12 of a year" in words_of(page(client, person, f"/grants/{grant}/"))
    text = words_of(page(client, committee_member(), f"/grants/{grant}/"))
    assert [word for word in ("£32,000", "£19,200", "£4,500") if word in text] == []
    assert "£29,700.60" in text


# --- the offer ---


def test_a_lead_accepts_the_offer(client):
    grant = grant_at(GrantStatus.OFFERED)
    by = lead(grant.organisation)
    assert "Accept the offer" in words_of(page(client, by, f"/grants/{grant}/"))
    assert "Accept the offer?" in words_of(client.get(f"/grants/{grant}/accept/"))
    answer = client.post(f"/grants/{grant}/accept/", follow=True)
    assert answer.redirect_chain == [(f"/grants/{grant}/", 302)]
    assert SAID.you_have_accepted_the_grant in words_of(answer)
    again = client.post(f"/grants/{grant}/accept/")
    assert (again.status_code, again.url) == (302, f"/grants/{grant}/")
    assert Grant.objects.get().status == GrantStatus.ACCEPTED


def test_declining_wants_a_reason(client):
    grant = grant_at(GrantStatus.OFFERED)
    client.force_login(lead(grant.organisation))
    answer = client.post(f"/grants/{grant}/decline/", {"reason": " "})
    assert SAID.enter_why_you_decline_the in words_of(answer)
    client.post(f"/grants/{grant}/decline/", {"reason": "She has left."})
    assert (Grant.objects.get().status, Grant.objects.get().declined_reason) == (GrantStatus.DECLINED, "She has left.")


@pytest.mark.parametrize("address", ["accept/", "decline/"])
def test_an_editor_and_an_officer_do_not_answer(client, address):
    grant = grant_at(GrantStatus.OFFERED)
    for person in (editor_of(grant.organisation), officer()):
        assert page(client, person, f"/grants/{grant}/{address}").status_code == 403
        assert client.post(f"/grants/{grant}/{address}", {"reason": "No"}).status_code == 403
    assert Grant.objects.get().status == GrantStatus.OFFERED


# --- the agreement ---


def sign(client, grant, person, **words):
    client.force_login(person)
    shown = Agreement.objects.get(grant=grant).sha256
    sent = {"name_typed": person.name, "is_authorised": "on", "shown_sha256": shown, **words}
    return client.post(f"/grants/{grant}/sign/", sent, follow=True)


def test_the_agreement_is_served_byte_for_byte(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    agreement = prepared(grant)
    answer = page(client, lead(grant.organisation), f"/grants/{grant}/agreement.pdf")
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == agreement.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'attachment; filename="Funding agreement {grant}.pdf"'


def test_both_sign_on_the_page_and_the_grant_is_agreed(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    agreement = prepared(grant)
    first = sign(client, grant, lead(grant.organisation))
    assert SAID.you_have_signed_the_grant in words_of(first)
    second = sign(client, grant, director())
    assert SAID.you_have_signed_both_parties in words_of(second)
    assert Grant.objects.get().status == GrantStatus.AGREED
    assert list(Signature.objects.values_list("sha256", flat=True)) == [agreement.sha256] * 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"name_typed": "Somebody Else"}, SAID.enter_your_full_name_as_it),
        ({"is_authorised": ""}, SAID.tick_that_you_have_read),
        ({"shown_sha256": "0" * 64}, SAID.a_new_version_of_the),
        ({"name_typed": ""}, SAID.enter_your_full_name),
    ],
)
def test_what_is_wrong_in_a_signature_is_said_and_the_name_is_kept(client, words, sentence):
    grant = grant_at(GrantStatus.ACCEPTED)
    prepared(grant)
    text = words_of(sign(client, grant, lead(grant.organisation), **words))
    assert sentence in text
    assert SAID.there_is_a_problem in text
    assert Signature.objects.count() == 0


def test_an_organisation_without_a_signatory_is_told_what_to_do(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    prepared(grant)
    by = lead(grant.organisation)
    Membership.objects.update(is_signatory=False)
    answer = page(client, by, f"/grants/{grant}/sign/")
    assert SAID.your_organisation_has_no_authorised in words_of(answer)
    assert '<a class="govuk-link" href="/organisation/">Name an authorised signatory</a>' in answer.content.decode()
    sign(client, grant, by)
    assert Signature.objects.count() == 0


def test_a_member_who_is_no_signatory_and_who_has_signed_are_told_so(client):
    grant = grant_at(GrantStatus.ACCEPTED)
    agreement = prepared(grant)
    answer = page(client, editor_of(grant.organisation), f"/grants/{grant}/sign/")
    assert SAID.you_are_not_an_authorised in words_of(answer)
    signed(agreement, lead(grant.organisation))
    answer = page(client, lead(grant.organisation), f"/grants/{grant}/sign/")
    assert SAID.your_organisation_has_signed in words_of(answer)


@pytest.mark.parametrize("status", [GrantStatus.OFFERED, GrantStatus.ACCEPTED, GrantStatus.ACTIVE])
def test_where_nothing_is_to_sign_the_page_says_so(client, status):
    grant = grant_at(status)
    answer = page(client, director(), f"/grants/{grant}/sign/")
    assert SAID.there_is_nothing_to_sign in words_of(answer)


# --- reports ---


def test_a_report_is_saved_submitted_returned_and_submitted_again(client):
    report = report_at(ReportStatus.DUE)
    address = f"/grants/{report.grant}/reports/1/"
    assert "What was learnt?" in words_of(page(client, lead(report.grant.organisation), address))
    answer = client.post(address, {"progress": "Half.", "save": "Save", "seen": ""}, follow=True)
    assert SAID.we_have_saved_your_answers in words_of(answer)
    report.refresh_from_db()
    answer = client.post(address, {**WORDS, "submit": "Submit", "seen": report.version}, follow=True)
    assert SAID.you_have_submitted_the_report in words_of(answer)
    assert WORDS["learning"] in words_of(client.get(address))
    again = client.post(address, {**WORDS, "progress": "Changed", "submit": "Submit"}, follow=True)
    assert SAID.this_report_is.format("submitted") in words_of(again)
    assert EvaluationReport.objects.get(pk=report.pk).progress == WORDS["progress"]


def test_a_question_left_empty_is_named_and_nothing_is_lost(client):
    report = report_at(ReportStatus.DUE)
    client.force_login(lead(report.grant.organisation))
    answer = client.post(f"/grants/{report.grant}/reports/1/", {**WORDS, "learning": "", "submit": "Submit"})
    assert SAID.enter_what_was_learnt in words_of(answer)
    assert WORDS["difficulties"] in words_of(answer)


def test_two_who_write_at_once_see_both_versions(client):
    report = report_at(ReportStatus.DUE)
    address = f"/grants/{report.grant}/reports/1/"
    client.force_login(lead(report.grant.organisation))
    client.post(address, {**WORDS, "progress": "Hers", "save": "Save", "seen": ""})
    client.force_login(editor_of(report.grant.organisation))
    text = words_of(client.post(address, {**WORDS, "progress": "His", "save": "Save", "seen": ""}))
    assert SAID.a_colleague_saved_this_report in text
    assert "Hers" in text
    assert "His" in text
    report.refresh_from_db()
    answer = client.post(address, {**WORDS, "progress": "Both", "save": "Save", "seen": report.version}, follow=True)
    assert SAID.we_have_saved_your_answers in words_of(answer)


def test_the_funder_does_not_read_what_is_still_being_written(client):
    report = report_at(ReportStatus.DUE)
    EvaluationReport.objects.update(progress="A draft")
    address = f"/grants/{report.grant}/reports/1/"
    assert "A draft" not in words_of(page(client, officer(), address))
    assert page(client, finance(), address).status_code == 403


# --- the public list ---


def test_the_list_is_filtered_in_its_address(client):
    first = grant_at(GrantStatus.AGREED, organisation=OrganisationFactory(name="Kestrel Advice"))
    grant_at(GrantStatus.AGREED, organisation=OrganisationFactory(name="Meadow Action"))
    assert "2 awards, the latest first" in words_of(client.get("/grants/"))
    text = words_of(client.get("/grants/?organisation=kestrel&year=2019"))
    assert "1 award found, the latest first" in text
    assert first.reference in text
    assert "No grants found" in words_of(client.get("/grants/?organisation=nobody"))
    assert client.get("/grants/?year=1999&page=x").status_code == 200


def test_ones_own_grants_stand_above(client):
    grant = grant_at(GrantStatus.OFFERED)
    assert "Your grants" in words_of(page(client, lead(grant.organisation), "/grants/"))
    assert "Your grants" not in words_of(page(client, officer(), "/grants/"))


def test_the_list_says_how_much_to_how_many_and_what_ended_early(client):
    first, second = grant_at(GrantStatus.ACTIVE), grant_at(GrantStatus.ENDED_EARLY)
    page = words_of(client.get("/grants/"))
    total = format_pounds(first.total + second.total)
    assert (f"<strong>{total}</strong> in total, to 2 organisations." in page, page.count(SAID.ended_early_on)) == (
        True,
        1,
    )
    old = Grant(reference="CII-G-2017-001", programme=first.programme, organisation=first.organisation, total=5)
    old.title, old.description, old.days_per_week, old.is_illustrative = "An older one", "One year.", 3, True
    old.starts_on, old.ends_on, old.agreed_on = date(2017, 4, 1), date(2018, 3, 31), date(2017, 3, 1)
    old.status, old.offered_at = GrantStatus.CLOSED, STARTING
    old.save()
    page = words_of(client.get("/grants/"))
    assert f"<strong>{total}</strong> in total, to 2 organisations. {SAID.the_total_leaves_out}" in page


def test_lists_and_pages_cost_the_same_at_one_row_and_at_three(client, django_assert_num_queries):
    grant = grant_at(GrantStatus.ACTIVE)
    with django_assert_num_queries(9):
        client.get("/grants/")
    client.force_login(lead(grant.organisation))
    with django_assert_num_queries(14):
        client.get("/grants/")
    with django_assert_num_queries(17):
        client.get(f"/grants/{grant}/")
    grant_at(GrantStatus.ACTIVE)
    grant_at(GrantStatus.AGREED)
    with django_assert_num_queries(14):
        client.get("/grants/")
    client.logout()
    with django_assert_num_queries(9):
        client.get("/grants/")
