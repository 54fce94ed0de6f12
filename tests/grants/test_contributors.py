"""Contributors read what their organisation gave, what it paid for and where the fund stands, and change nothing."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from core.accounts.models import Membership
from core.audit.immutability import bypass_triggers
from grants.exports.position import fund_of, paid_for
from grants.funding import Position
from grants.lifecycle import GrantStatus
from grants.models import Contribution, Funder, Grant
from grants.visibility import contributions_given
from tests.accounts.factories import OrganisationFactory, editor_of, lead_of
from tests.applications.factories import lead, programme
from tests.client import Client
from tests.grants.factories import finance, grant_at, paid
from tests.grants.pool import received
from tests.grants.test_fund_pages import LIST
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 5, 3, 9, 0, tzinfo=UTC)
AWARD = Decimal("29700.60")


@pytest.fixture(autouse=True)
def _may():
    with time_machine.travel(NOW, tick=False):
        yield


def contributor(name="Pears Fund"):
    body = OrganisationFactory(name=name)
    Funder.objects.create(programme=programme(), organisation=body)
    return body


def given(name="Pears Fund", amount=40_000, **purpose):
    return received(f"{name} 2019", amount, funder=contributor(name), **purpose)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def words_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_member_reads_what_was_given_received_and_what_it_may_pay_for():
    contribution = given(kind="secondments")
    client = signed_in(editor_of(contribution.funder))
    page = words_of(client.get("/contributions/"))
    assert "Pears Fund 2019 For secondments £40,000.00 £40,000.00 £0.00 £0.00 £40,000.00" in page
    assert "For secondments" in words_of(client.get(f"/contributions/{contribution.pk}/"))


def test_it_names_the_published_grants_it_pays_for_and_only_the_sum_of_the_others():
    contribution = given(amount=90_000)
    published = grant_at(GrantStatus.ACTIVE)
    paid(published.instalments.first())
    offered = grant_at(GrantStatus.OFFERED)
    shown, unnamed = paid_for(contribution)
    first = published.instalments.first().amount
    assert [(row.grant, row.position) for row in shown] == [(published, Position(committed=AWARD, paid=first))]
    assert unnamed == Position(committed=AWARD)
    page = words_of(signed_in(lead_of(contribution.funder)).get(f"/contributions/{contribution.pk}/"))
    assert (published.reference in page, published.organisation.name in page, published.role in page) == (True,) * 3
    assert (offered.reference in page, offered.organisation.name in page) == (False, False)
    assert f"£29,700.60 {SAID.of_it_is_committed_to_grants}" in page


def test_no_person_no_line_of_the_budget_and_no_line_of_the_ledger_is_shown():
    contribution = given(amount=90_000)
    grant = grant_at(GrantStatus.ACTIVE)
    client = signed_in(lead_of(contribution.funder))
    pages = words_of(client.get("/contributions/")) + words_of(client.get(f"/contributions/{contribution.pk}/"))
    people = [row.person.name for row in grant.organisation.memberships.all()]
    hidden = ["Sana", "Olive", finance().name, *people, "32,000", "19,200", "BACS 12", "1,000.00", "5,000.00"]
    hidden += [line.reason for line in contribution.ledger.all() if line.reason]
    assert [word for word in hidden if word in pages] == []


def test_an_award_without_a_documented_amount_is_in_the_sum_and_not_named():
    contribution = given(amount=90_000)
    grant = grant_at(GrantStatus.AGREED)
    with bypass_triggers():
        Grant.objects.filter(pk=grant.pk).update(is_illustrative=True)
    assert paid_for(contribution) == ([], Position(committed=AWARD))


def test_the_position_of_the_fund_is_that_of_the_office():
    contribution = given(kind="secondments")
    received("Unbound", 100)
    member, office = signed_in(editor_of(contribution.funder)), signed_in(finance())
    [fund] = member.get("/contributions/").context["funds"]
    answer = office.get(f"{LIST}{contribution.pk}/position/")
    assert (fund.purposes, fund.total) == (answer.context["purposes"], answer.context["total"])
    assert "Unbound" not in words_of(member.get("/contributions/"))


def test_only_members_of_the_organisation_that_gave_it_see_a_contribution():
    contribution, other = given(), given("Other Fund")
    address = f"/contributions/{contribution.pk}/"
    strangers = [editor_of(other.funder), lead_of(OrganisationFactory(name="A charity")), finance()]
    assert [signed_in(one).get(address).status_code for one in strangers] == [404, 404, 404]
    assert Client().get(address).status_code == 302
    assert signed_in(editor_of(contribution.funder)).get(f"/contributions/{other.pk}/").status_code == 404


def test_a_member_of_who_holds_the_fund_is_no_contributor_by_that_alone():
    given()
    received("Pooled", 100)
    assert signed_in(editor_of(programme().funder)).get("/contributions/").status_code == 404
    received("Own money", 100, funder=programme().funder)
    assert signed_in(editor_of(programme().funder)).get("/contributions/").status_code == 200


def test_what_is_listed_is_exactly_what_may_be_read():
    rows = [given(), given("Other Fund"), received("Pooled", 100)]
    people = [editor_of(rows[0].funder), lead_of(rows[1].funder), editor_of(programme().funder), finance()]
    for person in people:
        allowed = {row for row in rows if person.has_perm("grants.view_own_contribution", row)}
        assert set(contributions_given(person)) == allowed
    people[0].is_active = False
    assert list(contributions_given(people[0])) == []
    assert not people[0].has_perm("grants.view_own_contribution", rows[0])


def test_whoever_leaves_the_organisation_loses_it_at_once():
    contribution = given()
    person = editor_of(contribution.funder)
    client = signed_in(person)
    assert client.get(f"/contributions/{contribution.pk}/").status_code == 200
    assert "Pears Fund 2019" in words_of(client.get("/home/"))
    client.post(f"/organisation/{contribution.funder_id}/leave/")
    assert not Membership.objects.filter(person=person).exists()
    assert client.get(f"/contributions/{contribution.pk}/").status_code == 404
    assert client.get("/contributions/").status_code == 404
    assert "Pears Fund 2019" not in words_of(client.get("/home/"))


def test_a_contributor_that_also_applies_reads_its_own_grant_and_nothing_more_of_other_cases():
    grant, rivals = grant_at(GrantStatus.OFFERED), grant_at(GrantStatus.OFFERED)
    Funder.objects.create(programme=programme(), organisation=grant.organisation)
    contribution = received("Ours 2019", 100, funder=grant.organisation)
    client = signed_in(lead(grant.organisation))
    assert client.get(f"/grants/{grant}/").status_code == 200
    assert client.get(f"/contributions/{contribution.pk}/").status_code == 200
    assert client.get(f"/grants/{rivals}/").status_code == 404
    assert client.get(f"/applications/{rivals.decision.application.reference}/").status_code == 404
    assert rivals.organisation.name not in words_of(client.get("/contributions/"))


def test_a_contributor_changes_nothing():
    contribution = given()
    person = lead_of(contribution.funder)
    client = signed_in(person)
    changes = ("add_contribution", "receive_contribution", "reverse_ledgerline", "take_in_grants", "choose_allocation")
    changes += ("view_contribution", "view_ledgerline", "view_fund", "confirm_allocation")
    assert [name for name in changes if person.has_perm(f"grants.{name}", contribution)] == []
    assert client.post(f"/contributions/{contribution.pk}/").status_code == 405
    assert client.get(f"{LIST}{contribution.pk}/change/").status_code == 302
    assert Contribution.objects.get().ledger.count() == 2


def test_grants_left_out_of_the_figures_are_counted():
    grant_at(GrantStatus.AGREED)
    contribution = given()
    fund = fund_of(programme(), NOW.date())
    assert (fund.left_out, fund.undocumented, fund.is_documented) == (1, 0, False)
    page = words_of(signed_in(lead_of(contribution.funder)).get("/contributions/"))
    assert "1 earlier grant is not in these figures yet." in page


# --- The page for funders who would join ---


def fund_page():
    return words_of(Client().get("/programmes/cii/fund/"))


def test_the_public_page_tells_what_came_in_and_what_signed_grants_take_of_it():
    given(amount=90_000)
    grant_at(GrantStatus.OFFERED)
    assert "Committed in signed grants £0.00 Free for further grants £90,000.00" in fund_page()
    grant_at(GrantStatus.AGREED)
    page = fund_page()
    assert "Received from all funders £90,000.00" in page
    assert "Committed in signed grants £29,700.60 Free for further grants £60,299.40" in page


def test_the_public_page_says_nothing_of_committed_money_where_an_amount_is_not_on_record():
    grant = grant_at(GrantStatus.AGREED)
    with bypass_triggers():
        Grant.objects.filter(pk=grant.pk).update(is_illustrative=True)
    given(amount=90_000)
    page = fund_page()
    assert "Received from all funders £90,000.00" in page
    shown = ["Committed in signed grants", "Free for further grants", SAID.some_grants_are_from_before]
    assert [words in page for words in shown] == [False, False, True]


def test_the_public_page_of_a_programme_without_contributions_shows_no_sums_and_whom_to_write_to(settings):
    programme().goals.create(title="A welcoming city", from_year=2017)
    programme().goals.create(title="A goal of the past", from_year=2010, to_year=2016)
    page = fund_page()
    assert ("£" in page, settings.HELP_EMAIL in page) == (False, True)
    assert ("A welcoming city" in page, "A goal of the past" in page) == (True, False)


@pytest.mark.parametrize("address", ["/", "/programmes/cii/"])
def test_the_public_page_is_linked(address):
    programme()
    assert 'href="/programmes/cii/fund/"' in Client().get(address).content.decode()
