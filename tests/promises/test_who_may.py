"""Who may: exactly what the written policy says, for every part, permission and state; listed if and only if viewable."""

from collections import defaultdict

import pytest
import rules
from django.apps import apps

from core.accounts.models import Programme
from core.letters.models import Letter
from tests.promises.policy import GROUPS, TABLES, rows, states

pytestmark = pytest.mark.django_db
OURS = {"accounts", "letters", "audit", "applications", "grants", "secondments", "learning"}

# The model behind each noun, and the permission that says who may view one.
LISTED = {
    "call": "applications.view_call",
    "invitation to apply": "applications.view_callinvitation",
    "application": "applications.view_application",
    "expression of interest": "applications.view_expressionofinterest",
    "assessment": "applications.view_assessment",
    "visit": "applications.view_assessmentvisit",
    "decision": "grants.view_decision",
    "grant": "grants.view_grant",
    "instalment": "grants.view_instalment",
    "report": "grants.view_evaluationreport",
    "placement": "secondments.view_placement",
    "finding": "learning.view_finding",
    "organisation": "accounts.view_organisation",
    "letter": "letters.view_letter",
}


@pytest.fixture
def things(cast):
    """Everything a permission is asked about, by noun and state."""
    own, rival = cast.lead.memberships.get(), cast.rival.memberships.get()
    return cast.things | {
        "programme": {"ours": Programme.objects.get(slug="cii")},
        "organisation": {"own": own.organisation, "rival": rival.organisation},
        "membership": {"own": own},
        "letter": {
            "welcome": Letter.objects.filter(template="accounts.welcome").first(),
            "received": Letter.objects.filter(template="applications.received").first(),
        },
        "nothing": {"at all": None},
    }


def expected(noun, every):
    """(permission, state) -> who, as the policy is written; nobody where it says nothing."""
    found = defaultdict(set)
    for permission, where, people in rows(noun):
        for state in every:
            found[permission, state] |= set()
        for state in states(where, noun, every):
            assert state in every, f"{noun} has no state {state!r} in the cast"
            found[permission, state] |= people
    return dict(found)


@pytest.mark.parametrize("noun", TABLES)
def test_the_policy_holds_exactly(noun, cast, things):
    wanted = expected(noun, list(things[noun]))
    people = {part: cast.afresh(part) for part in cast.people}
    found = {
        (permission, state): {
            part for part, person in people.items() if person.has_perm(permission, things[noun][state])
        }
        for permission, state in wanted
    }
    assert found == wanted


def test_every_permission_stands_in_the_policy():
    written = {permission for noun in TABLES for permission, _, _ in rows(noun)}
    assert written == set(rules.permissions.permissions)


def test_the_policy_speaks_of_everybody_in_the_cast(cast):
    assert set(GROUPS["everybody"].split()) == set(cast.people)


@pytest.mark.parametrize("noun", LISTED)
def test_what_is_listed_is_exactly_what_may_be_viewed(noun, cast, things):
    model = type(next(iter(things[noun].values())))
    for part in cast.people:
        person = cast.afresh(part)
        listed = set(model._default_manager.visible_to(person))
        viewable = {thing for thing in model._default_manager.all() if person.has_perm(LISTED[noun], thing)}
        assert listed == viewable, f"{noun}, {part}"


def test_every_list_with_a_rule_is_compared():
    with_rule = {
        model
        for model in apps.get_models()
        if hasattr(model._default_manager, "visible_to") and model._meta.app_label in OURS
    }
    nouns = {rules_name.rsplit("_", 1)[1] for rules_name in LISTED.values()}
    assert {model._meta.model_name for model in with_rule} - {"entry"} == nouns


def test_a_person_who_may_no_longer_sign_in_may_nothing(cast, things):
    person = cast.afresh("officer")
    person.is_active = False
    person.save()
    allowed = {
        permission
        for noun in TABLES
        for permission, _, _ in rows(noun)
        for thing in things[noun].values()
        if person.has_perm(permission, thing)
    }
    assert allowed == {"applications.view_call"}  # what anybody may read


def test_an_anonymous_visitor_may_nothing_but_read_published_calls(cast, things):
    public = cast.people["public"]
    allowed = {
        (permission, state)
        for noun in TABLES
        for permission, _, _ in rows(noun)
        for state, thing in things[noun].items()
        if public.has_perm(permission, thing)
    }
    assert allowed == {("applications.view_call", "published")}


def test_the_trail_is_for_officers_and_of_people_for_administrators(cast):
    from core.audit.models import Entry

    everything, about_people = set(Entry.objects.all()), set(Entry.objects.filter(thing_type__startswith="accounts."))
    for part in cast.people:
        wanted = (
            everything
            if part in {"officer", "second_officer", "director"}
            else about_people
            if part == "administrator"
            else set()
        )
        assert set(Entry.objects.visible_to(cast.afresh(part))) == wanted, part
