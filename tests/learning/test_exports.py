"""The placements data set: what is in it, what is not, and that it streams."""

import csv
import json
import tracemalloc
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest

from applications.actions import assessments
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from grants.models import Grant
from learning import exports
from secondments.actions import workplans
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement, Workplan
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.factories import lead, officer
from tests.grants.factories import second_officer
from tests.learning.factories import copies, partner
from tests.secondments.factories import (
    PLANNING,
    line_manager,
    milestone,
    other_programme,
    placement_at,
    programme_manager,
    strand,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def placement():
    organisation = OrganisationFactory(name="Just for Kids Law", charity_number="1121638")
    return placement_at(PlacementStatus.ACTIVE, organisation=organisation, strands=[strand(), strand("EU Londoners")])


@pytest.fixture
def signed_in(client):
    client.force_login(partner(), backend="core.accounts.sign_in.SignIn")
    return client


def table(response):
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_a_row_says_what_a_placement_was_and_how_its_plan_went(placement, signed_in):
    done = milestone(placement, work="project", influence="external")
    workplans.ask_sign_off(done, by=line_manager(), at=PLANNING)
    workplans.give_sign_off(done, by=line_manager(), at=PLANNING + timedelta(days=9))
    workplans.take_step(done, step="complete", by=line_manager(), at=PLANNING)
    slow = milestone(placement, work="reactive", influence="vertical")
    workplans.ask_sign_off(slow, by=line_manager(), at=PLANNING)
    workplans.give_sign_off(slow, by=line_manager(), at=PLANNING + timedelta(days=14))
    workplans.take_step(milestone(placement), step="drop", by=line_manager(), at=PLANNING)
    assert table(signed_in.get("/learning/exports/placements.csv")) == [
        {
            "reference": "CII-P-2019-001",
            "programme": "Citizenship and Integration Initiative",
            "organisation": "Just for Kids Law",
            "organisation_id": "GB-CHC-1121638",
            "post": "Citizenship and Integration Project Adviser",
            "grade": "Grade 7",
            "strands": "EU Londoners; Young Londoners",
            "from": "2019-05-01",
            "to": "2020-04-30",
            "months": "12.0",
            "days_a_week": "3.0",
            "status": "active",
            "pay_band": "within the band",
            "project_work": "1",
            "reactive_support": "1",
            "proactive_input": "0",
            "vertical": "1",
            "horizontal": "0",
            "external": "1",
            "milestones": "2",
            "milestones_done": "1",
            "sign_off_days": "11.5",
        }
    ]


def test_no_name_of_a_person_no_salary_and_no_sum_is_in_it(placement, signed_in):
    grant = placement.grant
    people = [
        placement.secondee,
        placement.line_manager,
        placement.home_manager,
        lead(grant.organisation),
        programme_manager(),
    ]
    sums = {grant.total, grant.current_salary, *grant.lines.values_list("amount", flat=True)}
    for kind in ("csv", "json"):
        text = b"".join(signed_in.get(f"/learning/exports/placements.{kind}").streaming_content).decode()
        assert [person.name for person in people if person.name in text or person.email in text] == []
        assert [amount for amount in sums if f"{amount:f}" in text or f"{amount:,.2f}" in text] == []


@pytest.mark.parametrize(
    ("salary", "is_above", "says"),
    [
        (None, False, "not recorded"),
        (Decimal(45000), True, "above the band"),
        (Decimal(32000), False, "within the band"),
    ],
)
def test_of_the_pay_only_its_side_of_the_band_is_told(placement, salary, is_above, says):
    with bypass_triggers():
        Grant.objects.filter(pk=placement.grant_id).update(current_salary=salary, is_above_band=is_above)
    found = exports.placements(partner(), [])
    assert list(exports.rows(found, [exports.BY_NAME["pay_band"]])) == [[says]]


def test_the_three_forms_say_the_same(placement, signed_in):
    query = "?columns=reference&columns=days_a_week&columns=from"
    assert table(signed_in.get(f"/learning/exports/placements.csv{query}")) == [
        {"reference": "CII-P-2019-001", "days_a_week": "3.0", "from": "2019-05-01"}
    ]
    document = json.loads(b"".join(signed_in.get(f"/learning/exports/placements.json{query}").streaming_content))
    assert document["rows"] == [{"reference": "CII-P-2019-001", "days_a_week": 3, "from": "2019-05-01"}]
    assert [column["name"] for column in document["columns"]] == ["reference", "days_a_week", "from"]
    response = signed_in.get(f"/learning/exports/placements.xlsx{query}")
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert [cell.value for cell in next(book["Placements"].rows)] == ["Reference", "Days a week", "From"]
    assert [cell.value for cell in list(book["Placements"].rows)[1]][:2] == ["CII-P-2019-001", 3]
    assert [cell.value for cell in list(book["Columns"].rows)[2]] == [
        "Days a week",
        "days_a_week",
        SAID.working_days_a_week_at,
        "number",
    ]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_dictionary_says_what_every_column_holds(signed_in):
    rows = table(signed_in.get("/learning/exports/placements-dictionary.csv"))
    assert [row["name"] for row in rows] == [fact.column.name for fact in exports.PLACEMENTS]
    assert [row["name"] for row in rows if not row["description"]] == []


def test_the_years_are_those_in_which_it_ran(placement, signed_in):
    assert exports.years_of(partner()) == [2020, 2019]
    assert [exports.placements(partner(), [year]).count() for year in (2018, 2019, 2020, 2021)] == [0, 1, 1, 0]
    assert exports.placements(partner(), [2018, 2019]).count() == 1
    assert len(table(signed_in.get("/learning/exports/placements.csv?years=2020&columns=reference"))) == 1


def test_each_download_leaves_a_line_on_the_trail(placement, signed_in):
    signed_in.get("/learning/exports/placements.csv?years=2019&columns=reference")
    entry = Entry.objects.get(event="data downloaded")
    assert (entry.by, entry.detail) == (
        partner(),
        {"dataset": "placements", "form": "csv", "years": [2019], "columns": ["reference"]},
    )
    signed_in.get("/learning/exports/")
    assert Entry.objects.filter(event="data downloaded").count() == 1


def test_a_partner_of_another_programme_gets_an_empty_table(placement, client):
    other = person_with(Role.LEARNING_PARTNER, within=other_programme())
    client.force_login(other, backend="core.accounts.sign_in.SignIn")
    assert table(client.get("/learning/exports/placements.csv")) == []
    assert exports.years_of(other) == []


def test_officers_take_the_data_too_and_nobody_else(placement, client):
    people = {
        officer(): 200,
        programme_manager(): 403,
        line_manager(): 403,
        placement.secondee: 403,
        lead(placement.grant.organisation): 403,
    }
    for person, status in people.items():
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        for address in ("/learning/exports/", "/learning/exports/placements.csv"):
            assert (person.name, client.get(address).status_code) == (person.name, status)
    client.logout()
    assert client.get("/learning/exports/placements.csv").status_code == 302


def test_other_data_sets_and_forms_do_not_exist(signed_in):
    for name in ("salaries.csv", "placements.pdf", "placements-dictionary.exe"):
        assert signed_in.get(f"/learning/exports/{name}").status_code == 404


def test_a_choice_that_cannot_be_gets_a_sentence(placement, signed_in):
    shown = signed_in.get("/learning/exports/?years=2019").content.decode()
    assert SAID.choose_at_least_one_column in shown
    shown = signed_in.get("/learning/exports/?years=1999&columns=salary").content.decode()
    assert "1999 is not one of the years. Choose years from the list" in shown
    assert "salary is not one of the columns. Choose columns from the list" in shown
    back = signed_in.get("/learning/exports/placements.csv?columns=salary")
    assert back.url == "/learning/exports/?columns=salary"


def test_the_preview_has_ten_rows_and_the_count_of_all(placement, signed_in):
    copies(placement, 11)
    context = signed_in.get("/learning/exports/").context
    assert (len(context["rows"]), context["count"], len(context["columns"])) == (10, 12, 22)


def test_no_cell_begins_a_formula(placement, signed_in):
    placement.grant.organisation.name = "=HYPERLINK(0)"
    placement.grant.organisation.save()
    assert table(signed_in.get("/learning/exports/placements.csv"))[0]["organisation"] == "'=HYPERLINK(0)"


@pytest.mark.parametrize(("more", "queries"), [(0, 3), (2, 3), (1999, 3), (2000, 5)])
def test_two_queries_more_for_every_two_thousand_rows(placement, django_assert_num_queries, more, queries):
    copies(placement, more)
    person = officer()
    assert person.roles == frozenset({Role.OFFICER})
    found = exports.placements(person, [])
    with django_assert_num_queries(queries):
        assert sum(1 for _ in exports.rows(found, exports.PLACEMENTS)) == more + 1


@pytest.mark.parametrize("page", [("/learning/exports/", 11), ("/learning/exports/placements.csv", 10)])
@pytest.mark.parametrize("more", [0, 2])
def test_pages_ask_as_often_for_three_rows_as_for_one(placement, signed_in, django_assert_num_queries, page, more):
    address, queries = page
    copies(placement, more)
    with django_assert_num_queries(queries):
        response = signed_in.get(address)
        b"".join(response.streaming_content) if response.streaming else response.content


def peak_of(take, person):
    rows = exports.rows(exports.placements(person, []), exports.PLACEMENTS)
    tracemalloc.start()
    take(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def one_by_one(rows):
    for _ in rows:
        pass


def test_memory_is_the_same_for_three_times_the_rows(placement):
    person = officer()
    copies(placement, 2000)
    few = peak_of(one_by_one, person)
    copies_instead(placement, 6000)
    assert peak_of(one_by_one, person) < few * 1.3
    # The control: rows that are kept do grow.
    assert peak_of(list, person) > few * 1.3


def copies_instead(placement, count):
    Workplan.objects.exclude(placement=placement).delete()
    Placement.objects.exclude(pk=placement.pk).delete()
    with bypass_triggers():
        Grant.objects.exclude(pk=placement.grant_id).delete()
    copies(placement, count)


def test_values_of_dates_stay_dates(placement):
    found = exports.placements(partner(), [])
    assert list(exports.rows(found, [exports.BY_NAME["from"]])) == [[date(2019, 5, 1)]]


def test_who_stood_aside_from_a_case_takes_nothing_of_its_placement_away(placement, client):
    person = second_officer()
    other = placement_at(PlacementStatus.ACTIVE, organisation=OrganisationFactory(name="Another Charity"))
    application = placement.grant.decision.application
    assessments.declare_conflict(application, explanation="A friend.", by=person, at=PLANNING)
    client.force_login(User.objects.get(pk=person.pk), backend="core.accounts.sign_in.SignIn")
    rows = table(client.get("/learning/exports/placements.csv"))
    assert [row["reference"] for row in rows] == [other.reference]
