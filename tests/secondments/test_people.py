"""Somebody else takes a part in a placement: a manager who left has a successor, and a wrong person is put right."""

import pytest

from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from secondments.actions import people
from secondments.lifecycle import Part, TrailEvent
from tests.accounts.factories import person_with
from tests.applications.factories import officer
from tests.secondments.factories import (
    OPENING,
    PLANNING,
    fresh,
    of_host,
    opened,
    placement_at,
    programme_manager,
    ready,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
HOME = {"part": Part.HOME_MANAGER, "name": "Nia New", "email": "nia@example.org", "at": PLANNING}


def other_manager():
    return of_host(Role.LINE_MANAGER, "Lara Line")


def told():
    return set(Letter.objects.filter(template="secondments.person_changed").values_list("to_email", flat=True))


def address(placement, part):
    return f"/placements/{placement.reference}/people/{part}/"


def test_f20_a_line_manager_who_left_has_a_successor_and_everybody_is_told():
    placement = placement_at("active")
    before = placement.line_manager
    User.objects.filter(pk=before.pk).update(is_active=False)
    people.change_line_manager(fresh(placement), line_manager=other_manager(), by=programme_manager(), at=PLANNING)
    placement = fresh(placement)
    assert placement.line_manager == other_manager()
    three = {placement.secondee.email, placement.line_manager.email, placement.home_manager.email}
    assert told() >= three
    assert before.email not in told()
    line = trail.history(placement).get(event=TrailEvent.PERSON_CHANGED)
    assert line.detail == {"part": "line manager", "was": before.name, "now": "Lara Line"}


def test_f20_a_new_home_manager_is_invited_and_the_one_before_is_told_and_sees_the_placement_no_more():
    placement = opened()
    before = placement.home_manager
    Letter.objects.create(
        key="waits", template="secondments.step_overdue", about=f"secondments.startstep:{placement.steps.first().pk}",
        to_email=before.email, subject="Overdue", body="Overdue", message_id="1@x", posted_at=PLANNING, next_try_at=PLANNING,
    )  # fmt: skip
    people.change_person(placement, **HOME, by=officer())
    new = fresh(placement).home_manager
    assert (new.email, new.name, new.has_usable_password()) == ("nia@example.org", "Nia New", False)
    assert Letter.objects.filter(template="accounts.welcome", to_email=new.email).exists()
    assert {before.email, new.email} <= told()
    assert Letter.objects.get(key="waits").status == "withdrawn"
    assert not User.objects.get(pk=before.pk).has_perm("secondments.view_placement", fresh(placement))


def test_the_same_person_again_changes_nothing_and_nobody_takes_two_parts():
    placement = opened()
    people.change_line_manager(placement, line_manager=placement.line_manager, by=officer(), at=PLANNING)
    assert told() == set()
    secondee = placement.secondee
    both = {**HOME, "name": secondee.name, "email": secondee.email}
    with pytest.raises(Refused) as refused:
        people.change_person(placement, **both, by=officer())
    assert (refused.value.sentence, refused.value.field) == (
        SAID.is_already_the_part_of_this_placement.format(secondee, "secondee"),
        "email",
    )


def test_only_who_manages_placements_for_the_host_or_the_grant_changes_its_people_and_not_after_the_end():
    placement = placement_at("active")
    for person in (placement.secondee, placement.home_manager, placement.line_manager):
        with pytest.raises(Refused) as refused:
            people.change_person(placement, **HOME, by=person)
        assert refused.value.code == "secondments.change_placement"
    with pytest.raises(Refused) as refused:
        people.change_person(placement, **{**HOME, "part": Part.SECONDEE}, sure_of=[HOME["email"]], by=officer())
    assert refused.value.sentence == SAID.the_placement_has_started_so_its_secondee
    with pytest.raises(Refused) as refused:
        people.change_person(placement_at("ended"), **HOME, by=officer())
    assert refused.value.code == "wrong_state"
    with pytest.raises(Refused) as refused:
        people.change_line_manager(placement, line_manager=officer(), by=officer(), at=PLANNING)
    assert refused.value.field == "line_manager"


def test_f5_the_wrong_person_in_a_placement_is_put_right_before_the_start():
    placement = opened()
    candidate = placement.grant.decision.application.candidates.get()
    right = {"part": Part.SECONDEE, "name": candidate.name, "email": candidate.email}
    people.change_person(placement, **right, by=officer(), at=OPENING)
    assert fresh(placement).secondee.email == candidate.email


def test_the_page_asks_about_another_persons_address_and_then_takes_it(client):
    placement = placement_at("active")
    rival = person_with(email="rival@example.org", name="Rita Rival")
    client.force_login(officer())
    assert address(placement, "home_manager") in client.get(placement.get_absolute_url()).content.decode()
    typed = {"name": "Hanna Home", "email": rival.email}
    answer = client.post(address(placement, "home_manager"), typed)
    assert answer.context["form"].errors == {"sure_of": [SAID.tick_the_address_if_it_is_right]}
    assert "Rita Rival, who has an account here" in answer.content.decode()
    answer = client.post(address(placement, "home_manager"), {**typed, "sure_of": [rival.email]})
    assert answer.url == placement.get_absolute_url()
    assert fresh(placement).home_manager == rival
    client.post(address(placement, "line_manager"), {"line_manager": other_manager().pk})
    assert fresh(placement).line_manager == other_manager()


def test_the_page_is_for_who_may_and_for_parts_that_may_change(client):
    placement = placement_at("active")
    client.force_login(officer())
    assert client.get(address(placement, "secondee")).status_code == 404
    assert client.get(address(placement, "gardener")).status_code == 404
    client.force_login(placement.home_manager)
    assert client.get(address(placement, "home_manager")).status_code == 403
    assert "/people/" not in client.get(placement.get_absolute_url()).content.decode()


def test_the_steps_about_the_person_are_done_again_for_another_secondee_and_everybody_is_told():
    placement = ready()
    kinds = {"screening", "contract", "release", "role_meeting"}
    assert {step.status for step in placement.steps.all()} == {"done"}
    facts = {"name": "Sam Second", "email": "sam@example.org", "sure_of": ["sam@example.org"]}
    people.change_person(fresh(placement), part=Part.SECONDEE, **facts, by=officer(), at=PLANNING)
    found = {step.kind: (step.status, step.happened_on, step.confirmed_by) for step in placement.steps.all()}
    assert {kind for kind, facts in found.items() if facts == ("open", None, None)} == kinds
    assert found["managers_meeting"][0] == "done"
    lines = trail.history(placement).filter(event=TrailEvent.STEP_REOPENED)
    assert lines.count() == len(kinds)
    letter = Letter.objects.get(template="secondments.person_changed", to_email=fresh(placement).home_manager.email)
    again = [step.get_kind_display() for step in placement.steps.all() if step.kind in kinds]
    assert [name for name in again if f"- {name}" not in letter.body] == []
    assert "Meeting of the two managers" not in letter.body


def test_no_step_is_done_again_for_another_manager():
    placement = ready()
    people.change_person(fresh(placement), **HOME, by=officer())
    assert {step.status for step in placement.steps.all()} == {"done"}
    assert "done again" not in Letter.objects.filter(template="secondments.person_changed").first().body
