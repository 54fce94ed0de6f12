"""Two programmes in one installation: the people of one see nothing of the other's, on no list, page, count or export."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.test import override_settings
from django.urls import NoReverseMatch, reverse

from core.accounts.models import Organisation, User
from core.admin import LatestFilter
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.governance.models import Meeting
from core.letters.models import Letter
from core.permissions import programme_of
from core.visibility import is_registered, visible
from tests.client import Client
from tests.promises.addresses import ADMIN_BESIDE, PAGES, lines
from tests.promises.second_programme import TRACES, Second, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 10, 30, 12, 0, tzinfo=UTC)
# One of the Initiative's people for each role, and of its organisations and placements.
PARTS = (
    *("officer", "director", "finance", "committee", "declared", "undeclared"),
    *("manager", "host", "learning", "lead", "secondee", "home_manager"),
)
OF_THE_INITIATIVE = ("CII-20", "CII-P-20", "Own Charity", "Rival Charity", "Trust for London", "Greater London")
LISTS = (
    *("home", "organisation", "expressions", "applications", "placements", "placement_week", "learning"),
    *("learning_exports", "account_you", "admin:index"),
)
EXPORTS = ("csv", "json")
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|data-session-ends-in="\d+"')


def lists() -> list[str]:
    """The address of every list, those of the admin with a search too, and of every export."""
    found = [reverse(name) for name in LISTS]
    found += [reverse("placement_week") + "?week=2019-W20"]
    found += [reverse("learning_export", args=["placements", form]) for form in EXPORTS]
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        found += [address, f"{address}?q=uokk"]
    return found


def read(client: Client, address: str) -> str:
    response = client.get(address)
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return f"{response.status_code} {CHANGING.sub('', response.text)}"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def read_all(people: dict[str, User]) -> dict[tuple[str, str], str]:
    """What each person reads on each list."""
    clients = {part: signed_in(person) for part, person in people.items()}
    return {(part, address): read(client, address) for part, client in clients.items() for address in lists()}


@pytest.fixture(scope="module")
def initiative(cast: Cast) -> dict[str, User]:
    return {part: cast.people[part] for part in PARTS}


@pytest.fixture(scope="module")
def built(cast: Cast, stage: str, initiative: dict[str, User]) -> Iterator[dict[str, Any]]:
    """The second programme, and what the Initiative's people read before and after it was built."""
    with transaction.atomic(), override_settings(MEDIA_ROOT=stage), time_machine.travel(NOW, tick=False):
        before = read_all(initiative)
        second = build()
        after = read_all(initiative)
        yield {"second": second, "before": before, "after": after}
        transaction.set_rollback(True)


@pytest.fixture
def second(built: dict[str, Any]) -> Second:
    found: Second = built["second"]
    return found


def test_the_second_programme_has_rows_of_every_kind_that_is_listed(second: Second) -> None:
    empty = {
        model._meta.label
        for model in admin.site._registry
        if model is not GeneratedDocument and not rows_of(model, second)  # an administrator's alone
    }
    assert empty == set()


@pytest.mark.parametrize("part", PARTS)
def test_nobody_s_lists_change_when_another_programme_is_built(part: str, built: dict[str, Any]) -> None:
    differing = [
        address
        for (who, address), page in built["after"].items()
        if who == part and page != built["before"][who, address]
    ]
    assert differing == []


@pytest.mark.parametrize("part", PARTS)
def test_nobody_reads_a_trace_of_another_programme_on_a_list(part: str, built: dict[str, Any]) -> None:
    found = {
        (address, trace)
        for (who, address), page in built["after"].items()
        for trace in TRACES
        if who == part and trace in page
    }
    assert found == set()


def test_the_second_programme_s_people_read_their_own_and_nothing_of_the_first(second: Second) -> None:
    pages = read_all(second.people)
    foreign = {
        (part, address, trace)
        for (part, address), page in pages.items()
        for trace in OF_THE_INITIATIVE
        if trace in page
    }
    assert foreign == set()
    read_own = {part for (part, _), page in pages.items() if any(trace in page for trace in TRACES)}
    assert read_own == set(second.people)


# --- One thing -------------------------------------------------------------------------------


def rows_of(model: type[Model], second: Second) -> list[Model]:
    """The rows of a model that belong to the second programme: to it alone, for people and organisations."""
    if model is User:
        return list(User.objects.filter(email__endswith="@arts.example.org"))
    if model is Organisation:
        return list(second.programme.organisations.all())
    return [row for row in model._default_manager.all() if programme_of(row) == second.programme.pk]


def test_no_row_of_another_programme_is_visible_or_permitted(initiative: dict[str, User], second: Second) -> None:
    from django.apps import apps

    public = set(visible(type(second.rows["draft call"]), None))  # published calls are for everybody
    for model in filter(is_registered, apps.get_models()):
        rows = set(rows_of(model, second)) - public
        permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
        for part, person in initiative.items():
            user = User.objects.get(pk=person.pk)
            seen = {row for row in rows & set(visible(model, user)) if not is_public(row, second)}
            assert seen == set(), (model, part)
            allowed = {row for row in rows if user.has_perm(permission, row) and not is_public(row, second)}
            assert allowed == set(), (model, part)


def is_public(row: Model, second: Second) -> bool:
    """What belongs to a published call: its posts, criteria and questions."""
    call = getattr(row, "call_id", None)
    return row._meta.model_name in {"post", "criterion", "question"} and call != second.rows["draft call"].pk


STAFF = ("officer", "director", "finance", "committee", "declared", "undeclared")


@pytest.mark.parametrize("part", STAFF)
def test_no_page_of_the_admin_opens_for_a_row_of_another_programme(
    part: str, initiative: dict[str, User], second: Second
) -> None:
    client, public = signed_in(initiative[part]), second.rows["published call"]
    for model, registered in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for row in rows_of(model, second)[:3]:
            if row == public:
                continue
            addresses = [reverse(f"{name}_{kind}", args=[row.pk]) for kind in ("change", "history", "delete")]
            steps = getattr(registered, "steps", {})
            addresses += [reverse(f"{name}_step", args=[row.pk, step]) for step in steps]
            for address in addresses:
                for response in (client.get(address), client.post(address, {"post": "yes"})):
                    assert response.status_code in {302, 403, 404}, address
                    assert not any(trace in response.text for trace in TRACES), address
                    assert response.headers.get("Location", reverse("admin:index")) == reverse("admin:index"), address


@pytest.mark.parametrize("part", STAFF)
def test_no_filter_of_the_admin_names_what_is_another_programme_s(
    part: str, initiative: dict[str, User], second: Second
) -> None:
    client = signed_in(initiative[part])
    for model, registered in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for declared in registered.list_filter:
            if isinstance(declared, tuple) and issubclass(declared[1], LatestFilter):
                key = second.programme.pk if declared[0] == "programme" else second.rows["draft call"].pk
                page = client.get(f"{address}?{declared[0]}__id__exact={key}").text
                assert not any(trace in page for trace in TRACES), (address, declared)


@pytest.mark.parametrize("part", PARTS)
def test_no_page_opens_for_a_thing_of_another_programme(part: str, initiative: dict[str, User], second: Second) -> None:
    client, opened = signed_in(initiative[part]), []
    for address in object_pages(second):
        response = client.get(address)
        response = client.post(address) if response.status_code == 405 else response
        if response.status_code not in {403, 404} or any(trace in response.text for trace in TRACES):
            opened.append((address, response.status_code))
    assert opened == []


def object_pages(second: Second) -> list[str]:
    """The address of every page about one thing, for the things of the second programme."""
    rows, own = second.rows, second.organisation
    placement, objective = {"reference": rows["placement"].reference}, rows["milestone"].objective_id
    application = {"reference": rows["shortlisted"].shown_reference}
    given: list[dict[str, Any]] = [
        *({"slug": rows[name].slug} for name in ("draft call", "invited call")),
        *({"reference": rows[name].shown_reference} for name in ("draft", "shortlisted", "submitted")),
        *({"reference": rows[name].reference} for name in ("grant", "placement", "expression")),
        application | {"document_id": rows["document"].pk},
        application | {"section": "organisation"},
        {"reference": rows["grant"].reference, "number": 1},
        placement | {"kind": "contract"},
        *(placement | {"pk": pk} for pk in (rows["milestone"].pk, rows["view"].pk, objective)),
        placement | {"pk": rows["milestone"].pk, "step": "drop"},
        placement | {"objective_pk": objective},
        {"pk": own.pk, "membership_pk": own.memberships.get().pk},
        {"pk": own.pk, "invitation_pk": 1},
    ]
    found = []
    of_oneself = {"account_session_end"}  # says the same for every number
    of_everybody = {"award"}  # what is published of a grant
    post = rows["draft call"].posts.first()
    for name in sorted({row[0] for row in lines(PAGES) if row[1]} - of_oneself - of_everybody):
        of = rows["finding"] if name.startswith("learning") else post if name.startswith("post_draft") else own
        of = rows["contribution"] if name == "contribution" else of
        by_key = [{"pk": (rows["message in confidence"] if name == "learning_confidence_answer" else of).pk}]
        for kwargs in (*given, *by_key):
            try:
                found.append(reverse(name, kwargs=kwargs))
            except NoReverseMatch:
                continue
    return found


def beside_the_lists(second: Second) -> dict[str, Any]:
    """The pages of the admin that belong to no list, and a thing of the second programme for each."""
    rows = second.rows
    return {
        "applications_call_matrix": rows["draft call"],
        "applications_call_deal": rows["draft call"],
        "applications_call_interests": rows["draft call"],
        "grants_decision_archive": rows["draft call"],
        "grants_decision_archive_zip": rows["draft call"],
        "grants_decision_dossier": rows["shortlisted"],
        "grants_decision_sheet": rows["shortlisted"],
        "letters_wording": rows["wording"],
        "applications_assessment_offline": rows["draft call"],
        "grants_contribution_position": rows["contribution"],
        "grants_contribution_due": rows["contribution"],
        "grants_contribution_by_status": rows["contribution"],
        "grants_grant_pay": second.programme,
        "grants_paymentrun_file": rows["payment run"],
        "grants_decision_papers": Meeting.objects.of_committee(second.programme).get(),
        "governance_meeting_minutes": Meeting.objects.of_committee(second.programme).get(),
        "grants_decision_meeting": Meeting.objects.of_committee(second.programme).get(),
    }


@pytest.mark.parametrize("part", STAFF)
def test_no_page_beside_the_lists_opens_for_another_programme(
    part: str, initiative: dict[str, User], second: Second
) -> None:
    client, pages = signed_in(initiative[part]), beside_the_lists(second)
    assert pages.keys() == ADMIN_BESIDE.keys()
    for name, row in pages.items():
        args = [row.programme_id, row.template] if name == "letters_wording" else [row.pk]
        response = client.get(reverse(f"admin:{name}", args=args))
        assert response.status_code in {302, 403, 404}, name
        assert not any(trace in response.text for trace in TRACES), name


# --- Letters and trail -----------------------------------------------------------------------


def test_what_was_written_while_the_second_programme_was_built_belongs_to_it(second: Second) -> None:
    letters = Letter.objects.filter(to_email__endswith="@arts.example.org")
    assert set(letters.values_list("programme__slug", flat=True)) == {"arts"}
    entries = Entry.objects.filter(by__email__endswith="@arts.example.org")
    assert set(entries.values_list("programme__slug", flat=True)) == {"arts"}
