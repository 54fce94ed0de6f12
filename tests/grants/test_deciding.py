"""Decisions of the Grants Committee, through the actions."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Interest, Post
from applications.rules.joint_views import APART, why_unsettled
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import decisions
from grants.lifecycle import DecisionStatus, GrantStatus
from grants.models import Decision, Grant
from grants.visibility import who_may_confirm
from tests.accounts.factories import UserFactory, lead_of, person_with
from tests.applications.factories import application_at, officer
from tests.applications.panel import both_views, resolve, viewed
from tests.grants import factories
from tests.grants.factories import ANSWER_BY, AWARD, RECORDING, RELEASING, confirmed, recorded, second_officer
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def record(application, *, by=None, at=RECORDING, outcome="award", **facts):
    terms = {"post": application.post, **AWARD} if outcome == "award" else {}
    given = {"meeting": factories.meeting(), "reasons": "Strong.", **terms, **facts}
    return decisions.record(viewed(application), outcome=outcome, by=by or officer(), at=at, **given)


def test_an_award_says_post_days_months_and_start():
    application = application_at(Status.SHORTLISTED)
    decision = record(application)
    assert (decision.post, decision.days_per_week, decision.months, decision.starts_on) == (
        application.post,
        Decimal(3),
        12,
        date(2019, 5, 1),
    )
    assert decision.status == DecisionStatus.RECORDED
    assert application_is(application) == Status.SHORTLISTED


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"post": None}, "post", SAID.choose_the_post_offered),
        ({"days_per_week": None}, "days_per_week", SAID.enter_the_days_a_week_like),
        ({"months": None}, "months", SAID.enter_the_number_of_months),
        ({"starts_on": None}, "starts_on", SAID.enter_the_day_on_which),
        (
            {"days_per_week": Decimal(2)},
            "days_per_week",
            SAID.days_a_week_must_be.format("3", "5", "2"),
        ),
        ({"months": 13}, "months", SAID.this_call_s_term_is.format("12", "12")),
        (
            {"starts_on": date(2019, 4, 9)},
            "starts_on",
            SAID.the_start_must_be_after_the.format("Tuesday 9 April 2019"),
        ),
        ({"reasons": "  "}, "reasons", SAID.enter_the_reasons_the_organisation),
    ],
)
def test_what_the_call_does_not_allow_is_refused_at_its_field(facts, field, sentence):
    application = application_at(Status.SHORTLISTED)
    with pytest.raises(Refused) as refusal:
        record(application, **facts)
    assert (refusal.value.field, refusal.value.sentence) == (field, sentence)
    assert Decision.objects.count() == 0


def test_an_award_to_a_body_that_is_not_known_well_enough_names_what_is_missing_and_who_can_give_it():
    application = application_at(Status.SHORTLISTED)
    organisation = application.organisation
    lead = lead_of(organisation)
    organisation.legal_form, organisation.has_no_number, organisation.address = "", False, ""
    organisation.save()
    with pytest.raises(Refused) as refusal:
        record(application)
    assert (refusal.value.code, refusal.value.field) == ("organisation_incomplete", "outcome")
    for word in ("legal form", "register number", "address", lead.name, organisation.name):
        assert word in refusal.value.sentence
    assert record(application, outcome="decline").outcome == "decline"


def test_a_post_of_another_call_is_not_offered():
    application = application_at(Status.SHORTLISTED)
    other = application_at(Status.DRAFT).post
    with pytest.raises(Refused, match=SAID.choose_one_of_this_call):
        record(application, post=other)


def test_another_post_of_the_same_call_may_be_offered():
    application = application_at(Status.SHORTLISTED)
    other = Post.objects.create(call=application.call, job_title="Policy Officer", grade="Grade 8", purpose="-")
    assert record(application, post=other, fit="She has led policy work.", answer_by_on=ANSWER_BY).post == other


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.OFFERED, Status.UNSUCCESSFUL, Status.WITHDRAWN])
def test_only_a_shortlisted_application_or_one_in_reserve_is_decided_on(status):
    application = application_at(status)
    with pytest.raises(Refused) as refusal:
        record(application)
    label = application.get_status_display()
    wanted = SAID.shortlisted_or_on_the_reserve
    assert refusal.value.sentence == SAID.is_this_decision_needs_an.format(application, label, wanted)


def test_one_in_reserve_may_be_awarded_but_not_put_in_reserve_again():
    application = application_at(Status.SHORTLISTED)
    decision = confirmed(application, outcome="reserve")
    decisions.release(decision, by=officer(), at=RELEASING)
    application.refresh_from_db()
    with pytest.raises(Refused):
        record(application, outcome="reserve", rank=9)
    assert record(application).outcome == "award"


@pytest.mark.parametrize("outcome", ["award", "decline", "reserve", "defer"])
def test_no_decision_is_recorded_before_both_sides_have_recorded_their_views(outcome):
    application = application_at(Status.SHORTLISTED)
    terms = {"rank": 1} if outcome == "reserve" else {}
    facts = {"meeting": factories.meeting(), "outcome": outcome, "reasons": "Strong.", **terms}
    facts |= {"post": application.post, **AWARD} if outcome == "award" else {}
    with pytest.raises(Refused) as refusal:
        decisions.record(application, **facts, by=officer(), at=RECORDING)
    assert (refusal.value.code, refusal.value.field) == ("views_unsettled", "outcome")
    assert refusal.value.fact == why_unsettled(application)
    both_views(application, host="decline", resolved=False)
    with pytest.raises(Refused) as refusal:
        decisions.record(application, **facts, by=officer(), at=RECORDING)
    assert refusal.value.fact == APART
    resolve(application)
    assert decisions.record(application, **facts, by=officer(), at=RECORDING).outcome == outcome


def test_a_second_decision_waits_for_the_first():
    application = application_at(Status.SHORTLISTED)
    record(application)
    with pytest.raises(Refused, match=SAID.a_decision_on_has_already.format(application)):
        record(application, outcome="decline")


def test_a_dropped_decision_makes_room_for_another():
    application = application_at(Status.SHORTLISTED)
    decisions.drop(record(application), by=officer(), at=RECORDING)
    assert record(application, outcome="decline").status == DecisionStatus.RECORDED


def test_a_meeting_that_is_still_to_come_has_decided_nothing():
    ahead = factories.meeting(date(2019, 4, 10))
    with pytest.raises(Refused, match=SAID.the_committee_meets_on.format("Wednesday 10 April 2019")):
        record(application_at(Status.SHORTLISTED), meeting=ahead)


def test_a_meeting_just_past_midnight_in_london_is_today():
    night = datetime(2019, 4, 9, 23, 30, tzinfo=UTC)  # half past midnight on the 10th in London
    meeting = factories.meeting(date(2019, 4, 10))
    assert record(application_at(Status.SHORTLISTED), meeting=meeting, at=night).meeting == meeting


def test_terms_belong_to_awards_only():
    application = application_at(Status.SHORTLISTED)
    decision = record(application, outcome="decline", post=application.post, **AWARD, conditions="None")
    assert (decision.post, decision.days_per_week, decision.months, decision.starts_on, decision.conditions) == (
        None,
        None,
        None,
        None,
        "",
    )


def test_who_recorded_a_decision_does_not_confirm_it():
    decision = recorded()
    with pytest.raises(Refused) as refusal:
        decisions.confirm(decision, by=officer(), at=RECORDING)
    assert refusal.value.code == "grants.confirm_decision"
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.RECORDED


def test_a_superuser_is_no_way_round():
    by = officer()
    by.is_superuser = True
    by.save()
    decision = recorded()
    with pytest.raises(Refused) as refusal:
        decisions.confirm(decision, by=User.objects.get(pk=by.pk), at=RECORDING)
    assert refusal.value.code == "grants.confirm_decision"
    without_role = UserFactory(is_superuser=True)
    with pytest.raises(Refused) as refusal:
        decisions.confirm(decision, by=without_role, at=RECORDING)
    assert refusal.value.code == "grants.confirm_decision"


def test_the_database_refuses_one_person_for_both():
    decision = recorded()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(
            status="confirmed", confirmed_by=decision.recorded_by, confirmed_at=RECORDING
        )


def test_a_member_of_the_applying_organisation_decides_nothing():
    application = application_at(Status.SHORTLISTED)
    both = person_with(Role.OFFICER)
    lead_of(application.organisation).memberships.update(person=both)
    with pytest.raises(Refused) as refusal:
        record(application, by=both)
    assert refusal.value.code == "grants.add_decision"
    decision = record(application)
    with pytest.raises(Refused) as refusal:
        decisions.confirm(decision, by=both, at=RECORDING)
    assert refusal.value.code == "grants.confirm_decision"


def test_who_declared_a_conflict_decides_nothing():
    application = application_at(Status.SHORTLISTED)
    conflicted = second_officer()
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": RECORDING}
    Interest.objects.update_or_create(application=application, person=conflicted, defaults=facts)
    decision = record(application)
    with pytest.raises(Refused) as refusal:
        decisions.confirm(decision, by=conflicted, at=RECORDING)
    assert refusal.value.code == "grants.confirm_decision"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.COMMITTEE, Role.FUNDER_ASSESSOR, Role.ADMINISTRATOR])
def test_only_the_office_deals_with_decisions(role):
    with pytest.raises(Refused) as refusal:
        record(application_at(Status.SHORTLISTED), by=person_with(role))
    assert refusal.value.code == "grants.add_decision"


def test_a_recorded_decision_is_not_released():
    decision = recorded()
    with pytest.raises(Refused):
        decisions.release(decision, by=officer(), at=RELEASING)
    assert Grant.objects.count() == 0


def test_a_released_award_is_a_grant_with_its_budget_as_rows():
    grant = decisions.release(confirmed(), by=officer(), at=RELEASING)
    assert (grant.reference, grant.status, grant.total) == ("CII-G-2019-001", GrantStatus.OFFERED, Decimal("29700.60"))
    assert (grant.starts_on, grant.ends_on) == (date(2019, 5, 1), date(2020, 4, 30))
    assert [(line.kind, line.amount) for line in grant.lines.all()] == [
        ("salary", Decimal("19200.00")),
        ("enhancement", Decimal("4500.60")),
        ("backfill", Decimal("1000.00")),
        ("management_fee", Decimal("5000.00")),
    ]
    assert application_is(grant.decision.application) == Status.OFFERED
    assert list(grant.instalments.all()) == []


def test_releasing_twice_has_one_effect_and_shows_the_first():
    decision = confirmed()
    stale = Decision.objects.get(pk=decision.pk)
    first = decisions.release(decision, by=officer(), at=RELEASING)
    letters = Letter.objects.count()
    assert decisions.release(stale, by=second_officer(), at=RELEASING) == first
    assert (Grant.objects.count(), Letter.objects.count()) == (1, letters)
    assert Decision.objects.get().released_by == officer()


@pytest.mark.parametrize(
    ("outcome", "status", "subject", "to_secondee"),
    [
        (
            "award",
            Status.OFFERED,
            SAID.you_are_offered_a_grant.format("CII-2019-001"),
            SAID.has_been_offered_a_grant.format("{organisation}"),
        ),
        (
            "decline",
            Status.UNSUCCESSFUL,
            "The decision on application CII-2019-001",
            SAID.the_decision_on_the_application,
        ),
        (
            "reserve",
            Status.RESERVE,
            "Application CII-2019-001 is on the reserve list",
            SAID.the_application_that_proposes_you,
        ),
        (
            "defer",
            Status.SHORTLISTED,
            "The decision on application CII-2019-001 will come later",
            SAID.the_decision_on_the_application_that,
        ),
    ],
)
def test_each_outcome_tells_organisation_and_secondee(outcome, status, subject, to_secondee):
    decision = confirmed(outcome=outcome)
    before = set(Letter.objects.values_list("pk", flat=True))
    decisions.release(decision, by=officer(), at=RELEASING)
    application = decision.application
    assert application_is(application) == status
    letters = Letter.objects.exclude(pk__in=before)
    members = [row.person.email for row in application.organisation.memberships.all()]
    told = {letter.to_email: letter.subject for letter in letters}
    secondee = application.candidates.get().email
    wanted = dict.fromkeys(members, subject)
    assert told == {**wanted, secondee: to_secondee.format(organisation=application.organisation)}
    bodies = {letter.to_email: letter.body for letter in letters}
    assert all("Strong on every criterion." in bodies[email] for email in members)
    assert "Strong on every criterion." not in bodies[secondee]
    assert "£" not in bodies[secondee]


def test_what_happened_to_a_decision_can_be_read():
    decision = confirmed()
    decisions.release(decision, by=officer(), at=RELEASING)
    assert [(entry.event, entry.by.name) for entry in trail.history(decision)] == [
        ("decision recorded", "Olive Officer"),
        ("decision confirmed", "Oscar Officer"),
        ("decision released", "Olive Officer"),
    ]


def application_is(application) -> str:
    application.refresh_from_db()
    return application.status


def test_whoever_recorded_a_decision_reads_who_else_may_confirm_it(client):
    decision = recorded()
    other, conflicted = second_officer(), person_with(Role.DIRECTOR, name="Dora")
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": RECORDING}
    Interest.objects.update_or_create(application=decision.application, person=conflicted, defaults=facts)
    others = who_may_confirm(decision)
    assert (other in others, conflicted in others, decision.recorded_by in others) == (True, False, False)
    assert all(person.has_perm("grants.confirm_decision", decision) for person in others)
    client.force_login(decision.recorded_by, backend="core.accounts.sign_in.SignIn")
    page = client.get(reverse("admin:grants_decision_change", args=[decision.pk])).text
    assert " or ".join(str(person) for person in others) in " ".join(page.split())
