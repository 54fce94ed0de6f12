"""The table of all scores of a call: totals, ranks, filters, order, reasons on demand, by what a person may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.actions import assessments
from applications.admin.comparing import in_full
from applications.admin.ranking import apart_on_a_criterion, lines_of
from applications.scoring import Policy, total
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from tests.accounts.factories import person_with
from tests.applications.desk import as_, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer, programme
from tests.applications.panel import committee, complete, finished_by, funder_assessor, host_assessor, says_none, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    """Three applications: one on which the sides agree, one on which they do not, one with the funder's scores only."""
    first = application_at("shortlisted")
    complete(first, scores=(4, 4, 3, 3))
    complete(first, party="host", scores=(4, 3, 3, 3))
    second = application_at("shortlisted", call=first.call)
    complete(second, scores=(4, 4, 4, 4))
    complete(second, party="host", scores=(1, 1, 1, 1), reason="Hal doubts it")
    third = application_at("submitted", call=first.call)
    complete(third, scores=(2, 2, 2, 2))
    return first.call


def page(call, person=None, **asked):
    return as_(person or officer()).get(url("call", "matrix", call.pk), asked)


def order(answer):
    return [row.application.pk for row, _ in answer.context["rows"]]


def named(call):
    return [one.pk for one in call.applications.order_by("pk")]


def test_totals_and_ranks_are_by_the_calls_policy(call):
    first, second, third = named(call)
    found = {row.application.pk: (str(row.total), str(row.rank)) for row, _ in page(call).context["rows"]}
    assert found == {first: ("13.5 of 16", "1"), second: ("10.0 of 16", "2"), third: ("8.0 of 16", "3")}
    assert "the mean of their totals" in text_of(page(call))


def test_it_sorts_by_rank_spread_difference_and_back(call):
    first, second, third = named(call)
    assert order(page(call)) == [first, second, third]
    assert order(page(call, o="-rank")) == [third, second, first]
    assert order(page(call, o="spread"))[0] == second
    assert order(page(call, o="difference"))[0] == second
    assert order(page(call, o="no such column")) == [first, second, third]


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"status": "submitted"}, [2]),
        ({"spread": "4"}, [1]),
        ({"apart": "on"}, [1]),
        ({"missing": "host"}, [2]),
        ({"missing": "none"}, []),
        ({"spread": "nonsense"}, [0, 1, 2]),
    ],
)
def test_it_filters_by_what_is_chosen_and_keeps_the_ranks(call, asked, places):
    keys = named(call)
    assert order(page(call, **asked)) == [keys[place] for place in places]
    ranked = {row.application.pk: str(row.rank) for row, _ in page(call, **asked).context["rows"]}
    assert ranked == {keys[place]: str(place + 1) for place in places}


def test_reasons_are_shown_for_the_application_that_is_asked_for(call):
    _, second, _ = named(call)
    assert "Hal doubts it" not in text_of(page(call))
    assert "Hal doubts it" in text_of(page(call, reasons=second))
    assert "Hal doubts it" not in text_of(page(call, reasons=second, status="submitted"))
    assert page(call, reasons="nonsense").status_code == 200


def test_an_outlier_is_marked(call):
    first, _, _ = named(call)
    application = call.applications.get(pk=first)
    for name in ("one", "two"):
        person = person_with(Role.FUNDER_ASSESSOR, works_for=programme().funder, name=f"Assessor {name}")
        finished_by(person, application, party="funder")
    assert "outlier" not in text_of(page(call)).split("How this is worked out")[0]
    far = person_with(Role.HOST_ASSESSOR, works_for=programme().host, name="Assessor three")
    assessment = finished_by_zero(far, application)
    assert assessment.assessor == far
    assert "outlier" in text_of(page(call)).split("How this is worked out")[0]


def finished_by_zero(person, application):
    assessment = assessments.assign(application, assessor=person, party="host", by=officer(), at=ASSESSING)
    by = {"by": person, "at": ASSESSING}
    assessments.declare(assessment, has_conflict=False, explanation="", **by)
    for criterion in application.call.criteria.all():
        assessments.score(assessment, criterion=criterion, score=0, reason="No.", **by)
    assessments.complete(assessment, recommendation="recommend", overall_view="", **by)
    return assessment


def test_who_has_not_finished_sees_no_total_and_a_recused_person_neither_row_nor_changed_rank(call):
    first, second, third = named(call)
    own = scored(call.applications.get(pk=third), party="host")
    rows = {row.application.pk: row for row, _ in page(call, host_assessor()).context["rows"]}
    assert rows[third].total is None
    assert rows[third].rank is None
    assert own.assessor.pk == host_assessor().pk
    assessments.declare_conflict(call.applications.get(pk=first), explanation="A friend.", by=committee(), at=ASSESSING)
    answer = page(call, says_none(committee()))
    assert order(answer) == [second, third]
    assert [str(row.rank) for row, _ in answer.context["rows"]] == ["1", "2"]
    assert answer.context["number"] == {"all": 2, "shown": 2}


def test_the_chart_has_a_bar_for_each_total_and_no_script_or_style(call):
    words = text_of(page(call))
    chart = words[words.index("<svg") : words.index("</svg>")]
    assert chart.count("cii-chart__bar") == 3
    assert "style=" not in chart
    assert "<script" not in chart


def test_an_assessor_of_none_sees_none(call):
    assert order(page(call, funder_assessor()))
    nobody = person_with(Role.HOST_ASSESSOR, works_for=programme().host)
    assert order(page(call, nobody)) == []


def test_it_asks_as_often_for_many_applications_as_for_few_and_reads_a_row_for_each_and_its_sheets(call):
    client = as_(officer())
    address = url("call", "matrix", call.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(3):
        complete(application_at("shortlisted", call=call), scores=(1, 2, 3, 4))
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).context["number"]["all"] == 6
    assert len(many) == len(few) <= 16


@pytest.mark.parametrize("policy", list(Policy))
def test_ranks_of_sums_are_those_of_the_sheets_in_full(call, policy):
    with bypass_triggers():
        type(call).objects.filter(pk=call.pk).update(total_by=policy)
    call.refresh_from_db()
    lines = {line.key: line for line in lines_of(call, officer())}
    rows = in_full(lines.values(), call, officer())
    for row in rows:
        line, sheets = lines[row.application.pk], row.comparison.sheets
        assert (line.total, line.spread) == (total(sheets, policy), row.comparison.spread)
        assert (line.difference, line.organisation) == (row.comparison.difference, str(row.application.organisation))
        assert line.post == str(row.application.post)
        assert line.reference == row.application.shown_reference
    apart = {row.application.pk for row in rows if row.comparison.is_apart}
    assert apart_on_a_criterion(call, officer()) == apart
    assert len(rows) == 3
