"""Every address of ours answers as declared, for every part, by GET and by POST; a new one without a policy fails."""

import hashlib
import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import get_resolver, reverse

from tests.cast import PUBLIC
from tests.client import Client
from tests.promises.addresses import (
    ADMIN,
    ADMIN_BESIDE,
    ADMIN_FOR_ALL,
    ADMIN_POSTED,
    LEAVES_A_LINE,
    PAGES,
    address_of,
    lines,
)
from tests.promises.policy import GROUPS, who
from tests.promises.test_impossible_rows import OURS

pytestmark = pytest.mark.django_db
GROUPS |= {
    "nobody": "",
    "signed": GROUPS["everybody"].replace("public ", ""),
    "body": who("own trust finance administrator"),
    "callers": who("trust members assessors"),
    "drafters": who("own trust members assessors manager other_manager host"),
    "readers": who("own trust declared finished"),
    "payers": who("own trust finance awards"),
    "around": who("secondee home_manager own manager host trust finance"),
    "speaking": who("lead secondee manager host trust"),
    "roles": who("office finance members assessors manager other_manager host other_host learning administrator"),
    "staff": who("trust finance members assessors administrator"),
}
GROUPS |= {name: " ".join(sorted(parts)) for name, parts in GROUPS.items() if isinstance(parts, set)}


# --- What is there ---


def walk(resolver, namespace=""):
    """Every address with a name: (name, view)."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern, pattern.namespace or namespace)
        elif pattern.name:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name, pattern.callback


def test_every_address_of_ours_has_a_policy():
    of_the_admin = {row[0] for row in lines(ADMIN)}
    wanted = {
        name for name, view in walk(get_resolver()) if not view.__module__.startswith("allauth") and ":" not in name
    }
    assert {row[0] for row in lines(PAGES)} == wanted
    kinds = {"changelist", "add", "change", "history", "delete", "step", "export", "bulk"}
    inside = {name.removeprefix("admin:") for name, _ in walk(get_resolver()) if name.startswith("admin:")}
    generic = {
        "index",
        "login",
        "logout",
        "password_change",
        "password_change_done",
        "autocomplete",
        "jsi18n",
        "view_on_site",
        "app_list",
    }
    declared = {f"{model}_{kind}" for model in of_the_admin for kind in kinds} | set(ADMIN_BESIDE) | ADMIN_FOR_ALL
    declared |= ADMIN_POSTED
    assert inside - generic - declared == set()


@pytest.fixture(scope="package")
def clients(cast):
    """A browser for each part, signed in."""
    found = {part: Client() for part in cast.people}
    for part, client in found.items():
        if part != PUBLIC:
            client.force_login(cast.afresh(part))
    return found


# --- What it answers ---


def answer_to(client, method, address):
    """The answer in one word or number; whatever a POST did is taken back."""
    with transaction.atomic():
        response = getattr(client, method)(address)
        if method == "post":
            transaction.set_rollback(True)
    location = response.headers.get("Location", "")
    if response.status_code == 302:
        return "sign in" if location.startswith(("/accounts/login/", "/admin/login/")) else "in"
    return "in" if response.status_code in {200, 202, 409, 410} else response.status_code


def declared(part, knows, gets, is_public):
    """What this part is answered, by the table."""
    if gets == "-":
        return 405
    if part == PUBLIC and not is_public:
        return "sign in"
    if part not in who(knows):
        return 404
    return "in" if gets == "=" or part in who(gets) else 403


def digest_of_tables():
    """Everything that stands in our tables, by table."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    rows = {model._meta.label: repr(list(model._base_manager.order_by("pk").values_list())) for model in models}
    return {label: hashlib.sha256(row.encode()).hexdigest() for label, row in rows.items()}


FEW = (PUBLIC, "lead", "officer", "declared", "secondee", "administrator")  # for what everybody may read
WITHOUT_ACCOUNT = {
    *(
        "call",
        "call_ask",
        "call_eligibility",
        "call_calendar",
        "call_blank",
        "organisation_join",
        "equality",
        "account_signed_out",
    ),
    *("statusz", "metrics", "calendar_feed"),  # with a token
    *(
        "candidate",
        "candidate_correct",
        "candidate_upload",
        "candidate_post",
        "candidate_cv",
        "candidate_statement",
        "case_message",
        "visit_needs",
    ),
    *("call_outcome", "award"),  # open to everyone once it is published
}


@pytest.mark.parametrize("row", lines(PAGES), ids=lambda row: f"{row[0]}: {row[1]}" if row[1] else row[0])
def test_an_address_answers_each_part_as_declared(row, cast, clients, leads_to):
    name, thing, knows, gets, posts = row
    address = address_of(name, thing, leads_to)
    is_public = PUBLIC in who(knows) or name in WITHOUT_ACCOUNT
    asked = clients if knows != "everybody" else {part: clients[part] for part in FEW}
    before = digest_of_tables()
    found = {
        part: (answer_to(client, "get", address), answer_to(client, "post", address)) for part, client in asked.items()
    }
    assert found == {
        part: tuple(declared(part, knows, gained, is_public) for gained in (gets, posts)) for part in asked
    }
    changed = {label for label, rows in digest_of_tables().items() if rows != before[label]}
    assert changed <= ({"audit.Entry"} if name in LEAVES_A_LINE else set()), f"a GET of {address} changed rows"


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|data-session-ends-in="\d+"')
SECRET = [row for row in lines(PAGES) if "rival" not in who(row[2]) and row[1]]


@pytest.mark.parametrize("row", SECRET, ids=lambda row: f"{row[0]}: {row[1]}")
def test_a_stranger_reads_the_same_as_for_what_does_not_exist(row, clients, leads_to):
    name, thing, *_ = row
    kwargs = dict(leads_to.get(thing, {"token": "guessed"}))
    nowhere = {
        "reference": "CII-2019-999",
        "slug": "no-such-call",
        "token": "never-sent",
        "pk": 999999,
        "key": "nowhere",
        "document_id": uuid4(),
        "uid": uuid4(),
    }
    first = next(iter(kwargs))
    method = "post" if row[3] == "-" else "get"
    real = getattr(clients["rival"], method)(reverse(name, kwargs=kwargs))
    unreal = getattr(clients["rival"], method)(reverse(name, kwargs=kwargs | {first: nowhere[first]}))
    assert (real.status_code, TOKEN.sub("", real.text)) == (404, TOKEN.sub("", unreal.text))
