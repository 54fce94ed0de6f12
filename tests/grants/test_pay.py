"""The pay of a programme's secondees before and after the enhancement, side by side, for those who may see salaries."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Interest
from core.audit.immutability import bypass_triggers
from grants.exports.pay import grants_of, notes_of, pay_of, tables_of
from grants.lifecycle import GrantStatus
from grants.models import Grant
from tests.applications.factories import lead, officer, programme
from tests.grants.factories import PAYING, committee_member, director, finance, grant_at

pytestmark = pytest.mark.django_db


def with_salary(amount, **facts):
    """A grant that was taken up, as if its organisation had stated this salary."""
    grant = grant_at(GrantStatus.ACCEPTED)
    with bypass_triggers():
        Grant.objects.filter(pk=grant.pk).update(current_salary=Decimal(amount), **facts)
    return Grant.objects.select_related("post__call").get(pk=grant.pk)


def rows_of(person=None, call=None):
    return pay_of(grants_of(programme(), person or finance(), call))


def figures(row):
    return row.stated, row.enhanced, row.host, row.difference


def page():
    return reverse("admin:grants_grant_pay", args=[programme().pk])


def test_pay_is_brought_up_to_the_figure_of_the_call_and_pay_above_it_stays_as_it_is():
    below, above = with_salary(32_000), with_salary(60_000)
    minimum = below.post.call.band_minimum
    assert below.days_per_week != 5
    assert [figures(row) for row in rows_of()] == [
        (Decimal(32_000), minimum, minimum, 0),
        (Decimal(60_000), Decimal(60_000), minimum, 0),
    ]
    assert above.post.call.band_minimum == minimum


def test_without_the_enhancement_the_difference_is_left():
    grant = with_salary("32000.50", wants_enhancement=False)
    minimum = grant.post.call.band_minimum
    [row] = rows_of()
    assert figures(row) == (Decimal("32000.50"), Decimal("32000.50"), minimum, minimum - Decimal("32000.50"))


def test_the_figures_are_those_from_which_the_award_was_worked_out():
    grant = grant_at(GrantStatus.ACCEPTED)
    [row] = rows_of()
    year = {line.kind: line.amount for line in grant.lines.all()}
    share = grant.days_per_week / 5
    assert (row.stated * share, (row.enhanced - row.stated) * share) == (year["salary"], year["enhancement"])


def test_median_and_range_are_shown_from_five():
    for salary in (30_000, 31_000, 32_000, 33_000):
        with_salary(salary, wants_enhancement=False)
    assert [table.caption for table in tables_of(rows_of())] == ["Each grant, a year at full time"]
    assert "Median and range are shown from 5 grants." in notes_of([], rows_of())
    with_salary(40_000, wants_enhancement=False)
    summary, each = tables_of(rows_of())
    before = summary.rows[0].values
    assert before == ("Before the enhancement", Decimal(30_000), Decimal(32_000), Decimal(40_000))
    assert len(each.rows) == 5


def test_an_offer_that_is_not_taken_up_is_not_among_them_and_one_without_a_salary_is_counted():
    grant_at(GrantStatus.OFFERED)
    grant = with_salary(32_000)
    with bypass_triggers():
        Grant.objects.filter(pk=grant.pk).update(current_salary=None)
    grants = list(grants_of(programme(), finance()))
    assert (grants, pay_of(grants)) == ([grant], [])
    assert notes_of(grants, [])[0] == "1 grant without a salary on record: not in the table."


def test_a_grant_of_a_case_one_stepped_out_of_leaves_no_trace():
    grant = with_salary(32_000)
    told = {"has_conflict": True, "explanation": "My sister works there.", "declared_at": PAYING}
    Interest.objects.update_or_create(application=grant.decision.application, person=finance(), defaults=told)
    assert list(grants_of(programme(), finance())) == []
    assert len(rows_of(officer())) == 1


def test_the_page_is_of_one_call_where_one_is_chosen_and_names_nobody(client):
    grant = with_salary(32_000)
    [candidate] = grant.decision.application.candidates.all()
    client.force_login(finance())
    of_call = client.get(page(), {"call": grant.post.call_id})
    assert len(of_call.context["tables"][-1].rows) == 1
    text = client.get(page()).content.decode()
    assert "£32,000.00" in text
    assert grant.post.grade in text
    assert candidate.name
    assert candidate.name not in text
    assert client.get(page(), {"call": "0"}).context["form"].errors


def test_those_who_may_see_salaries_reach_it_from_the_list_of_grants_and_nobody_else(client):
    grant = with_salary(32_000)
    for person in (officer(), director(), finance()):
        client.force_login(person)
        assert f'href="{page()}"' in client.get("/admin/grants/grant/").content.decode()
        assert client.get(page()).status_code == 200
    client.force_login(committee_member())
    assert page() not in client.get("/admin/grants/grant/").content.decode()
    assert client.get(page()).status_code == 404
    client.force_login(lead(grant.organisation))
    assert client.get(page()).status_code in {302, 404}


def test_the_number_of_queries_does_not_grow_with_the_grants():
    with_salary(32_000)
    person = finance()
    tables_of(rows_of(person))  # what a request remembers of the person
    with CaptureQueriesContext(connection) as few:
        tables_of(rows_of(person))
    with_salary(33_000)
    with CaptureQueriesContext(connection) as many:
        assert len(tables_of(rows_of(person))[0].rows) == 2
    assert len(many) == len(few)
