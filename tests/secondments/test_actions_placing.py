"""Opening, starting and ending a placement."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import grants
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.actions import placements, start_steps
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement
from tests.accounts.factories import person_with
from tests.applications.factories import lead, officer, programme
from tests.grants import recorder
from tests.grants.factories import grant_at
from tests.secondments.factories import (
    DOING,
    ENDING,
    HAPPENED,
    OPENING,
    STARTING,
    fresh,
    line_manager,
    opened,
    other_programme,
    owner_of,
    placement_at,
    programme_manager,
    ready,
    step_of,
    terms,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant():
    return grant_at(GrantStatus.AGREED)


def refusal(grant, **facts):
    with pytest.raises(Refused) as refused:
        placements.open_placement(grant, **terms(grant, **facts), by=programme_manager(), at=OPENING)
    assert Placement.objects.count() == 0
    return refused.value.sentence, refused.value.field


def test_opening_makes_five_steps_a_workplan_and_two_accounts(grant):
    placement = opened(grant)
    assert placement.reference == "CII-P-2019-001"
    assert [(step.kind, step.status, step.due_on) for step in placement.steps.all()] == [
        (kind, "open", date(2019, 4, 17))
        for kind in ("screening", "contract", "release", "role_meeting", "managers_meeting")
    ]
    assert placement.workplan.version == 0
    assert (placement.secondee.email, placement.home_manager.email) == (
        f"sana{grant.pk}@example.org",
        f"hanna{grant.pk}@example.org",
    )
    assert not placement.secondee.has_usable_password()
    assert (placement.secondee.roles, placement.secondee.organisation_ids) == (frozenset(), frozenset())
    assert [str(strand) for strand in placement.strands.all()] == ["Young Londoners"]
    assert [entry.event for entry in trail.history(placement)] == ["placement opened"]


def test_opening_invites_two_people_and_tells_three(grant):
    placement = opened(grant)
    letters = Letter.objects.filter(posted_at=OPENING).values_list("template", "to_email")
    people = (placement.secondee.email, placement.home_manager.email)
    assert sorted(letters) == sorted(
        [("accounts.welcome", email) for email in people]
        + [("secondments.opened", email) for email in (*people, "lionel@example.org")]
    )


def test_the_steps_are_not_due_on_the_day_of_opening(grant):
    late = datetime(2019, 4, 29, 22, 59, tzinfo=UTC)
    placement = placements.open_placement(grant, **terms(grant), by=officer(), at=late)
    assert {step.due_on for step in placement.steps.all()} == {date(2019, 4, 30)}


def test_a_person_who_is_here_already_keeps_their_account(grant):
    known = person_with(email="sana@example.org", name="Sana Sanderson")
    placement = opened(grant, secondee_email=" Sana@Example.org ")
    assert placement.secondee == known
    assert placement.secondee.name == "Sana Sanderson"


def doubtful(grant, **facts):
    sentence, field = refusal(grant, **{"sure_of": [], **facts})
    assert field == "sure_of"
    return sentence.removesuffix(f" {SAID.tick_the_address_if_it_is_right}")


def test_f5_an_address_that_is_not_the_confirmed_candidates_is_asked_about(grant):
    candidate = grant.decision.application.candidates.get()
    sentence = doubtful(grant, secondee_name=candidate.name, secondee_email="other@example.org")
    assert sentence == SAID.is_not_the_address_of_the_confirmed.format("other@example.org", candidate, candidate.email)
    placement = opened(grant, secondee_name=candidate.name, secondee_email=candidate.email, sure_of=[])
    assert placement.secondee.email == candidate.email


def test_f5_an_address_of_another_persons_account_is_asked_about(grant):
    candidate = grant.decision.application.candidates.get()
    own = {"secondee_name": candidate.name, "secondee_email": candidate.email}
    rival = person_with(email="rival@example.org", name="Rita Rival")
    sentence = doubtful(grant, **own, home_manager_email=" Rival@example.org ")
    assert sentence == SAID.is_the_address_of_somebody_with_an_account.format(rival.email, rival.name, "Hanna Home")
    placement = opened(grant, **own, home_manager_email=rival.email, sure_of=[rival.email])
    assert placement.home_manager == rival


def test_f5_the_same_name_however_it_is_typed_needs_no_question(grant):
    candidate = grant.decision.application.candidates.get()
    person_with(email="zoe@example.org", name="Zoë O’Hara")
    asked = {"home_manager_name": "zoe  o'hara", "home_manager_email": "zoe@example.org", "sure_of": []}
    assert opened(grant, secondee_email=candidate.email, **asked).home_manager.name == "Zoë O’Hara"


def test_the_same_person_cannot_be_both_managers(grant):
    sentence, field = refusal(grant, home_manager_email="LIONEL@example.org")
    assert field == "home_manager_email"
    assert sentence == (
        f"Lionel Line cannot be both the line manager and the home manager. Enter another person from {grant.organisation} as home manager."
    )


def test_a_secondee_manages_nobody_least_of_all_themselves(grant):
    assert refusal(grant, secondee_email="lionel@example.org")[1] == "line_manager"
    assert refusal(grant, secondee_email="hanna@example.org", home_manager_email="hanna@example.org") == (
        SAID.enter_the_email_address_of.format(SAID.the_secondee_cannot_be_their),
        "home_manager_email",
    )


def test_a_line_manager_holds_the_role_in_the_programme(grant):
    elsewhere = person_with(Role.LINE_MANAGER, within=other_programme(), name="Ella Elsewhere")
    sentence, field = refusal(grant, line_manager=elsewhere)
    assert (sentence, field) == (
        SAID.is_not_a_line_manager.format("Ella Elsewhere", "Greater London Authority. Choose someone who is"),
        "line_manager",
    )
    assert refusal(grant, line_manager=programme_manager())[1] == "line_manager"


def test_an_end_before_the_start_is_refused(grant):
    sentence, field = refusal(grant, ends_on=date(2019, 4, 30))
    assert field == "ends_on"
    assert sentence == (SAID.the_last_day_must_be.format("Tuesday 30 April 2019", "Wednesday 1 May 2019"))


def test_a_start_before_the_grant_pays_is_refused(grant):
    assert refusal(grant, starts_on=date(2019, 4, 29)) == (
        SAID.choose_that_day_or_a.format(SAID.the_grant_starts_on.format("Wednesday 1 May 2019")),
        "starts_on",
    )


def test_only_an_agreed_grant_gets_a_placement():
    grant = grant_at(GrantStatus.ACCEPTED)
    assert refusal(grant)[0] == (
        f"The grant {grant} is accepted. You can open a placement after both parties have signed the funding agreement."
    )


def test_a_grant_gets_one_placement(grant):
    opened(grant)
    with pytest.raises(Refused, match="has already been opened for CII-G-2019-001"):
        opened(grant)
    assert Placement.objects.count() == 1


def test_only_a_programme_manager_of_the_programme_and_officers_open_placements(grant):
    stranger = person_with(Role.PROGRAMME_MANAGER, within=other_programme())
    for by in (stranger, lead(grant.organisation), line_manager()):
        with pytest.raises(Refused, match=SAID.only_a_programme_manager_of):
            placements.open_placement(grant, **terms(grant), by=by, at=OPENING)
    assert placements.open_placement(grant, **terms(grant), by=officer(), at=OPENING).pk


def copies(grant, count):
    """Copy an agreed grant with its placement: what counts here is the number of placements, not how they came about."""
    made = []
    for number in range(count):
        twin = Grant.objects.get(pk=grant.pk)
        twin.pk, twin.reference, twin.decision = None, f"CII-G-2019-9{number}", None
        twin.save()
        made.append(twin)
    return made


def test_a_sixth_placement_at_once_is_refused_and_names_the_day(grant):
    five = copies(grant, 5)
    for twin in five:
        opened(twin)
    last = Placement.objects.order_by("pk").last()
    Placement.objects.filter(pk=last.pk).update(starts_on=date(2019, 9, 2))
    with pytest.raises(Refused) as refused:
        opened(grant)
    assert refused.value.field == "starts_on"
    assert refused.value.sentence == (
        SAID.this_would_be_number_choose.format(
            "Greater", "London Authority takes at most 5 placements at once. On Monday 2 September 2019", "6"
        )
    )
    assert opened(grant, ends_on=date(2019, 9, 1)).ends_on == date(2019, 9, 1)


def test_an_ended_placement_leaves_its_place_free(grant):
    programme()
    five = copies(grant, 5)
    for twin in five:
        opened(twin)
    Placement.objects.filter(grant=five[0]).update(status="ended", ended_at=OPENING)
    assert opened(grant).pk


def test_working_days_are_as_many_as_the_days_a_week(grant):
    placement = opened(grant)
    placements.set_working_days(placement, days={"Thursday", "Monday", "Tuesday"}, by=placement.secondee, at=DOING)
    assert fresh(placement).day_names == ["Monday", "Tuesday", "Thursday"]
    with pytest.raises(Refused) as refused:
        placements.set_working_days(placement, days={"Monday"}, by=placement.secondee, at=DOING)
    assert (refused.value.sentence, refused.value.field) == (
        SAID.this_placement_is_for_days.format("3", "3 days, not 1."),
        "days",
    )
    assert fresh(placement).day_names == ["Monday", "Tuesday", "Thursday"]


def test_a_half_day_counts_as_a_day(grant):
    placement = opened(grant)
    Placement.objects.filter(pk=placement.pk).update(days_per_week="2.5")
    placements.set_working_days(fresh(placement), days={"Monday", "Tuesday", "Friday"}, by=line_manager(), at=DOING)
    assert fresh(placement).day_names == ["Monday", "Tuesday", "Friday"]


def test_the_home_manager_does_not_choose_the_days(grant):
    placement = opened(grant)
    with pytest.raises(Refused, match=SAID.a_programme_manager_of_the):
        placements.set_working_days(
            placement, days={"Monday", "Tuesday", "Friday"}, by=placement.home_manager, at=DOING
        )


def test_a_start_names_each_open_step_and_its_owner(grant):
    placement = opened(grant)
    start_steps.record(step_of(placement, "contract"), happened_on=HAPPENED, by=programme_manager(), at=DOING)
    with pytest.raises(Refused) as refused:
        placements.start(placement, by=programme_manager(), at=STARTING)
    organisation = placement.grant.organisation
    assert refused.value.sentence == (
        "This placement cannot start yet. Not complete: "
        "Host's HR screening (Host programme manager of Greater London Authority); "
        f"contract between organisation and host (a lead of {organisation}); "
        f"release arrangements (a lead of {organisation}); "
        "meeting of secondee and line manager (Lionel Line, line manager); "
        "meeting of the two managers (Lionel Line, line manager)."
    )
    assert fresh(placement).status == "preparing"


def test_a_placement_starts_on_its_first_day_in_london_and_not_a_second_before(grant):
    placement = ready(opened(grant))
    with pytest.raises(Refused) as refused:
        placements.start(placement, by=programme_manager(), at=STARTING - timedelta(seconds=1))
    assert refused.value.sentence == SAID.this_placement_starts_on.format(
        "Wednesday 1 May 2019. You can start it from that day"
    )
    placements.start(placement, by=programme_manager(), at=STARTING)
    assert (fresh(placement).status, fresh(placement).started_by) == ("active", programme_manager())


def test_starting_makes_the_grant_active_and_tells_four(grant):
    placement = ready(opened(grant))
    placements.start(placement, by=programme_manager(), at=STARTING)
    grant.refresh_from_db()
    assert grant.status == GrantStatus.ACTIVE
    told = Letter.objects.filter(template="secondments.started").values_list("to_email", flat=True)
    people = [placement.secondee, placement.line_manager, placement.home_manager, lead(grant.organisation)]
    assert sorted(told) == sorted(person.email for person in people)


def test_only_the_hosts_programme_manager_starts_and_ends(grant):
    placement = ready(opened(grant))
    for by in (officer(), placement.line_manager, placement.secondee, lead(grant.organisation)):
        with pytest.raises(Refused, match=SAID.only_a_programme_manager_of_the):
            placements.start(placement, by=by, at=STARTING)
        with pytest.raises(Refused, match=SAID.only_a_programme_manager_of_the_host):
            placements.end(placement, by=by, at=ENDING)


def test_the_end_of_a_placement_is_published_to_every_handler(grant, settings):
    placement = ready(opened(grant))
    placements.start(placement, by=programme_manager(), at=STARTING)
    settings.EVENT_HANDLERS = ["tests.grants.recorder"]
    recorder.heard.clear()
    placements.end(placement, by=programme_manager(), at=ENDING)
    assert recorder.heard == [("placement_ended", placement)]


def test_a_placement_whose_grant_ended_early_cannot_start(grant):
    placement = ready(opened(grant))
    grants.end_early(grant, ended_on=date(2019, 5, 1), reason="She found work.", by=officer(), at=STARTING)
    with pytest.raises(Refused, match="This placement is called off, so “start” is not possible now"):
        placements.start(fresh(placement), by=programme_manager(), at=STARTING)


def test_a_start_happens_once(grant):
    placement = placement_at(PlacementStatus.ACTIVE)
    with pytest.raises(Refused, match="This placement is active, so “start” is not possible now"):
        placements.start(placement, by=programme_manager(), at=ENDING)


def test_a_placement_ends_on_its_last_day_or_later():
    placement = placement_at(PlacementStatus.ACTIVE)
    with pytest.raises(Refused, match="This placement ends on Thursday 30 April 2020"):
        placements.end(placement, by=programme_manager(), at=ENDING - timedelta(days=1))
    placements.end(placement, by=programme_manager(), at=ENDING)
    assert fresh(placement).status == "ended"
    assert Letter.objects.filter(template="secondments.ended").count() == 3


def test_a_placement_whose_grant_ended_early_may_end_sooner():
    placement = placement_at(PlacementStatus.ACTIVE)
    placement.grant.refresh_from_db()
    grants.end_early(
        placement.grant,
        ended_on=date(2019, 9, 30),
        reason="She found work.",
        by=officer(),
        at=datetime(2019, 9, 30, 9, tzinfo=UTC),
    )
    placements.end(fresh(placement), by=programme_manager(), at=datetime(2019, 9, 30, 10, tzinfo=UTC))
    assert fresh(placement).status == "ended"


def test_an_early_end_that_is_still_to_come_ends_no_placement_before_it():
    placement = placement_at(PlacementStatus.ACTIVE)
    placement.grant.refresh_from_db()
    told = datetime(2019, 9, 2, 9, tzinfo=UTC)
    grants.end_early(placement.grant, ended_on=date(2019, 9, 30), reason="She found work.", by=officer(), at=told)
    with pytest.raises(Refused, match="ends on Monday 30 September 2019"):
        placements.end(fresh(placement), by=programme_manager(), at=told)
    assert fresh(placement).status == "active"


def test_nothing_changes_after_the_end():
    placement = placement_at(PlacementStatus.ENDED)
    with pytest.raises(Refused, match=SAID.has_ended_so_you_cannot):
        placements.set_working_days(placement, days={"Monday", "Tuesday", "Friday"}, by=placement.secondee, at=ENDING)


def test_every_owner_of_a_step_is_a_person():
    placement = opened()
    assert {owner_of(step_of(placement, step.kind)) for step in placement.steps.all()} <= set(User.objects.all())


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2019, 4, 1), date(2019, 4, 17)),  # a fortnight before
        (date(2019, 4, 18), date(2019, 4, 25)),  # a week from today
        (date(2019, 4, 27), date(2019, 4, 30)),  # the day before
        (date(2019, 4, 30), date(2019, 4, 30)),
        (date(2019, 5, 6), date(2019, 5, 6)),
    ],
)
def test_steps_leave_a_week_and_are_due_before_the_start(today, due):
    assert placements.steps_due_on(date(2019, 5, 1), today) == due
