"""Years later, when what was to go is gone, every page still answers, and says plainly what was deleted and when."""

import shutil

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings
from django.urls import NoReverseMatch, reverse

from core.letters import delivery
from core.letters.models import Letter
from core.retention import run
from tests.cast import PUBLIC
from tests.client import Client
from tests.promises.addresses import PAGES, address_of, lines
from tests.retention.retained import OURS, on

pytestmark = pytest.mark.django_db
LATER = on(2040, 1, 3)
READERS = (PUBLIC, "lead", "officer", "director", "finance", "committee", "finished", "host", "manager", "learning")
ANSWERS = {200, 202, 302, 403, 404, 405, 409, 410}
DELETED = "Deleted on Tuesday 3 January 2040: we keep it until"


@pytest.fixture(scope="module")
def years_later(cast, stage, leads_to, tmp_path_factory):
    """The cast in 2040, its letters sent, on a copy of its files; once for this file, and taken back at its end."""
    folder = str(tmp_path_factory.mktemp("later") / "media")
    shutil.copytree(stage, folder)
    atomic = transaction.atomic()
    atomic._from_testcase = True
    with override_settings(MEDIA_ROOT=folder), atomic:
        while delivery.drain(on(2026, 1, 1)):
            pass
        run.run(LATER)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def later(years_later, cast, settings):
    """The cast, with the files that are left."""
    settings.MEDIA_ROOT = years_later
    return cast


@pytest.fixture(scope="module")
def clients(years_later, cast):
    """A browser for each part, signed in then."""
    found = {part: Client() for part in cast.people}
    for part in found.keys() - {PUBLIC}:
        found[part].force_login(cast.afresh(part))
    return found


def test_every_address_answers_everybody(later, clients, leads_to):
    answers = {}
    for name, thing, *_ in lines(PAGES):
        address = address_of(name, thing, leads_to)
        for part in READERS:  # the client raises what a page raises
            answers[address, part] = clients[part].get(address).status_code
    assert {asked for asked, status in answers.items() if status not in ANSWERS} == set()
    assert sum(status == 200 for status in answers.values()) > 100


@pytest.mark.parametrize("part", ["officer", "finance", "administrator"])
def test_the_newest_rows_of_each_list_of_the_admin_answer(part, later, clients):
    client: Client = clients[part]
    answered = 0
    for model in (model for label in OURS for model in apps.get_app_config(label).get_models()):
        at = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        try:
            pages = [reverse(f"{at}_changelist")]
        except NoReverseMatch:
            continue
        for pk in model._base_manager.order_by("-pk").values_list("pk", flat=True)[:10]:
            pages += [reverse(f"{at}_{page}", args=[pk]) for page in ("change", "history")]
        statuses = [client.get(page).status_code for page in pages]
        assert set(statuses) <= ANSWERS
        answered += statuses.count(200)
    assert answered > 10


PUBLIC_PAGES = {
    "application": ("lead", "application shortlisted"),
    "application_receipt": ("lead", "application shortlisted"),
    "application_document": ("officer", "document cv"),
    "grant": ("lead", "grant active"),
    "grant_agreement": ("finance", "grant agreed"),
    "grant_remittance": ("finance", "payment paid"),
    "grant_report": ("lead", "report submitted"),
    "placement": ("host", "placement preparing"),
    "placement_step": ("host", "start step recorded"),
    "placement_days": ("host", "placement preparing"),
    "expression": ("lead", "expression invited"),
}


def test_a_page_says_when_and_why_its_content_was_deleted(later, clients, leads_to):
    for name, (part, thing) in PUBLIC_PAGES.items():
        page = clients[part].get(address_of(name, thing, leads_to))
        assert page.status_code in {200, 409}, name
        assert DELETED in page.text, name


ADMIN_PAGES = {
    "applications.application": ("application", "shortlisted"),
    "applications.assessment": ("assessment", "finished"),
    "applications.assessmentvisit": ("visit", "proposed"),
    "applications.callinvitation": ("invitation to apply", "taken up"),
    "applications.lateadmission": ("late admission", "asked"),
    "applications.expressionofinterest": ("expression of interest", "invited"),
    "grants.decision": ("decision", "released"),
    "grants.grant": ("grant", "closed"),
    "grants.instalment": ("instalment", "paid"),
    "grants.repayment": ("repayment", "received"),
    "grants.bankaccount": ("bank account", "approved"),
    "grants.evaluationreport": ("report", "accepted"),
    "secondments.placement": ("placement", "ended"),
}


def test_nobody_is_asked_to_sign_an_agreement_that_is_deleted(later, clients):
    address = later.things["grant"]["accepted"].get_absolute_url()
    for part in ("lead", "director"):
        assert f"{address}sign/" not in clients[part].get(address).text
        assert 'name="password"' not in clients[part].get(f"{address}sign/").text


def test_a_row_of_the_admin_says_it_too(later, clients):
    for label, (noun, state) in ADMIN_PAGES.items():
        address = reverse(f"admin:{label.replace('.', '_')}_change", args=[later.things[noun][state].pk])
        page = clients["officer"].get(address)
        assert page.status_code == 200, label
        assert DELETED in page.text, label


def test_a_letter_in_the_admin_says_it_and_is_not_sent_again(later, clients):
    letter = Letter.objects.filter(erased_at__isnull=False).latest("pk")
    Letter.objects.filter(pk=letter.pk).update(status="dead", sent_at=None)
    page = clients["officer"].get(reverse("admin:letters_letter_change", args=[letter.pk]))
    assert DELETED in page.text
    again = reverse("admin:letters_letter_step", args=[letter.pk, "send_again"])
    assert DELETED in clients["officer"].post(again, follow=True).text
    assert Letter.objects.get(pk=letter.pk).status == "dead"


def test_the_links_of_proposed_secondees_have_ended(later, clients, leads_to):
    assert clients[PUBLIC].get(address_of("candidate", "candidate", leads_to)).status_code == 404


def test_published_awards_and_data_sets_stay_as_they_were(cast, later, clients):
    for address in ("/grants/360giving.json", "/grants/360giving.csv", "/learning/exports/placements.csv"):
        answer = clients["learning"].get(address)
        assert cast.things["grant"]["closed"].organisation.name in b"".join(answer.streaming_content).decode()
