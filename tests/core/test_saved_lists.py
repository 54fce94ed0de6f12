"""Lists of the admin saved under a name: for oneself or shared with the office, beside the list, renamed, removed."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.accounts.actions import close_account
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.lifecycle import Refused
from core.saved_lists import actions
from core.saved_lists.models import SavedList
from tests.accounts.factories import person_with
from tests.applications.desk import as_, said
from tests.applications.factories import ASSESSING, application_at, officer, programme
from tests.applications.panel import funder_assessor, host_assessor
from tests.grants.factories import director

pytestmark = pytest.mark.django_db
LISTED = reverse("admin:applications_application_changelist")
SAVE = reverse("admin:saved_lists_savedlist_save")
ALL = reverse("admin:saved_lists_savedlist_changelist")
APPLICATIONS = "applications.application"


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


def saved(name="Shortlisted", *, address="status__exact=shortlisted", by=None, programme=None):
    facts = {"listing": APPLICATIONS, "name": name, "address": address, "by": by or officer(), "at": ASSESSING}
    return actions.share_list(programme, **facts) if programme else actions.save_list(**facts)


def names(page):
    return [str(one) for one, _ in page.context["lists"]]


def test_a_list_is_saved_with_filters_search_order_and_columns_and_opens_so(client):
    application_at("shortlisted"), application_at("submitted")
    client = as_(officer())
    asked = {"status__exact": "shortlisted", "q": "Peel", "o": "2", "columns": ["days"], "p": "1"}
    page = client.get(LISTED, asked)
    answer = client.post(SAVE, {"listing": APPLICATIONS, "address": page.context["current"], "name": " To  read "})
    row = SavedList.objects.get()
    assert (row.name, row.person, row.shared_in, row.saved_at) == ("To read", officer(), None, ASSESSING)
    assert row.address == "status__exact=shortlisted&q=Peel&o=2&columns=days"
    assert answer.url == f"{LISTED}?{row.address}"
    again = client.get(answer.url)
    assert said(again) == ["You have saved this list as “To read”."]
    assert again.context["lists"] == [(row, True)]
    other = client.get(LISTED, {"columns": "all"})
    assert (other.context["lists"], other.context["current"]) == ([(row, False)], "columns=all")


def test_a_name_saved_again_holds_the_later_filters():
    saved(), saved(address="status__exact=submitted")
    assert [row.address for row in SavedList.objects.all()] == ["status__exact=submitted"]


def test_an_own_list_is_for_its_person_and_a_shared_one_for_the_programme_s_office():
    application_at("shortlisted")
    saved("Mine"), saved("Ours", programme=programme())
    saved("Score", by=funder_assessor())
    assert names(as_(officer()).get(LISTED)) == ["Mine", "Ours"]
    assert names(as_(director()).get(LISTED)) == ["Ours"]
    assert names(as_(funder_assessor()).get(LISTED)) == ["Score"]
    assert names(as_(host_assessor()).get(LISTED)) == []
    assert names(as_(officer()).get(reverse("admin:applications_assessment_changelist"))) == []


def test_an_assessor_shares_nothing_with_the_office():
    with pytest.raises(Refused) as refusal:
        saved(by=funder_assessor(), programme=programme())
    assert refusal.value.code == "saved_lists.share_savedlist"
    client = as_(funder_assessor())
    client.post(SAVE, {"listing": APPLICATIONS, "address": "", "name": "X", "programme": programme().pk})
    assert not SavedList.objects.exists()


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"listing": "grants.instalment"}, 404),
        ({"listing": "no.such"}, 404),
        ({"name": " "}, 302),
        ({"address": "current_salary__gte=1"}, 302),
        ({"address": f"q={'x' * 3000}"}, 302),
    ],
)
def test_what_is_no_list_of_one_s_own_to_open_is_not_saved(facts, status):
    asked = {"listing": APPLICATIONS, "address": "", "name": "X"} | facts
    assert as_(host_assessor()).post(SAVE, asked).status_code == status
    assert not SavedList.objects.exists()


def test_a_list_is_renamed_and_removed_by_whose_it_is_and_a_shared_one_by_the_office():
    own, shared = saved("Mine"), saved("Ours", programme=programme())
    client = as_(director())
    page = reverse("admin:saved_lists_savedlist_change", args=[shared.pk])
    assert client.get(page).context["chosen"] == [("Status", "shortlisted")]
    client.post(f"{page.replace('change/', '')}steps/rename/", {"name": "All shortlisted"})
    shared.refresh_from_db()
    assert shared.name == "All shortlisted"
    assert client.get(page.replace(str(shared.pk), str(own.pk))).status_code == 404
    client.post(f"{page.replace('change/', '')}steps/remove/")
    assert list(SavedList.objects.all()) == [own]
    events = Entry.objects.filter(thing_type="saved_lists.savedlist").order_by("pk")
    assert [line.event for line in events] == ["shared list saved", "shared list renamed", "shared list removed"]
    with pytest.raises(Refused) as refusal:
        actions.remove_list(own, by=director(), at=ASSESSING)
    assert refusal.value.code == "saved_lists.delete_savedlist"


def test_two_lists_of_one_name_are_refused():
    one, _ = saved("One"), saved("Two")
    with pytest.raises(Refused) as refusal:
        actions.rename_list(one, name="Two", by=officer(), at=ASSESSING)
    assert (refusal.value.code, refusal.value.field) == ("name_taken", "name")
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedList.objects.create(person=officer(), listing=APPLICATIONS, name="Two", saved_at=ASSESSING)


def test_there_is_a_most_of_lists_saved(monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    saved("One")
    with pytest.raises(Refused) as refusal:
        saved("Two")
    assert refusal.value.code == "too_many"
    saved("One", address="")


def test_a_person_s_own_lists_go_with_the_account_and_shared_ones_stay():
    person, administrator = officer(), person_with(Role.ADMINISTRATOR, email="ada@example.org", name="Ada")
    saved("Mine"), saved("Ours", programme=programme())
    close_account(User.objects.get(pk=person.pk), by=administrator, at=ASSESSING)
    assert [row.name for row in SavedList.objects.all()] == ["Ours"]


def test_the_page_of_saved_lists_says_whose_each_is_and_what_it_lists():
    saved("Mine"), saved("Ours", programme=programme())
    page = as_(officer()).get(ALL)
    assert "Your own" in page.text
    assert f"Grants office, {programme()}" in page.text
    assert as_(officer()).get(ALL, {"q": "Ours"}).context["cl"].result_count == 1
