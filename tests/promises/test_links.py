"""No page offers a link that its reader may not follow: each link of each page is followed once, as each part."""

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.urls import resolve, reverse

from tests.cast import PUBLIC
from tests.promises.test_addresses import clients

pytestmark = pytest.mark.django_db
__all__ = ["clients"]

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
SEARCH = re.compile(r'<form\b(?=[^>]*\bmethod="get")[^>]*?\baction="([^"]*)"')
NOT_FOLLOWED = {"account_logout", "admin:logout"}
MOST = 4  # addresses of the same name that are followed
FEWEST = {PUBLIC: 20, "officer": 150, "director": 150, "committee": 70, "declared": 50, "lead": 80, "finance": 50}


def links_on(page, address):
    """The addresses on this site that a page links to, without what only jumps within the page."""
    for found in (*LINK.findall(page), *SEARCH.findall(page)):
        link = urldefrag(urljoin(address, unescape(found))).url
        if link.startswith("/") and not link.startswith(("//", "/static/")):
            yield link


def followed(client, starts):
    """Follow links from these addresses on; answer with each address followed, its status and the page it was found on."""
    seen, names, answers = set(), Counter(), {}
    waiting = deque((start, "") for start in starts)
    while waiting:
        address, found_on = waiting.popleft()
        parts = urlsplit(address)
        # One of each filter of a list, not each of its choices; in which order a list stands changes nobody's links.
        kind = (parts.path, frozenset(parse_qs(parts.query)) - {"o"})
        name = resolve(parts.path).view_name
        if kind in seen or name in NOT_FOLLOWED or names[name] >= MOST:
            continue
        seen.add(kind)
        names[name] += 1
        response = client.get(address)
        answers[address] = response.status_code, found_on
        if response.status_code in {301, 302}:
            waiting.append((urljoin(address, response.headers["Location"]), found_on))
        elif response.headers.get("Content-Type", "").startswith("text/html"):
            waiting.extend((link, address) for link in links_on(response.text, address))
    return answers


# Each part of the cast but those who may what another may, of fewer things.
PARTS = (
    *(PUBLIC, "lead", "signatory", "secondee", "home_manager", "manager", "host", "other_host", "learning"),
    *("officer", "director", "finance", "committee", "conflicted_member", "administrator", "other_officer"),
    *("declared", "undeclared", "finished", "conflicted"),
)


@pytest.mark.parametrize("part", PARTS)
def test_every_link_that_a_page_offers_can_be_followed(part, cast, clients):
    starts = [reverse("front"), reverse("help"), *([] if part == PUBLIC else [reverse("home")])]
    if getattr(cast.people[part], "is_staff", False):
        starts.append(reverse("admin:index"))
    answers = followed(clients[part], starts)
    wrong = [f"{status} {address} on {page}" for address, (status, page) in answers.items() if status >= 400]
    assert wrong == []
    assert len(answers) >= FEWEST.get(part, 10)
