"""What robots, browsers and password managers ask for; descriptions for sharing; compressed pages."""

import gzip
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as DjangoClient
from django.urls import reverse

from tests.accounts.factories import UserFactory
from tests.applications.factories import WRITING, draft_call, published_call

pytestmark = pytest.mark.django_db

SITE = "https://grants.example.net"


def sitemap(client):
    return re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").text)


@pytest.fixture(autouse=True)
def _a_real_service(settings, monkeypatch):
    settings.SITE_URL, settings.HELP_EMAIL, settings.IS_DEMONSTRATION = SITE, "help@grants.example.net", False
    monkeypatch.setattr("cii.discovery.OwnSitemap.protocol", "https")


def test_the_sitemap_lists_public_pages_and_published_calls_by_the_address_of_the_site(client):
    published, draft = published_call(), draft_call(slug="draft", title="Not yet out")
    found = sitemap(client)
    pages = ("", "calls/", "grants/", "help/", "accessibility/", "privacy/", "cookies/", f"calls/{published.slug}/")
    assert sorted(found) == sorted(f"{SITE}/{page}" for page in pages)
    assert draft.slug not in "".join(found)


def test_robots_leave_peoples_own_pages_alone_and_a_demonstration_altogether(client, settings):
    lines = client.get("/robots.txt").text.splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /candidate/", f"Sitemap: {SITE}/sitemap.xml"} <= set(lines)
    assert "Disallow: /" not in lines
    settings.IS_DEMONSTRATION = True
    assert client.get("/robots.txt").text.splitlines()[:2] == ["User-agent: *", "Disallow: /"]


def test_no_page_of_the_sitemap_is_kept_from_robots(client):
    published_call()
    refused = [line.removeprefix("Disallow: ") for line in client.get("/robots.txt").text.splitlines()[1:-1]]
    found = sitemap(client)
    assert len(found) == 8
    assert [page for page in found for place in refused if page.removeprefix(SITE).startswith(place)] == []


def test_security_txt_names_who_to_write_to_for_half_a_year(client):
    with time_machine.travel(datetime(2019, 3, 13, 17, tzinfo=UTC), tick=False):
        answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines()[:2] == ["Contact: mailto:help@grants.example.net", "Expires: 2019-09-09T17:00:00Z"]


def test_password_managers_and_browsers_are_led_on(client):
    assert client.get("/.well-known/change-password")["Location"] == reverse("account_change_password")
    assert client.get("/favicon.ico")["Location"] == "/static/cii/icon.svg"


@pytest.mark.parametrize("name", ["front", "calls", "grants", "help", "accessibility", "privacy", "cookies"])
def test_a_public_page_says_what_it_is_to_who_shares_it(name, client):
    page = client.get(reverse(name)).text
    for part in ('<meta name="description" content="', '<meta property="og:title" content="', 'og:description"'):
        assert page.count(part) == 1
    assert f'<link rel="canonical" href="{SITE}{reverse(name)}">' in page


def test_a_call_is_shared_by_its_own_title_and_summary(client):
    call = published_call(title="A post & more", summary='What is "paid" for')
    page = client.get(reverse("call", args=[call.slug])).text
    assert '<meta property="og:title" content="A post &amp; more">' in page
    assert '<meta property="og:description" content="What is &quot;paid&quot; for">' in page


def test_a_page_is_compressed_and_padded_for_who_takes_it():
    client = DjangoClient()  # ours reads every page
    call = published_call()
    address = reverse("call", args=[call.slug])
    with time_machine.travel(WRITING, tick=False):
        plain = client.get(address).content
        packed = [client.get(address, headers={"accept-encoding": "gzip"}) for _ in range(8)]
    assert {answer["Content-Encoding"] for answer in packed} == {"gzip"}
    assert call.title in gzip.decompress(packed[0].content).decode()
    assert len(packed[0].content) * 2 < len(plain)
    assert len({len(answer.content) for answer in packed}) > 1  # the control of the padding: one page, many lengths
    assert "Accept-Encoding" in packed[0]["Vary"]


def test_a_file_is_not_compressed(client):
    call = published_call()
    answer = client.get(reverse("call_calendar", args=[call.slug]), headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer


def test_a_public_page_is_asked_for_again_and_an_unchanged_one_has_no_body(client):
    first = client.get("/help/")
    assert (first["Cache-Control"], bool(first["ETag"])) == ("private, no-cache", True)
    again = client.get("/help/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_of_someone_signed_in_is_kept_nowhere(client):
    client.force_login(UserFactory(), backend="core.accounts.sign_in.SignIn")
    answer = client.get("/help/")
    assert ("no-store" in answer["Cache-Control"], "ETag" in answer) == (True, False)
