"""Published awards as 360Giving data."""

import csv
import json
from copy import deepcopy
from datetime import date
from io import StringIO

import pytest

from applications.models import Strand
from core.accounts.models import Organisation, Programme
from core.audit.immutability import bypass_triggers
from grants import exports
from grants.lifecycle import AWARDED, GrantStatus
from grants.models import Grant
from tests.applications.factories import programme
from tests.grants.factories import grant_at
from tests.grants.giving import FIELDS, problems_of, problems_of_package
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

ROW = {
    "Identifier": "360G-cii-CII-G-2019-001",
    "Currency": "GBP",
    "Amount Applied For": "29700.60",
    "Amount Awarded": "29700.60",
    "Amount Disbursed": "0.00",
    "Award Date": "2019-04-16",
    "URL": "http://localhost:8000/grants/CII-G-2019-001/award/",
    SAID.planned_dates_start_date: "2019-05-01",
    SAID.planned_dates_end_date: "2020-04-30",
    SAID.planned_dates_duration_months: "12",
    SAID.recipient_org_charity_number: "1100001",
    SAID.recipient_org_company_number: "",
    "Recipient Org:Identifier": "GB-CHC-1100001",
    "Funding Org:Name": "Trust for London",
    "Beneficiary Location:Geographic Code": "E12000007",
    "Grant Programme:Code": "CII",
    "Grant Programme:Title": "Citizenship and Integration Initiative",
    "From An Open Call?": "Yes",
    "Classifications:Title": "Migration",
    "Last modified": "2019-04-16T00:30:00+01:00",
    "Data Source": "http://localhost:8000/grants/",
}


def published() -> Grant:
    grant = grant_at(GrantStatus.AGREED)
    Organisation.objects.filter(pk=grant.organisation_id).update(charity_number="1100001")
    Programme.objects.filter(pk=grant.programme_id).update(area="London", area_code="E12000007")
    grant.post.call.strands.add(Strand.objects.create(programme=grant.programme, title="Migration", from_year=2017))
    return Grant.objects.get(pk=grant.pk)


def read_package(client) -> dict:
    answer = client.get("/grants/360giving.json")
    assert answer["Content-Type"] == "application/json"
    return json.loads(b"".join(answer.streaming_content))


def read_json(client) -> list[dict]:
    return read_package(client)["grants"]


def read_csv(client) -> list[dict]:
    text = b"".join(client.get("/grants/360giving.csv").streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_json_has_each_award_by_the_standard(client):
    grant = published()
    name, funder, strand = grant.organisation.name, programme().funder, grant.post.call.strands.get()
    assert read_json(client) == [
        {
            "id": "360G-cii-CII-G-2019-001",
            "title": f"Citizenship and Integration Project Adviser: secondment from {name}",
            "description": f"A member of staff of {name} is seconded to Greater London Authority as "
            "Citizenship and Integration Project Adviser, 3 days a week.",
            "currency": "GBP",
            "amountAppliedFor": 29700.60,
            "amountAwarded": 29700.60,
            "amountDisbursed": 0,
            "awardDate": "2019-04-16",
            "url": "http://localhost:8000/grants/CII-G-2019-001/award/",
            "plannedDates": [{"startDate": "2019-05-01", "endDate": "2020-04-30", "duration": 12}],
            "recipientOrganization": [{"id": "GB-CHC-1100001", "name": name, "charityNumber": "1100001"}],
            "fundingOrganization": [{"id": f"360G-cii-ORG-{funder.pk}", "name": "Trust for London"}],
            "beneficiaryLocation": [
                {"name": "London", "countryCode": "GB", "geoCode": "E12000007", "geoCodeType": "RGN"}
            ],
            "locationScope": "GLS040",
            "grantProgramme": [
                {
                    "code": "CII",
                    "title": "Citizenship and Integration Initiative",
                    "url": "http://localhost:8000/programmes/cii/",
                }
            ],
            "fromOpenCall": "Yes",
            "classifications": [
                {
                    "vocabulary": "Citizenship and Integration Initiative strands",
                    "code": f"strand-{strand.pk}",
                    "title": "Migration",
                }
            ],
            "dataSource": "http://localhost:8000/grants/",
            "dateModified": "2019-04-16T00:30:00+01:00",
        }
    ]


def test_the_package_and_every_record_pass_the_standard(client):
    published()
    grant_at(GrantStatus.ENDED_EARLY)
    with bypass_triggers():
        Grant.objects.filter(reference__endswith="002").update(changed_at=None)
    package = read_package(client)
    assert len(package["grants"]) == 2
    assert problems_of_package(package, date(2019, 12, 31)) == []
    assert package["license"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize("name", list(FIELDS))
def test_breaking_any_field_is_caught(client, name):
    published()
    (record,) = read_json(client)
    period = {"startDate": "2019-05-01", "endDate": "2019-12-31"}
    record.setdefault("actualDates", [period])
    assert problems_of(record, date(2019, 12, 31)) == []
    for wrong in ("", -1, "tomorrow", [], [{"name": ""}], {"id": "x"}):
        broken = deepcopy(record) | {name: wrong}
        if name not in {"title", "description"} or wrong != "tomorrow":
            assert problems_of(broken, date(2019, 12, 31)), wrong


def test_identifiers_stay_when_names_and_addresses_are_edited(client):
    grant = published()
    before = read_json(client)[0]
    Programme.objects.filter(pk=grant.programme_id).update(name="Other", slug="other-address", reference_prefix="NEW")
    Organisation.objects.update(name="Renamed")
    after = read_json(client)[0]
    assert [after["id"], after["fundingOrganization"][0]["id"]] == [
        before["id"],
        before["fundingOrganization"][0]["id"],
    ]


def test_a_registered_prefix_of_the_publisher_is_used(client, settings):
    settings.OPEN_DATA_PREFIX = "360G-example"
    grant = published()
    assert read_json(client)[0]["id"] == f"360G-example-{grant.reference}"


def test_a_grant_that_has_ended_says_how_long_it_lasted_and_what_was_paid(client):
    grant = grant_at(GrantStatus.ENDED_EARLY)
    (record,) = read_json(client)
    assert record["actualDates"] == [{"startDate": "2019-05-01", "endDate": grant.ended_on.isoformat()}]


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


def test_an_award_whose_amount_the_records_do_not_give_is_listed_and_stays_out_of_the_open_data(client):
    grant = published()
    with bypass_triggers():
        Grant.objects.update(is_illustrative=True)
    assert (read_json(client), read_csv(client)) == ([], [])
    page = client.get("/grants/").content.decode()
    assert (grant.reference in page, "Not in the records" in page, "29,700" in page) == (True, True, False)


def test_the_queries_do_not_grow_with_the_awards(client, django_assert_num_queries):
    published()
    for address, number in (("/grants/360giving.json", 3), ("/grants/360giving.csv", 3)):
        with django_assert_num_queries(number):
            b"".join(client.get(address).streaming_content)
    grant_at(GrantStatus.AGREED)
    grant_at(GrantStatus.ACTIVE)
    for address, number in (("/grants/360giving.json", 3), ("/grants/360giving.csv", 3)):
        with django_assert_num_queries(number):
            b"".join(client.get(address).streaming_content)
