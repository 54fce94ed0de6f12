"""A list of the admin taken away: the rows and columns that its reader sees, as filtered, and a line on the trail."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from applications.actions import assessments
from applications.models import Application
from core.accounts.models import User
from core.audit.models import Entry
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, host_assessor
from tests.client import Client

pytestmark = pytest.mark.django_db
EXPORT = "admin:applications_application_export"


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def proved(person):
    """Somebody who has just signed in."""
    client = signed_in(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": ASSESSING.timestamp()}]
    session.save()
    return client


def table(answer):
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content)))


def test_a_list_is_taken_away_as_it_is_filtered(django_assert_max_num_queries):
    shortlisted, _other = application_at("shortlisted"), application_at("submitted")
    client = proved(officer())
    with django_assert_max_num_queries(14):
        rows = table(client.get(reverse(EXPORT, args=["csv"]), {"status__exact": "shortlisted"}))
    assert [row["Reference"] for row in rows] == [shortlisted.reference]
    assert rows[0]["Submitted"] == shortlisted.submitted_at.isoformat(timespec="seconds")
    assert rows[0]["Organisation"] == shortlisted.organisation.name


def test_the_spreadsheet_has_a_second_sheet_that_says_what_its_columns_hold():
    application_at("submitted")
    answer = proved(officer()).get(reverse(EXPORT, args=["xlsx"]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["applications", "Columns"]
    assert book["applications"].max_row == 1 + Application.objects.count()
    assert book["Columns"].max_row == 1 + book["applications"].max_column


def test_what_the_columns_of_a_csv_hold_is_a_file_of_its_own():
    rows = table(proved(officer()).get(reverse(EXPORT, args=["columns"])))
    assert [row["Kind"] for row in rows if row["Column"] == "Days"] == ["number"]


def test_a_heading_is_in_words_and_stands_over_one_column_only():
    application_at("submitted")
    content = b"".join(proved(officer()).get(reverse(EXPORT, args=["csv"])).streaming_content).decode("utf-8-sig")
    headings = next(csv.reader(StringIO(content)))
    assert headings[:3] == ["Reference", "Organisation", "Secondee"]
    assert len(set(headings)) == len(headings)
    assert [one for one in headings if "_" in one] == []


def test_a_name_that_begins_like_a_formula_is_no_formula():
    application = application_at("submitted")
    application.organisation.name = "=HYPERLINK(1)"
    application.organisation.save()
    rows = table(proved(officer()).get(reverse(EXPORT, args=["csv"])))
    assert [row["Organisation"] for row in rows] == ["'=HYPERLINK(1)"]


def test_who_takes_people_away_shows_again_who_they_are_and_stands_on_the_trail(time_machine):
    application_at("submitted")
    client = proved(officer())
    answer = client.get(reverse(EXPORT, args=["csv"]), {"q": "Peel", "status__exact": "submitted"})
    assert answer.status_code == 200
    line = Entry.objects.get(event="list taken away")
    assert (line.by, line.detail["list"], line.detail["form"]) == (officer(), "applications", "csv")
    assert line.detail["filters"] == {"status__exact": "submitted"}
    time_machine.move_to(ASSESSING + timedelta(hours=1), tick=False)
    asked = client.get(reverse(EXPORT, args=["csv"]))
    assert (asked.status_code, "next=" in asked.url) == (302, True)
    assert Entry.objects.filter(event="list taken away").count() == 1


def test_a_person_takes_away_only_what_they_see():
    application, office = application_at("shortlisted"), officer()
    assessor = host_assessor()
    assert table(proved(assessor).get(reverse(EXPORT, args=["csv"]))) == []
    assigned(application, party="host")
    rows = table(proved(assessor).get(reverse(EXPORT, args=["csv"])))
    assert [row["Reference"] for row in rows] == [application.reference]
    assert [name for name in rows[0] if "salary" in name] == []
    assessments.declare_conflict(application, by=office, at=ASSESSING, explanation="My sister works there.")
    assert table(proved(User.objects.get(pk=office.pk)).get(reverse(EXPORT, args=["csv"]))) == []


def test_no_list_is_exported_by_a_column_that_it_does_not_show():
    client = proved(officer())
    assert client.get(reverse(EXPORT, args=["csv"]), {"current_salary__gte": "1"}).status_code == 400
    assert client.get(reverse(EXPORT, args=["pdf"])).status_code == 404
    assert proved(host_assessor()).get(reverse("admin:grants_grant_export", args=["csv"])).status_code == 403
