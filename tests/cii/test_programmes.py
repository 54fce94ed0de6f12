"""Programmes side by side: each has its own front page, openness page and open data, and shows nothing of another."""

import csv
import json

import pytest
from django.urls import reverse

from grants.models import Funder
from tests.accounts.factories import OrganisationFactory, building_in, programme
from tests.applications.factories import OPENS, published_call
from tests.grants.factories import grant_at

pytestmark = pytest.mark.django_db
INITIATIVE = ("Integration Initiative", "CII", "Trust for London", "Greater London", "Renaisi")


@pytest.fixture
def leeds(time_machine):
    time_machine.move_to(OPENS)
    published_call(programme=programme(), title="Belonging")
    grant_at("agreed")
    with building_in("leeds", "Leeds"):
        partners = {name: OrganisationFactory(name=f"Leeds {name}") for name in ("funder", "host", "learning_partner")}
        of = programme(name="Leeds Welcome", reference_prefix="LW", **partners)
        of.cover_name = "cover"
        of.save()
        published_call(title="Front doors", slug="front-doors", programme=of)
        grant_at("agreed")
    return of


def test_the_front_page_leads_to_each_programmes_own(client, leeds):
    page = client.get("/").text
    assert page.count('href="/programmes/leeds/"') == 2  # where its calls are, and beside who runs it
    assert f'href="{programme().get_absolute_url()}"' in page


@pytest.mark.parametrize("address", ["", "openness/", "help/", "privacy/", "360giving.json", "360giving.csv"])
def test_what_is_public_of_one_programme_names_no_other(client, leeds, address):
    answer = client.get(f"/programmes/leeds/{address}")
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.text
    assert "Leeds Welcome" in text
    assert [word for word in INITIATIVE if word in text] == []


def test_a_programmes_page_shows_its_calls_and_partners_once_each(client, leeds):
    Funder.objects.create(programme=leeds, organisation=OrganisationFactory(name="Aire Foundation"))
    page = client.get("/programmes/leeds/").text
    assert "Front doors" in page
    assert "Belonging" not in page
    assert "Leeds funder holds the pooled fund. The funders are Leeds funder, Aire Foundation." in " ".join(
        page.split()
    )


def test_a_programmes_own_words_take_the_place_of_the_standard_ones(client, leeds):
    standard = "Name the member of staff you want to second"
    assert standard in client.get("/programmes/leeds/").text
    leeds.about, leeds.how_it_works = "We **welcome** people.", "1. Ring us."
    leeds.save()
    page = client.get("/programmes/leeds/").text
    assert "We <strong>welcome</strong> people." in page
    assert "Ring us." in page
    assert standard not in page


def test_a_programmes_open_data_are_its_own_awards(client, leeds):
    records = json.loads(b"".join(client.get("/programmes/leeds/360giving.json").streaming_content))["grants"]
    assert [record["grantProgramme"][0]["title"] for record in records] == ["Leeds Welcome"]
    assert records[0]["fundingOrganization"][0]["id"] == f"360G-lw-ORG-{leeds.funder_id}"
    lines = b"".join(client.get("/programmes/leeds/360giving.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert [row["Identifier"] for row in csv.DictReader(lines)] == [records[0]["id"]]
    both = json.loads(b"".join(client.get(reverse("grants_360giving_json")).streaming_content))["grants"]
    assert len(both) == 2


def test_an_unknown_programme_is_not_found(client):
    assert client.get("/programmes/nowhere/").status_code == 404
