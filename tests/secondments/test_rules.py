"""Who may do what with placements: the matrix, and listed if and only if viewable."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.accounts.roles import Role
from core.visibility import visible
from grants.lifecycle import GrantStatus
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement
from secondments.visibility import board_placements, grants_to_place
from tests.accounts.factories import OrganisationFactory, UserFactory, editor_of, lead_of, person_with
from tests.applications.factories import lead, officer, programme
from tests.grants.factories import grant_at
from tests.secondments.factories import (
    line_manager,
    of_host,
    opened,
    other_programme,
    placement_at,
    programme_manager,
    step_of,
)

pytestmark = pytest.mark.django_db

READS = {"view_placement"}
ALL = {
    "view_placement", "change_placement", "start_placement", "end_placement", "call_off_placement", "set_working_days",
    "change_workplan",    "sign_off_milestone", "say_view", "answer_view",
}  # fmt: skip
EVERYBODY = (
    "secondee", "home manager", "line manager", "programme manager", "lead", "editor", "officer", "director", "finance",
)  # fmt: skip
MATRIX = {
    PlacementStatus.PREPARING: {
        "secondee": READS | {"set_working_days", "change_workplan"},
        "home manager": READS | {"say_view"},
        "line manager": READS | {"set_working_days", "change_workplan", "sign_off_milestone", "answer_view"},
        "programme manager": ALL - {"end_placement", "say_view"},
        "lead": READS | {"say_view"},
        "editor": READS,
        "officer": READS | {"change_placement", "call_off_placement"},
        "director": READS | {"change_placement", "call_off_placement"},
        "finance": READS,
    },
    PlacementStatus.ACTIVE: {
        "secondee": READS | {"set_working_days", "change_workplan"},
        "home manager": READS | {"say_view"},
        "line manager": READS | {"set_working_days", "change_workplan", "sign_off_milestone", "answer_view"},
        "programme manager": ALL - {"start_placement", "call_off_placement", "say_view"},
        "lead": READS | {"say_view"},
        "editor": READS,
        "officer": READS | {"change_placement"},
        "director": READS | {"change_placement"},
        "finance": READS,
    },
    PlacementStatus.ENDED: dict.fromkeys(EVERYBODY, READS),
    PlacementStatus.CALLED_OFF: dict.fromkeys(EVERYBODY, READS),
}
NOBODYS = {
    "committee", "funder assessor", "host assessor", "administrator", "learning partner", "other lead", "other line manager",
    "another programme's manager", "another programme's officer", "another programme's finance", "stranger", "anonymous",
}  # fmt: skip


def cast(placement):
    host, funder = programme().host, programme().funder
    return {
        "secondee": placement.secondee,
        "home manager": placement.home_manager,
        "line manager": line_manager(),
        "programme manager": programme_manager(),
        "lead": lead(placement.grant.organisation),
        "editor": editor_of(placement.grant.organisation),
        "officer": officer(),
        "director": person_with(Role.DIRECTOR, works_for=funder),
        "finance": person_with(Role.FINANCE, works_for=funder),
        "committee": person_with(Role.COMMITTEE),
        "funder assessor": person_with(Role.FUNDER_ASSESSOR, works_for=funder),
        "host assessor": person_with(Role.HOST_ASSESSOR, works_for=host),
        "administrator": person_with(Role.ADMINISTRATOR, works_for=funder),
        "learning partner": person_with(Role.LEARNING_PARTNER, works_for=programme().learning_partner),
        "other lead": lead_of(OrganisationFactory()),
        "other line manager": of_host(Role.LINE_MANAGER, "Olga Other"),
        "another programme's officer": person_with(Role.OFFICER, works_for=funder, within=other_programme()),
        "another programme's finance": person_with(Role.FINANCE, works_for=funder, within=other_programme()),
        "another programme's manager": person_with(Role.PROGRAMME_MANAGER, works_for=host, within=other_programme()),
        "stranger": UserFactory(),
        "anonymous": AnonymousUser(),
    }


@pytest.mark.parametrize("status", list(PlacementStatus))
def test_the_written_matrix_is_what_the_rules_say(status):
    placement = placement_at(status)
    found = {
        who: {verb for verb in ALL if person.has_perm(f"secondments.{verb}", placement)}
        for who, person in cast(placement).items()
    }
    assert found == MATRIX[status] | {who: set() for who in NOBODYS}


@pytest.mark.parametrize("status", list(PlacementStatus))
def test_a_placement_is_listed_if_and_only_if_it_may_be_viewed(status):
    placement = placement_at(status)
    for who, person in cast(placement).items():
        is_listed = visible(Placement, person).filter(pk=placement.pk).exists()
        assert (who, is_listed) == (who, person.has_perm("secondments.view_placement", placement))


def test_the_week_board_shows_the_hosts_managers_all_of_the_hosts_and_others_their_own():
    placement = placement_at(PlacementStatus.ACTIVE)
    seen = {
        who for who, person in cast(placement).items() if person.is_authenticated and board_placements(person).exists()
    }
    assert seen == set(MATRIX[PlacementStatus.ACTIVE]) | {"other line manager"}


def test_who_opens_a_placement_sees_the_agreed_grant_that_has_none():
    grant = grant_at(GrantStatus.AGREED)
    people = {
        "officer": officer(),
        "programme manager": programme_manager(),
        "line manager": line_manager(),
        "lead": lead(grant.organisation),
        "another programme's manager": person_with(Role.PROGRAMME_MANAGER, within=other_programme()),
    }
    assert {who for who, person in people.items() if grant in grants_to_place(person)} == {
        "officer",
        "programme manager",
    }
    assert {who for who, person in people.items() if person.has_perm("secondments.open_placement", grant)} == {
        "officer",
        "programme manager",
    }
    opened(grant)
    assert [grants_to_place(person).count() for person in people.values()] == [0, 0, 0, 0, 0]


STEPS = {
    "screening": {"record": {"programme manager"}, "confirm": set()},
    "contract": {"record": {"programme manager"}, "confirm": {"lead"}},
    "release": {"record": {"lead"}, "confirm": set()},
    "role_meeting": {"record": {"line manager"}, "confirm": set()},
    "managers_meeting": {"record": {"line manager"}, "confirm": {"home manager"}},
}


def alone(owners):
    """Who waives a step without asking: its owner, where no other side confirms it."""
    return set() if owners["confirm"] else owners["record"]


def test_each_step_has_its_owner():
    placement = opened()
    people = cast(placement)
    for kind, owners in STEPS.items():
        step = step_of(placement, kind)
        for verb, wanted in {**owners, "confirm": set(), "waive": alone(owners), "reopen": set()}.items():
            found = {who for who, person in people.items() if person.has_perm(f"secondments.{verb}_startstep", step)}
            assert (kind, verb, found) == (kind, verb, wanted)
        step.status, step.recorded_by = (
            "recorded",
            people["programme manager"] if kind == "contract" else people["line manager"],
        )
        found = {who for who, person in people.items() if person.has_perm("secondments.confirm_startstep", step)}
        assert (kind, found) == (kind, owners["confirm"])


def test_after_the_start_no_step_belongs_to_anybody():
    placement = placement_at(PlacementStatus.ACTIVE)
    for kind in STEPS:
        step = step_of(placement, kind)
        for verb in ("record", "confirm", "ask_waiver", "waive", "refuse_waiver", "reopen"):
            assert not any(
                person.has_perm(f"secondments.{verb}_startstep", step) for person in cast(placement).values()
            )


def test_without_a_role_somebody_named_as_line_manager_manages_nothing():
    placement = placement_at(PlacementStatus.ACTIVE)
    line_manager().role_assignments.all().delete()
    person = type(line_manager()).objects.get(pk=line_manager().pk)
    assert not person.has_perm("secondments.view_placement", placement)
    assert not visible(Placement, person).exists()
