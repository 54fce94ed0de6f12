"""A placement follows its grant: it lasts as long, ends with it, and its people are told."""

from __future__ import annotations

from datetime import date

import pytest

from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import extensions, grants
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments import handlers
from secondments.lifecycle import PlacementStatus
from tests.applications.factories import officer, programme
from tests.grants.factories import fresh as fresh_grant
from tests.grants.factories import grant_at
from tests.secondments.factories import PLANNING, fresh, opened, placement_at
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
    other = opened(grant_at(GrantStatus.AGREED), ends_on=LATER)
    programme().__class__.objects.update(fewest_placements=1, most_placements=1)
    with pytest.raises(Refused) as refusal:
        extend(placement)
    assert (refusal.value.code, refusal.value.field) == ("capacity", "to_on")
    grant = Grant.objects.get(pk=placement.grant_id)
    assert (fresh(placement).ends_on, grant.ends_on, grant.variations.count()) == (placement.ends_on, grant.ends_on, 0)
    assert other.ends_on == LATER
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
    assert (placement.status, placement.ended_at, placement.started_at) == (PlacementStatus.ENDED, PLANNING, None)
    assert three(placement) <= told("called_off")


def test_a_placement_that_is_left_over_is_found():
    placement = placement_at(PlacementStatus.ACTIVE)
    Grant.objects.filter(pk=placement.grant_id).update(status=GrantStatus.ENDED_EARLY, ended_on=EARLIER)
    assert list(handlers.leftovers(PLANNING)) == [SAID.has_not_ended_although_its.format(placement, EARLIER)]
