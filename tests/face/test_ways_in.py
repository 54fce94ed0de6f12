"""Nothing is linked from nowhere: from the home page and the admin's front, following links, everybody finds their pages."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.client import Client
from tests.face.visits import NO_PAGE, visits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
# Led to by a letter, by a button that posts, or by a session that has grown old.
BY_OTHER_WAYS = {
    "account_logout", "placement_step_confirm",
    "candidate", "visit_needs", "case_message", "account_welcome", "organisation_join", "invited_code", "account_inactive", "account_reauthenticate", "account_reauthenticate_by_email", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "candidate_correct", "candidate_upload", "candidate_post",
    "equality", "equality_thanks",
    "account_password_reset_completed", "application_submit", "organisation_new", "admin:app_list",
}  # fmt: skip
# Kept addresses that nothing leads this person to any more: begun already, or without an organisation.
KEPT = {"applicant": {"call_apply"}, "secondee": {"applications", "expressions"}}
MOST_PAGES = 1500
OF_A_KIND = 25


def links_of(page: str, at: str) -> set[str]:
    """The addresses on this service that a page leads to by a link."""
    found = {urljoin(at, one.replace("&amp;", "&")) for one in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', page)}
    return {urlsplit(one).path for one in found if one.startswith("/")}


def walked(key: str, session: str) -> set[str]:
    """The names of all addresses somebody comes to, each kind of page opened at most a few times."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = session
    waiting, seen, names = ["/home/", "/admin/"] if key else ["/"], set(), {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen or "/logout/" in address:
            continue
        seen.add(address)
        try:
            name = resolve(address).view_name
        except Resolver404:
            continue
        names[name] = names.get(name, 0) + 1
        if names[name] > OF_A_KIND or name in NO_PAGE:
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            waiting += sorted(links_of(answer.text, address) - seen)
    return set(names)


KEYS = sorted({visit.key for visit in visits()})


@pytest.mark.parametrize("key", KEYS)
def test_everybody_comes_to_their_pages_by_links(key, house):
    wanted = {visit.name for visit in visits() if visit.key == key and not visit.name.startswith("(")}
    assert wanted - BY_OTHER_WAYS - KEPT.get(key, set()) - walked(key, house.sessions.get(key, "")) == set()
