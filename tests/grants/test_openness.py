"""How a call ended is published once it is decided: worked out from the records, with nothing small to be told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.actions import calls
from applications.lifecycle import Status
from applications.models import Interest
from applications.small_numbers import FEWEST, shown_of_several
from core.audit.models import Entry
from core.lifecycle import Refused
from core.work_queue import for_person
from grants.actions import decisions, openness
from grants.lifecycle import GrantStatus, TrailEvent
from grants.models import PublicOutcome
from grants.openness import outcome_of
from tests.accounts.factories import OrganisationFactory
from tests.applications.desk import as_, step
from tests.applications.factories import (
    ASSESSING,
    DECIDING,
    application_at,
    officer,
    published_call,
    shortlist,
    turn_down,
)
from tests.client import Client
from tests.grants.factories import RELEASING, confirmed, director, finance, grant_at

pytestmark = pytest.mark.django_db
LATER = RELEASING + timedelta(days=30)


def ended(*, turned_down=0, declined=0, awarded=0):
    """A call of which so many were turned down before the committee, declined by it, and awarded."""
    call = published_call()
    for _ in range(turned_down):
        turn_down(application_at(Status.SUBMITTED, call=call), by=officer(), at=ASSESSING)
    for outcome in ["decline"] * declined + ["award"] * awarded:
        application = application_at(Status.SHORTLISTED, call=call)
        decisions.release(confirmed(application, outcome=outcome), by=officer(), at=RELEASING)
    calls.decide(call, by=officer(), at=LATER)
    call.refresh_from_db()
    return call


def test_the_figures_say_how_many_applied_and_how_long_it_took():
    call = ended(turned_down=6, declined=5, awarded=1)
    outcome = outcome_of(call)
    assert (outcome.applied, outcome.awarded) == (12, 1)
    assert [line.cell.count for line in outcome.not_awarded] == [6, 5]
    early, late = ((at.date() - call.closes_at.date()).days for at in (ASSESSING, RELEASING))
    assert outcome.days == (early + late) / 2  # six of each
    assert outcome.promised_days == (call.decision_week_on - call.closes_at.date()).days + 6
    assert outcome.reasons
    assert {line.cell.count for line in outcome.reasons} == {None}  # everybody got the same one


def test_a_small_number_is_hidden_with_what_would_tell_it():
    outcome = outcome_of(ended(turned_down=1, declined=1))
    assert [line.cell.words for line in outcome.not_awarded] == ["fewer than 5", "fewer than 5"]
    assert outcome.reasons == []


def test_an_organisation_is_new_where_it_had_no_grant_of_the_programme_before():
    old = grant_at(GrantStatus.AGREED).organisation
    call = published_call()
    for organisation in (old, OrganisationFactory(name="New here")):
        application = application_at(Status.SUBMITTED, call=call, organisation=organisation)
        shortlist(application, by=officer(), at=ASSESSING)
        application.refresh_from_db()
        decisions.release(confirmed(application), by=officer(), at=LATER)
    outcome = outcome_of(call)
    assert (outcome.organisations, outcome.new_organisations) == (2, 1)


def test_it_says_which_body_met_and_names_nobody():
    call = ended(declined=1)
    openness.publish_outcome(call, by=officer(), at=LATER)
    page = Client().get(reverse("call_outcome", args=[call.slug])).text
    assert "Grants Committee, " in page
    assert [name for name in (officer().name, director().name, "Oscar Officer") if name in page] == []


def test_nothing_is_public_before_it_is_published_and_everybody_reads_it_afterwards():
    call = ended(declined=1)
    address = reverse("call_outcome", args=[call.slug])
    assert Client().get(address).status_code == 404
    assert address not in Client().get(call.get_absolute_url()).text
    openness.publish_outcome(call, by=director(), at=LATER)
    assert Client().get(address).status_code == 200
    for linking in (call.get_absolute_url(), reverse("programme_openness", args=[call.programme.slug])):
        assert f'href="{address}"' in Client().get(linking).text
    assert f"{address}</loc>" in Client().get("/sitemap.xml").text


def test_a_call_by_invitation_is_told_of_without_a_link_to_its_page():
    call = published_call(kind="invited")
    calls.decide(call, by=officer(), at=DECIDING)
    openness.publish_outcome(call, by=officer(), at=LATER)
    page = Client().get(reverse("call_outcome", args=[call.slug])).text
    assert f'href="{call.get_absolute_url()}"' not in page


def test_publishing_waits_in_the_queue_and_shows_everything_before(time_machine):
    time_machine.move_to(LATER, tick=False)
    call = ended(declined=1)
    waiting = [item for item in for_person(officer(), LATER) if "to publish" in item.sentence]
    assert [item.sentence for item in waiting] == ["1 call outcome to publish"]
    assert call.title in as_(officer()).get(waiting[0].url).text
    shown = as_(officer()).get(step("call", call.pk, "publish-outcome")).text
    for name, value in outcome_of(call).facts:
        assert name in shown
        assert value.split("\n")[0] in shown
    as_(officer()).post(step("call", call.pk, "publish-outcome"))
    assert PublicOutcome.objects.get().published_by == officer()
    assert Entry.objects.filter(event=TrailEvent.OUTCOME_PUBLISHED, thing_id=str(call.pk)).count() == 1
    assert not [item for item in for_person(officer(), LATER) if "to publish" in item.sentence]


def test_a_second_time_publishes_nothing_new():
    call = ended(declined=1)
    first = openness.publish_outcome(call, by=officer(), at=LATER)
    assert openness.publish_outcome(call, by=director(), at=LATER + timedelta(days=1)) == first
    assert Entry.objects.filter(event=TrailEvent.OUTCOME_PUBLISHED).count() == 1


def test_before_the_call_is_decided_nothing_is_published():
    call = published_call()
    with pytest.raises(Refused) as refusal:
        openness.publish_outcome(call, by=officer(), at=DECIDING)
    assert refusal.value.code == "undecided"


def test_whoever_has_a_conflict_with_an_application_neither_sees_nor_publishes_its_figures():
    call = published_call()
    application = application_at(Status.SUBMITTED, call=call)
    conflict = {"has_conflict": True, "explanation": "My sister.", "declared_at": ASSESSING}
    Interest.objects.update_or_create(application=application, person=officer(), defaults=conflict)
    turn_down(application, by=director(), at=ASSESSING)
    calls.decide(call, by=director(), at=LATER)
    for person in (officer(), finance()):
        with pytest.raises(Refused) as refusal:
            openness.publish_outcome(call, by=person, at=LATER)
        assert refusal.value.code == "grants.publish_outcome"
    address = step("call", call.pk, "publish-outcome")
    assert as_(officer()).get(address).status_code == 403
    openness.publish_outcome(call, by=director(), at=LATER)


@given(st.integers(0, 60), st.data())
def test_no_count_that_is_told_leaves_a_small_one_or_a_small_rest(whole, data):
    counts = data.draw(st.lists(st.integers(0, whole), max_size=8))
    for count, cell in zip(counts, shown_of_several(counts, whole), strict=True):
        assert cell.count in {None, count}
        assert cell.count is None or (count >= FEWEST and whole - count >= FEWEST)
