"""What the committee decides: quorum, visit, another post, the reserve list; by two people; released as one."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.actions import applications
from applications.lifecycle import Status
from applications.models import Interest, Post
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import seals
from core.governance.actions import meetings
from core.governance.models import Body, Seat
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import decisions
from grants.lifecycle import DecisionStatus
from grants.models import Decision, Grant
from tests.accounts.factories import person_with
from tests.applications.factories import application_at, lead, officer, programme
from tests.applications.panel import viewed
from tests.grants import factories
from tests.grants.factories import MEETING, RECORDING, RELEASING, confirmed, director, recorded, second_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RELEASING, tick=False):
        yield


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value


def award(application, **facts):
    return recorded(application, outcome="award", **facts)


def with_members(*names, quorum):
    """The meeting with these members present."""
    meeting = factories.meeting()
    meeting.quorum = quorum
    meeting.save()
    body = Body.objects.committee_of(programme())
    people = [person_with(Role.COMMITTEE, name=name) for name in names]
    seats = [Seat.objects.create(body=body, person=one, from_on=MEETING) for one in people]
    meetings.record_attendance(meeting, present=seats, by=officer(), at=RECORDING)
    return meeting, people


# --- quorum ---


def test_nothing_is_decided_without_the_quorum():
    application = application_at(Status.SHORTLISTED)
    with_members("Mina", quorum=2)
    assert refusal(recorded, application, outcome="decline").code == "no_quorum"


def test_whoever_declared_a_conflict_is_not_counted_for_that_application():
    application, other = application_at(Status.SHORTLISTED), application_at(Status.SHORTLISTED)
    _, (mina, _) = with_members("Mina", "Noor", quorum=2)
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": RECORDING}
    Interest.objects.update_or_create(application=application, person=mina, defaults=facts)
    refused = refusal(recorded, application, outcome="decline")
    assert (refused.field, refused.code) == ("meeting", "no_quorum")
    assert "1 member stepped out" in refused.sentence
    assert recorded(other, outcome="decline").status == DecisionStatus.RECORDED


# --- what each outcome says ---


def test_an_award_wants_the_visit_held_or_a_reason():
    application = application_at(Status.SHORTLISTED)
    assert refusal(award, application, without_visit=" ").field == "without_visit"
    assert award(application).without_visit == factories.UNVISITED


def test_another_post_than_the_one_applied_for_wants_a_reason():
    application = application_at(Status.SHORTLISTED)
    other = Post.objects.create(call=application.call, job_title="Ceremonies Adviser", grade="Grade 7")
    assert refusal(award, application, post=other).field == "fit"
    assert refusal(award, application, post=other, fit="Ran ceremonies.").field == "answer_by_on"
    facts = {"fit": "Ran ceremonies.", "answer_by_on": factories.ANSWER_BY}
    assert award(application, post=other, **facts).fit == "Ran ceremonies."


def test_the_reserve_list_has_places_and_each_is_given_once():
    first = application_at(Status.SHORTLISTED)
    second = application_at(Status.SHORTLISTED, call=first.call)
    assert refusal(recorded, first, outcome="reserve", rank=None).field == "rank"
    assert recorded(first, outcome="reserve", rank=1).rank == 1
    assert refusal(recorded, second, outcome="reserve", rank=1).field == "rank"
    assert recorded(second, outcome="reserve", rank=2).rank == 2


def test_who_is_next_on_the_reserve_list_is_proposed_when_an_offer_is_declined(client):
    offered = application_at(Status.SHORTLISTED)
    later, sooner = (application_at(Status.SHORTLISTED, call=offered.call) for _ in range(2))
    for application, rank in ((later, 2), (sooner, 1)):
        decision = confirmed(application, outcome="reserve", rank=rank)
        decisions.release(decision, by=director(), at=RELEASING)
    client.force_login(officer())
    address = "/admin/grants/decision/add/"
    assert "Record that it moves up" not in client.get(address).content.decode()
    factories.grant_at("declined", application=offered)
    page = client.get(address).content.decode()
    assert page.count("Record that it moves up") == 1
    assert f"?application={sooner.pk}&amp;outcome=award" in page
    form = client.get(f"{address}?application={sooner.pk}&outcome=award").content.decode()
    assert form.count("checked") == 1
    at = factories.ACCEPTING + timedelta(hours=1)
    decisions.record(
        sooner,
        meeting=factories.meeting(),
        outcome="award",
        reasons="Next.",
        by=officer(),
        at=at,
        **factories.AWARD,
        post=sooner.post,
    )
    assert "Record that it moves up" not in client.get(address).content.decode()


# --- nobody confirms what they recorded ---


def is_refused(decision, by):
    return refusal(decisions.confirm, decision, by=by, at=RECORDING).code == "grants.confirm_decision"


def test_nobody_confirms_what_they_recorded_in_either_of_two_roles():
    officer().role_assignments.create(role=Role.DIRECTOR, programme=programme())
    assert is_refused(recorded(), User.objects.get(pk=officer().pk))


def test_a_role_gained_after_recording_confirms_nothing():
    decision = recorded()
    officer().role_assignments.create(role=Role.DIRECTOR, programme=programme())
    assert is_refused(decision, User.objects.get(pk=officer().pk))


def test_no_management_command_confirms():
    folder = Path(settings.BASE_DIR, "cii", "management", "commands")
    assert [path.name for path in folder.glob("*.py") if "grants.actions" in path.read_text()] == []


def test_an_action_on_many_rows_of_the_list_passes_over_what_nobody_confirmed(client):
    decision = recorded()
    client.force_login(officer())
    chosen_rows = {"action": "release_together", "_selected_action": [decision.pk], "together": "yes"}
    client.post(reverse("admin:grants_decision_changelist"), chosen_rows)
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.RECORDED


def test_an_edit_after_confirming_past_every_action_is_refused_or_found():
    decision = confirmed()
    try:
        with transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(reasons="Others.")
    except IntegrityError:  # PostgreSQL refuses it
        return
    assert len(list(seals.breaches())) == 1


def test_a_superuser_confirms_nothing():
    decision = recorded()
    assert is_refused(decision, User.objects.create_superuser("root@example.org", "x"))


def test_a_superuser_who_recorded_as_an_officer_confirms_nothing():
    person = officer()
    decision = recorded()
    person.is_superuser = True
    person.save()
    assert is_refused(decision, User.objects.get(pk=person.pk))


def test_two_tabs_and_a_forged_field_confirm_nothing(client):
    decision = recorded()
    client.force_login(officer())
    address = f"/admin/grants/decision/{decision.pk}/steps/confirm/"
    client.post(address)
    client.post(address, {"status": "confirmed", "confirmed_by": second_officer().pk})
    client.post(f"/admin/grants/decision/{decision.pk}/change/", {"status": "confirmed"})
    decision.refresh_from_db()
    assert (decision.status, decision.confirmed_by) == (DecisionStatus.RECORDED, None)


def test_the_page_of_the_meeting_confirms_nothing_of_ones_own(client):
    mine, theirs = (
        recorded(),
        decisions.record(
            viewed(application_at(Status.SHORTLISTED)),
            meeting=factories.meeting(),
            outcome="decline",
            reasons="Others were stronger.",
            by=second_officer(),
            at=RECORDING,
        ),
    )
    client.force_login(officer())
    client.post(page_of_meeting(), {"act": "confirm", "decision": [mine.pk, theirs.pk]})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == (DecisionStatus.RECORDED, DecisionStatus.CONFIRMED)


def test_what_is_confirmed_is_not_edited_afterwards():
    decision = confirmed()
    assert refusal(decisions.confirm, decision, by=officer(), at=RELEASING).code == "grants.confirm_decision"
    assert refusal(recorded, decision.application, outcome="decline").code == "decision_pending"


# --- several on one page ---


def page_of_meeting():
    return reverse("admin:grants_decision_meeting", args=[factories.meeting().pk])


def chosen(application, outcome, **facts):
    terms = {"reasons": "As the committee said.", **facts}
    if outcome == "award":
        terms |= {"post": application.post_id, "days_per_week": "3", "months": "12", "starts_on": "2019-05-01"}
    return {f"application-{application.pk}-{name}": value for name, value in {"outcome": outcome, **terms}.items()}


def test_before_its_day_the_page_says_from_when_decisions_are_recorded(client, time_machine):
    viewed(application_at(Status.SHORTLISTED))
    address, sentence = page_of_meeting(), "You can record its decisions from that day."
    client.force_login(officer())
    assert sentence not in client.get(address).text
    time_machine.move_to(RECORDING - timedelta(days=20), tick=False)
    assert sentence in client.get(address).text


def test_several_are_recorded_at_once_and_a_refused_one_keeps_what_was_typed(client):
    one, two, three = (viewed(application_at(Status.SHORTLISTED)) for _ in range(3))
    client.force_login(officer())
    sent = {**chosen(one, "decline"), **chosen(two, "award"), **chosen(three, "", reasons="Not yet.")}
    page = client.post(page_of_meeting(), {"act": "record", **sent}).content.decode()
    assert list(Decision.objects.values_list("application", "outcome")) == [(one.pk, "decline")]
    assert "No assessment visit was held" in page
    assert "As the committee said." in page
    assert "Not yet." in page


def test_whoever_decides_second_is_told(client):
    application, other = (viewed(application_at(Status.SHORTLISTED)) for _ in range(2))
    factories.meeting()
    decisions.record(
        application,
        meeting=factories.meeting(),
        outcome="decline",
        reasons="Others were stronger.",
        by=second_officer(),
        at=RECORDING,
    )
    client.force_login(officer())
    sent = {"act": "record", **chosen(application, "defer"), **chosen(other, "defer")}
    page = client.post(page_of_meeting(), sent, follow=True).content.decode()
    assert "Another person has just recorded a decision" in page
    assert application.decisions.get().outcome == "decline"
    assert other.decisions.get().outcome == "defer"


def test_the_page_shows_every_email_and_releases_all_of_them(client):
    given, declined = confirmed(), confirmed(outcome="decline")
    client.force_login(director())
    page = client.get(page_of_meeting()).content.decode()
    assert page.count("To the members of") == 2
    client.post(page_of_meeting(), {"act": "release", "decision": [given.pk, declined.pk]})
    assert set(Decision.objects.values_list("status", flat=True)) == {"released"}
    assert Letter.objects.filter(template__in=["grants.decision_award", "grants.decision_decline"]).count() == 2


def test_what_was_confirmed_after_the_page_was_shown_is_not_released(client):
    shown, later = confirmed(), confirmed(outcome="decline")
    client.force_login(director())
    client.post(page_of_meeting(), {"act": "release", "decision": [shown.pk]})
    later.refresh_from_db()
    assert later.status == DecisionStatus.CONFIRMED


def test_all_are_released_or_none():
    given, declined = confirmed(), confirmed(outcome="decline")
    member = director()
    facts = {"has_conflict": True, "explanation": "A friend.", "declared_at": RELEASING}
    Interest.objects.update_or_create(application=declined.application, person=member, defaults=facts)
    refused = refusal(decisions.release_all, [given, declined], by=member, at=RELEASING)
    assert str(declined.application) in refused.sentence
    given.refresh_from_db()
    assert (given.status, Grant.objects.count()) == (DecisionStatus.CONFIRMED, 0)
    assert not Letter.objects.filter(template__startswith="grants.decision_").exists()


def test_a_decision_on_what_was_withdrawn_meanwhile_is_dropped_and_releases_nothing():
    decision = confirmed()
    application = decision.application
    applications.withdraw(
        application, reason="", by=lead(application.organisation), at=RELEASING + timedelta(minutes=1)
    )
    refused = refusal(decisions.release_all, [decision], by=director(), at=RELEASING + timedelta(minutes=2))
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.DROPPED
    assert str(application) in refused.sentence
