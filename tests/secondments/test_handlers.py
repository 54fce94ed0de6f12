"""A placement follows its grant: it lasts as long, ends with it, and its people are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import extensions, grants
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments import handlers, reminders, work_queue
from secondments.actions import placements
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement
from tests.applications.factories import officer, programme
from tests.applications.pages import text_of
from tests.grants.factories import fresh as fresh_grant
from tests.grants.factories import grant_at
from tests.secondments.factories import OPENING, PLANNING, fresh, opened, placement_at, programme_manager
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

LATER, EARLIER = date(2020, 10, 31), date(2019, 12, 31)


def told(template):
    return set(Letter.objects.filter(template=f"secondments.{template}").values_list("to_email", flat=True))


def three(placement):
    return {placement.secondee.email, placement.line_manager.email, placement.home_manager.email}


def extend(placement):
    return extensions.extend(fresh_grant(placement.grant), to_on=LATER, reason="More to do.", by=officer(), at=PLANNING)


def end_early(placement):
    grant = fresh_grant(placement.grant)
    grants.end_early(grant, ended_on=EARLIER, reason="The person left.", by=officer(), at=PLANNING)


def test_an_extension_reaches_the_placement_and_its_people():
    placement = placement_at(PlacementStatus.ACTIVE)
    extend(placement)
    placement = fresh(placement)
    assert placement.ends_on == LATER == fresh_grant(placement.grant).ends_on
    assert three(placement) <= told("last_day_moved")


def test_an_extension_for_which_the_host_has_no_place_changes_nothing():
    placement = placement_at(PlacementStatus.ACTIVE)
    term = {"starts_on": date(2020, 5, 1), "ends_on": date(2021, 4, 30)}
    other = opened(grant_at(GrantStatus.AGREED, starts_on=term["starts_on"]), **term)
    programme().__class__.objects.update(fewest_placements=1, most_placements=1)
    with pytest.raises(Refused) as refusal:
        extend(placement)
    assert (refusal.value.code, refusal.value.field) == ("capacity", "last_on")
    grant = Grant.objects.get(pk=placement.grant_id)
    assert (fresh(placement).ends_on, grant.ends_on, grant.variations.count()) == (placement.ends_on, grant.ends_on, 0)
    assert other.ends_on == term["ends_on"]
    assert told("last_day_moved") == set()


def test_after_an_early_end_the_placement_ends_on_the_same_day():
    placement = placement_at(PlacementStatus.ACTIVE)
    end_early(placement)
    placement = fresh(placement)
    assert (placement.status, placement.ends_on) == (PlacementStatus.ACTIVE, EARLIER)
    assert three(placement) <= told("last_day_moved")
    assert list(handlers.leftovers(PLANNING)) == []


def test_a_placement_that_has_not_started_is_called_off():
    placement = placement_at(PlacementStatus.PREPARING)
    end_early(placement)
    placement = fresh(placement)
    assert (placement.status, placement.ended_at, placement.started_at) == (PlacementStatus.CALLED_OFF, PLANNING, None)
    assert three(placement) <= told("called_off")


def test_a_placement_that_is_left_over_is_found():
    placement = placement_at(PlacementStatus.ACTIVE)
    Grant.objects.filter(pk=placement.grant_id).update(status=GrantStatus.ENDED_EARLY, ended_on=EARLIER)
    assert list(handlers.leftovers(PLANNING)) == [SAID.has_not_ended_although_its.format(placement, EARLIER)]


def test_placement_1_a_placement_never_outlasts_its_grant():
    grant = grant_at(GrantStatus.AGREED)
    with pytest.raises(Refused) as refusal:
        opened(grant, ends_on=LATER)
    assert (refusal.value.code, refusal.value.field) == ("outlasts_grant", "ends_on")


def test_placement_4_a_placement_that_is_called_off_frees_its_place_and_asks_for_nothing():
    placement = placement_at(PlacementStatus.PREPARING)
    start, end = placement.starts_on, placement.ends_on
    assert placements.room(placement.programme, start, end).count == 2
    placements.call_off(placement, reason="The post is filled.", by=programme_manager(), at=OPENING)
    placement = fresh(placement)
    assert placement.status == PlacementStatus.CALLED_OFF
    assert placements.room(placement.programme, start, end).count == 1
    assert list(reminders.due(OPENING + timedelta(days=90))) == []
    for person in (placement.secondee, placement.line_manager, placement.home_manager, programme_manager()):
        assert list(work_queue.in_placements(person, PLANNING)) == []
    people = three(placement) | {programme_manager().email, officer().email}
    assert people <= told("called_off")
    assert all(
        "The post is filled." in letter.body for letter in Letter.objects.filter(template__endswith="called_off")
    )


def test_a_placement_is_called_off_with_a_reason_only_and_only_before_its_start():
    placement = placement_at(PlacementStatus.PREPARING)
    with pytest.raises(Refused) as refusal:
        placements.call_off(placement, reason=" ", by=programme_manager(), at=OPENING)
    assert refusal.value.field == "reason"
    with pytest.raises(Refused) as refusal:
        placements.call_off(placement_at(PlacementStatus.ACTIVE), reason="No.", by=programme_manager(), at=PLANNING)
    assert refusal.value.code == "wrong_state"


def test_the_page_of_a_placement_that_is_called_off_says_so_with_the_reason(client):
    placement = placement_at(PlacementStatus.PREPARING)
    client.force_login(programme_manager(), backend="core.accounts.sign_in.SignIn")
    client.post(f"/placements/{placement.reference}/call-off/", {"reason": "The post is filled."})
    page = text_of(client.get(placement.get_absolute_url()))
    assert "Called off on" in page
    assert "The post is filled." in page


def test_placement_5_an_early_end_is_told_to_the_programme_manager_too():
    placement = placement_at(PlacementStatus.ACTIVE)
    end_early(placement)
    assert three(placement) | {programme_manager().email} <= told("last_day_moved")


def test_each_leftover_of_placements_planted_by_sql_is_found():
    closed, long = placement_at(PlacementStatus.ACTIVE), placement_at(PlacementStatus.ACTIVE)
    Grant.objects.filter(pk=closed.grant_id).update(status=GrantStatus.CLOSED)
    Placement.objects.filter(pk=long.pk).update(ends_on=LATER)
    assert list(handlers.leftovers(PLANNING)) == [
        f"{closed} has not ended, although its grant is closed.",
        f"{long} ends after its grant, which ends on {long.grant.ends_on}.",
    ]
