"""The public list of awards for people: filtered in its address, in charts with tables, and a page for each award."""

import re
from datetime import date
from decimal import Decimal

import pytest

from applications.models import Strand
from core.audit.immutability import bypass_triggers
from grants.actions import openness
from grants.exports import published
from grants.lifecycle import AWARDED, GrantStatus
from grants.models import Grant
from grants.views.award_charts import charts_of
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import officer, programme
from tests.client import Client
from tests.grants.factories import ENDING, grant_at, paid

pytestmark = pytest.mark.django_db
AWARD = Decimal("29700.60")


def words_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def of_strand(grant, title):
    strand = Strand.objects.get_or_create(programme=programme(), title=title, from_year=2017)[0]
    grant.post.call.strands.add(strand)
    return grant


def without_amount(grant):
    with bypass_triggers():
        Grant.objects.filter(pk=grant.pk).update(is_illustrative=True)
    return Grant.objects.get(pk=grant.pk)


def figures():
    return {chart.slug: [(bar.label, bar.count, bar.total) for bar in chart.bars] for chart in charts_of(published())}


def test_the_list_is_filtered_by_strand_in_its_address():
    arrivals = of_strand(grant_at(GrantStatus.AGREED), "Arrivals")
    health = of_strand(grant_at(GrantStatus.AGREED), "Health")
    page = words_of(Client().get("/grants/?strand=Arrivals"))
    assert (arrivals.reference in page, health.reference in page) == (True, False)
    assert "1 award found, the latest first" in page
    assert "2 awards, the latest first" in words_of(Client().get("/grants/"))


def test_charts_count_awards_by_strand_year_and_organisation_and_add_up_only_amounts_on_record():
    kestrel, meadow = OrganisationFactory(name="Kestrel"), OrganisationFactory(name="Meadow")
    of_strand(grant_at(GrantStatus.AGREED, organisation=kestrel), "Arrivals")
    of_strand(grant_at(GrantStatus.ACTIVE, organisation=kestrel), "Arrivals")
    without_amount(of_strand(grant_at(GrantStatus.AGREED, organisation=kestrel), "Arrivals"))
    without_amount(grant_at(GrantStatus.AGREED, organisation=meadow))
    grant_at(GrantStatus.OFFERED, organisation=meadow)
    assert figures() == {
        "strand": [("Arrivals", 3, 2 * AWARD), ("No strand on record", 1, None)],
        "year": [("2019", 4, 2 * AWARD)],
        "organisation": [("Kestrel", 3, 2 * AWARD), ("Meadow", 1, None)],
    }


def test_each_chart_has_its_table_with_the_same_figures():
    without_amount(grant_at(GrantStatus.AGREED, organisation=OrganisationFactory(name="Kestrel")))
    page = Client().get("/grants/").content.decode()
    assert (page.count("<svg"), page.count('class="cii-chart__mark"')) == (3, 3)
    assert words_of(Client().get("/grants/")).count("1 Not in the records") == 3
    assert "Kestrel 1 Not in the records" in words_of(Client().get("/grants/"))


def test_a_chart_has_ten_bars_at_most_and_no_award_no_chart():
    assert charts_of(published()) == []
    first = grant_at(GrantStatus.AGREED)
    for number in range(11):
        row = Grant.objects.get(pk=first.pk)
        row.pk, row.decision, row.reference = None, None, f"CII-G-2019-9{number}"
        row.organisation = OrganisationFactory(name=f"Charity {number}")
        row.save(force_insert=True)
    assert len(next(chart for chart in charts_of(published()) if chart.slug == "organisation").bars) == 10


def test_the_page_of_an_award_has_the_public_facts():
    grant = of_strand(grant_at(GrantStatus.ACTIVE), "Arrivals")
    first = grant.instalments.first()
    paid(first)
    page = words_of(Client().get(f"/grants/{grant}/award/"))
    for fact in (
        grant.organisation.name, grant.role, "Strand Arrivals", "Days a week 3", "Awarded 16 April 2019",
        "Planned 1 May 2019 to 30 April 2020", "Amount awarded £29,700.60", f"Paid so far £{first.amount:,.2f}",
        grant.post.call.title, f"360G-cii-{grant.reference}",
    ):  # fmt: skip
        assert fact in page
    assert "Took place" not in page


def test_an_award_that_has_ended_says_when_it_took_place():
    grant = grant_at(GrantStatus.ENDED_EARLY)
    assert grant.ended_on == date(2019, 9, 30)
    page = words_of(Client().get(f"/grants/{grant}/award/"))
    assert "Took place 1 May 2019 to 30 September 2019, ended early" in page


def test_how_the_call_ended_is_linked_once_it_is_published():
    from applications.actions import calls

    grant = grant_at(GrantStatus.AGREED)
    outcome = f'href="/calls/{grant.post.call.slug}/outcome/"'
    assert outcome not in Client().get(f"/grants/{grant}/award/").content.decode()
    calls.decide(grant.post.call, by=officer(), at=ENDING)
    grant.post.call.refresh_from_db()
    openness.publish_outcome(grant.post.call, by=officer(), at=ENDING)
    assert outcome in Client().get(f"/grants/{grant}/award/").content.decode()


def test_no_sum_of_an_award_without_one_on_record_is_on_any_public_page():
    grant = without_amount(grant_at(GrantStatus.AGREED))
    pages = [f"/grants/{grant}/award/", "/grants/", "/programmes/cii/openness/"]
    assert [address for address in pages if "29,700" in words_of(Client().get(address))] == []
    assert "Amount awarded The records do not give it" in words_of(Client().get(pages[0]))
    assert "Paid so far" not in words_of(Client().get(pages[0]))


def test_no_person_and_no_line_of_the_budget_is_on_the_page_of_an_award():
    grant = grant_at(GrantStatus.ACTIVE)
    page = words_of(Client().get(f"/grants/{grant}/award/"))
    people = ["Sana", *[row.person.name for row in grant.organisation.memberships.all()], officer().name]
    assert [word for word in [*people, "32,000", "19,200", "5,000.00", grant.conditions] if word in page] == []


@pytest.mark.parametrize("status", list(GrantStatus))
def test_exactly_what_is_published_has_a_page_and_the_list_leads_to_it(status):
    grant = grant_at(status)
    is_public = status in AWARDED
    assert Client().get(f"/grants/{grant}/award/").status_code == (200 if is_public else 404)
    assert (f'href="/grants/{grant}/award/"' in Client().get("/grants/").content.decode()) == is_public
