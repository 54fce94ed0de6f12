"""A new programme: made by a command or in the admin, and what it still needs is listed until its first call is out."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from cii.first_steps import checklist_of, checklists
from core.accounts.models import Organisation, Programme, User
from core.accounts.roles import NEEDED_FOR_A_CALL, Role
from core.letters.actions import change_wording
from tests.accounts.factories import hold, person_with, programme
from tests.applications.factories import OPENS, draft_call, published_call

pytestmark = pytest.mark.django_db
LEEDS = {
    "name": "Leeds Welcome",
    "prefix": "LW",
    "funder": "Leeds Fund",
    "host": "Leeds Council",
    "learning_partner": "",
    "no_input": True,
}


def start(**changed) -> str:
    output = StringIO()
    call_command("start_programme", **LEEDS | changed, stdout=output)
    return output.getvalue()


def test_the_command_makes_a_programme_and_its_organisations():
    Organisation.objects.create(name="Leeds Council")
    said = start()
    of = Programme.objects.get(slug="leeds-welcome")
    assert (of.name, of.funder.name, of.host.name, of.learning_partner) == (
        "Leeds Welcome",
        "Leeds Fund",
        "Leeds Council",
        None,
    )
    assert [str(body) for body in of.organisations.order_by("name")] == ["Leeds Council", "Leeds Fund"]
    assert Organisation.objects.count() == 2
    assert "[ ] Publish the first call" in said


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "Leeds Welcome already has this address. Choose another address."),
        ({"slug": "leeds-2"}, "Leeds Welcome already has this name. Choose another name."),
        ({"slug": "leeds-2", "name": "Leeds 2"}, "Leeds Welcome already has this prefix. Choose another prefix."),
        ({"slug": "two", "name": "2", "prefix": "TWO", "most": 1, "fewest": 2}, "no more than the most"),
        ({"slug": "two", "name": "2", "prefix": "TOOLONGPREFIX"}, "Use 8 characters or fewer"),
        ({"slug": "two", "name": "", "prefix": "TWO"}, "give --name"),
    ],
)
def test_it_is_not_made_twice_nor_by_half(changed, sentence):
    start()
    with pytest.raises(CommandError, match=sentence):
        start(**changed)
    assert (Programme.objects.count(), Organisation.objects.count()) == (1, 2)


def test_what_is_left_out_is_asked(monkeypatch):
    answers = iter(["Leeds Welcome", "LW", "Leeds Fund", "Leeds Council", ""])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    call_command("start_programme", stdout=StringIO())
    assert Programme.objects.get().slug == "leeds-welcome"


def test_before_there_is_a_programme_a_superuser_reads_what_to_do(client):
    boss = User.objects.create_user("boss@example.org", "x", name="Boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    page = client.get(reverse("admin:index")).text
    assert "Set up the service: 0 of 3 done" in page
    assert "Add the programme" in page
    assert (
        f'href="{reverse("admin:accounts_programme_add")}"' not in page
    )  # an administrator's step: it would be refused
    assert checklists(person_with(Role.FINANCE)) == []


def test_until_its_first_call_is_out_a_programme_lists_its_steps(time_machine):
    time_machine.move_to(OPENS)
    officer = person_with(Role.OFFICER)
    (found,) = checklists(officer)
    assert found.heading == "Set up Citizenship and Integration Initiative"
    assert {step.label for step in found.steps if step.is_done} >= {"Invite a grants officer and give the role"}
    assert checklists(person_with(Role.FINANCE)) == []
    published_call()
    assert checklists(officer) == []


def test_each_step_is_done_when_it_is_done():
    of = programme()
    before = checklist_of(of)
    for role in NEEDED_FOR_A_CALL:
        person_with(role)
    for name in ("one", "two"):
        person = User.objects.create_user(f"{name}@example.org", "x", name=name)
        hold(person, Role.ADMINISTRATOR)
    of.goals.create(title="Welcome", from_year=2019)
    after = checklist_of(of)
    changed = [new.label for old, new in zip(before.steps, after.steps, strict=True) if old.is_done != new.is_done]
    assert len(changed) == len(NEEDED_FOR_A_CALL) + 2


def test_the_list_leads_to_all_that_a_programme_makes_its_own():
    of = programme()
    word = {"body": "Hello {host}", "number": 0, "by": person_with(Role.OFFICER), "at": OPENS}
    labels = " ".join(step.label for step in checklist_of(of).steps)
    wanted = ("register", "texts", "titles", "goals", "strands", "funders", "steps before", "reports", "pay bands")
    assert [name for name in wanted if name not in labels] == []
    before = {step.label for step in checklist_of(of).steps if step.is_done}
    change_wording(of, "pages.about", **word)
    assert [step.label for step in checklist_of(of).steps if step.is_done and step.label not in before] == [
        "Change what your pages, emails and agreement say, or leave the standard texts"
    ]


def test_no_form_of_the_set_up_asks_for_json(client):
    boss = User.objects.create_user("boss@example.org", "x", name="Boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    hold(boss, Role.OFFICER)
    call = draft_call()
    pages = [step.url for step in checklist_of(programme()).steps]
    pages += [reverse("admin:accounts_programme_add"), reverse("admin:applications_call_change", args=[call.pk])]
    for address in pages:
        assert re.findall(r"<textarea[^>]*>\s*(?:\[|\{|null)", client.get(address).text) == []
        assert re.findall(r"<input[^>]*value=\"(?:\[|\{)", client.get(address).text) == []


def test_every_step_leads_to_a_page_of_whoever_may_take_it(client):
    boss = User.objects.create_user("boss@example.org", "x", name="Boss", is_staff=True, is_superuser=True)
    client.force_login(boss)
    assert {client.get(step.url).status_code for step in checklist_of(programme()).steps} == {200}
