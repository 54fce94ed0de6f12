"""Published awards as 360Giving data."""

import csv
import json
from io import StringIO

import pytest

from core.audit.immutability import bypass_triggers
from grants import exports
from grants.lifecycle import AWARDED, GrantStatus
from grants.models import Grant
from tests.applications.factories import programme
from tests.grants.factories import grant_at
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

ROW = {
    "Identifier": "360G-cii-CII-G-2019-001",
    "Currency": "GBP",
    "Amount Awarded": "29700.60",
    "Award Date": "2019-04-16",
    SAID.planned_dates_start_date: "2019-05-01",
    SAID.planned_dates_end_date: "2020-04-30",
    SAID.planned_dates_duration_months: "12",
    SAID.recipient_org_charity_number: "1100001",
    SAID.recipient_org_company_number: "",
    "Recipient Org:Identifier": "GB-CHC-1100001",
    "Funding Org:Name": "Trust for London",
    "Grant Programme:Title": "Citizenship and Integration Initiative",
    "Last modified": "2019-04-16T00:30:00+01:00",
    "Data Source": "http://localhost:8000/grants/",
}


def published() -> Grant:
    grant = grant_at(GrantStatus.AGREED)
    grant.organisation.charity_number = "1100001"
    grant.organisation.save()
    return grant


def read_json(client) -> list[dict]:
    answer = client.get("/grants/360giving.json")
    assert answer["Content-Type"] == "application/json"
    return json.loads(b"".join(answer.streaming_content))["grants"]


def read_csv(client) -> list[dict]:
    text = b"".join(client.get("/grants/360giving.csv").streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_json_has_each_award_by_the_standard(client):
    grant = published()
    name = grant.organisation.name
    funder = programme().funder
    assert read_json(client) == [
        {
            "id": "360G-cii-CII-G-2019-001",
            "title": f"Citizenship and Integration Project Adviser: secondment from {name}",
            "description": f"A member of staff of {name} is seconded to Greater London Authority as "
            "Citizenship and Integration Project Adviser, 3 days a week.",
            "currency": "GBP",
            "amountAwarded": 29700.60,
            "awardDate": "2019-04-16",
            "plannedDates": [{"startDate": "2019-05-01", "endDate": "2020-04-30", "duration": 12}],
            "recipientOrganization": [{"id": "GB-CHC-1100001", "name": name, "charityNumber": "1100001"}],
            "fundingOrganization": [{"id": f"CII-ORG-{funder.pk}", "name": "Trust for London"}],
            "grantProgramme": [{"title": "Citizenship and Integration Initiative"}],
            "dataSource": "http://localhost:8000/grants/",
            "dateModified": "2019-04-16T00:30:00+01:00",
        }
    ]


def test_the_csv_has_the_standards_own_titles(client):
    published()
    (row,) = read_csv(client)
    assert list(row) == [column.title for column in exports.COLUMNS]
    assert {name: row[name] for name in ROW} == ROW


def test_no_award_is_an_empty_list(client):
    assert (read_json(client), read_csv(client)) == ([], [])


@pytest.mark.parametrize("status", list(GrantStatus))
def test_exactly_what_is_agreed_is_published(client, status):
    grant = grant_at(status)
    references = [grant.reference] if status in AWARDED else []
    assert [record["id"] for record in read_json(client)] == [f"360G-cii-{name}" for name in references]
    assert (grant.reference in client.get("/grants/").content.decode()) == bool(references)


def test_neither_salary_nor_any_persons_name_is_published(client):
    grant = published()
    people = ["Sana Secondee", *[row.person.name for row in grant.organisation.memberships.all()], "Olive", "Dora"]
    pages = [json.dumps(read_json(client)), json.dumps(read_csv(client)), client.get("/grants/").content.decode()]
    for page in pages:
        assert [word for word in [*people, "32000", "32,000", "19200", "19,200"] if word in page] == []


def test_an_illustrative_sum_says_so(client):
    published()
    with bypass_triggers():
        Grant.objects.update(is_illustrative=True)
    wanted = " The amount is illustrative. The records from that time do not give it."
    assert read_json(client)[0]["description"].endswith(wanted)
    assert read_csv(client)[0]["Description"].endswith(wanted)


def test_the_queries_do_not_grow_with_the_awards(client, django_assert_num_queries):
    published()
    for address in ("/grants/360giving.json", "/grants/360giving.csv"):
        with django_assert_num_queries(2):
            b"".join(client.get(address).streaming_content)
    grant_at(GrantStatus.AGREED)
    grant_at(GrantStatus.ACTIVE)
    for address in ("/grants/360giving.json", "/grants/360giving.csv"):
        with django_assert_num_queries(2):
            b"".join(client.get(address).streaming_content)
