"""The read API: a token reads what its person sees, within its scopes, and nothing changes anything."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from applications.lifecycle import Status
from core.accounts import actions
from core.accounts.models import AccessToken, Scope
from core.audit.models import Entry
from core.lifecycle import Refused
from core.visibility import visible
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import person_with
from tests.applications.factories import application_at, lead, officer, programme
from tests.client import Client
from tests.grants.factories import grant_at
from tests.secondments.factories import placement_at, programme_manager

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 5, 20, 10, 0, tzinfo=UTC)
ALL = tuple(Scope.values)


def token_of(person, *scopes, days=90, at=NOW):
    return actions.make_access_token(person, name="A sheet", scopes=scopes or ALL, days=days, by=person, at=at)


def read(path, token="", at=NOW, method="get"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with time_machine.travel(at, tick=False):
        return getattr(Client(), method)(f"/api/v1/{path}", headers=headers)


def references(path, token):
    return [row["reference"] for row in read(path, token).json()["items"]]


def test_an_officer_reads_the_calls_applications_grants_and_placements_they_see():
    placement = placement_at(PlacementStatus.ACTIVE)
    token = token_of(officer())
    assert references("placements", token) == [placement.reference]
    (grant,) = read("grants", token).json()["items"]
    assert (grant["reference"], grant["total"]) == (placement.grant.reference, "29700.60")
    assert references("applications", token) == [placement.grant.decision.application.reference]
    assert read("calls", token).json()["count"] == 1


@pytest.mark.parametrize("path", ["calls", "applications", "grants", "placements"])
def test_without_a_token_or_with_one_of_another_scope_nothing_is_read(path):
    other = next(scope for scope in ALL if scope != path)
    for token in ("", "guessed", token_of(officer(), other)):
        assert read(path, token).status_code == 401
    assert read(path, token_of(officer(), path)).status_code == 200


def test_a_token_is_no_wider_than_its_person():
    grant_at(GrantStatus.AGREED)
    draft = application_at(Status.DRAFT)
    for person in (officer(), programme_manager(), person_with("Learning partner", within=programme())):
        seen = set(visible(Grant, person).values_list("reference", flat=True))
        assert set(references("grants", token_of(person))) == seen
        assert draft.shown_reference not in references("applications", token_of(person, "applications"))


def test_nobody_s_pay_answers_or_names_are_in_it():
    placement = placement_at(PlacementStatus.ACTIVE)
    token = token_of(officer())
    text = "".join(read(path, token).text for path in ALL)
    application = placement.grant.decision.application
    for private in (placement.secondee.name, placement.secondee.email, "32000", application.answers.first().text):
        assert private not in text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_changed_by_it(method):
    assert read("grants", token_of(officer()), method=method).status_code == 405


def test_it_ends_when_it_expires_is_revoked_or_its_person_leaves():
    person = person_with("Learning partner", within=programme())
    token = token_of(person, days=1)
    assert read("calls", token, at=NOW + timedelta(hours=23)).status_code == 200
    assert read("calls", token, at=NOW + timedelta(hours=24)).status_code == 401
    revoked, closed = token_of(person), token_of(person)
    actions.revoke_access_token(AccessToken.objects.order_by("pk")[1], by=person, at=NOW)
    assert [read("calls", one).status_code for one in (revoked, closed)] == [401, 200]
    root = person_with("Administrator", within=None)
    person_with("Administrator", within=None)
    actions.close_account(person, by=root, at=NOW)
    actions.reopen_account(person, by=root, at=NOW)
    assert read("calls", closed).status_code == 401


def test_only_its_digest_is_stored_and_the_trail_says_who_made_it():
    token = token_of(officer())
    row = AccessToken.objects.get()
    assert token not in {row.digest, row.name, row.scopes}
    entry = Entry.objects.get(event="access token made")
    assert (entry.by, token in str(entry.detail)) == (officer(), False)


def test_a_page_has_at_most_a_hundred_and_says_how_many_there_are():
    for _ in range(3):
        application_at(Status.SUBMITTED)
    token = token_of(officer())
    page = read("applications?limit=2&offset=2", token).json()
    assert (len(page["items"]), page["count"]) == (1, 3)
    assert read("applications?limit=101", token).status_code == 422


def test_reading_costs_the_same_for_one_row_and_for_three(django_assert_num_queries):
    token = token_of(officer())
    for rows in (1, 2):
        for _ in range(rows):
            application_at(Status.SUBMITTED)
        read("applications", token)
        with django_assert_num_queries(7):
            read("applications", token)


@pytest.mark.parametrize(
    ("wanted", "field"), [({"scopes": []}, "scopes"), ({"days": 0}, "days"), ({"days": 366}, "days")]
)
def test_what_cannot_be_made_is_refused_at_its_field(wanted, field):
    facts = {"name": "A sheet", "scopes": ALL, "days": 90} | wanted
    with pytest.raises(Refused) as refusal:
        actions.make_access_token(officer(), **facts, by=officer(), at=NOW)
    assert refusal.value.field == field


def test_an_eleventh_token_and_one_for_who_has_no_role_are_refused():
    for _ in range(10):
        token_of(officer())
    with pytest.raises(Refused):
        token_of(officer())
    with pytest.raises(Refused):
        token_of(lead(application_at(Status.DRAFT).organisation))


def test_the_page_shows_a_new_token_once_and_revokes_it():
    client = Client()
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    made = client.post("/accounts/tokens/", {"name": "A sheet", "scopes": ["calls"], "days": "30"})
    token = made.text.split('<code id="token">')[1].split("<")[0]
    assert read("calls", token, at=datetime.now(UTC)).status_code == 200
    assert token not in client.get("/accounts/tokens/").text
    client.post(f"/accounts/tokens/{AccessToken.objects.get().pk}/revoke/")
    assert read("calls", token, at=datetime.now(UTC)).status_code == 401


def test_the_openapi_document_names_every_list():
    document = read("openapi.json").json()
    assert sorted(document["paths"]) == [f"/api/v1/{name}" for name in sorted(ALL)]
    assert {operation for path in document["paths"].values() for operation in path} == {"get"}
