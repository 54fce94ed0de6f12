"""A role counts in its own programme: the staff of another see nothing, do nothing and get no email."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.accounts.models import Programme, User
from core.accounts.roles import Role
from core.governance.models import Meeting
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from grants import reminders, work_queue
from grants.actions import decisions, grants
from grants.lifecycle import DecisionStatus, GrantStatus, ReportStatus
from grants.models import (
    Agreement,
    BudgetLine,
    Decision,
    EvaluationReport,
    Funder,
    Grant,
    Instalment,
    Signature,
    Variation,
)
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.factories import lead, officer, programme
from tests.grants.factories import (
    ACCEPTING,
    ENDING,
    PAYING,
    RECORDING,
    committee_member,
    decision_at,
    director,
    finance,
    grant_at,
    report_at,
    second_officer,
)

pytestmark = pytest.mark.django_db
NOUNS: tuple[type[Any], ...] = (
    Agreement,
    BudgetLine,
    Meeting,
    Decision,
    EvaluationReport,
    Funder,
    Grant,
    Instalment,
    Signature,
    Variation,
)
STAFF = (Role.OFFICER, Role.DIRECTOR, Role.FINANCE, Role.COMMITTEE)


@pytest.fixture
def another() -> Programme:
    body = OrganisationFactory(name="Another City")
    figures = {"fewest_placements": 1, "most_placements": 2}
    return Programme.objects.create(
        name="Another", slug="another", reference_prefix="ANO", funder=body, host=body, **figures
    )


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def with_everything() -> Grant:
    grant = grant_at(GrantStatus.ENDED_EARLY)
    Funder.objects.create(programme=programme(), organisation=programme().funder)
    Variation.objects.create(
        grant=grant, from_on="2020-05-01", to_on="2020-10-31", total=1, reason="More.", recorded_at=ENDING
    )
    return grant


@pytest.mark.parametrize("role", STAFF)
def test_staff_of_another_programme_see_no_row(role, another):
    with_everything()
    stranger = person_with(role, within=another)
    for noun in NOUNS:
        assert noun.objects.exists(), noun
        assert not visible(noun, stranger).exists(), noun


def test_the_programmes_own_staff_see_what_their_work_is():
    with_everything()
    seen = {
        "officer": {noun for noun in NOUNS if visible(noun, officer()).exists()},
        "director": {noun for noun in NOUNS if visible(noun, director()).exists()},
        "finance": {noun for noun in NOUNS if visible(noun, finance()).exists()},
        "committee": {noun for noun in NOUNS if visible(noun, committee_member()).exists()},
    }
    assert seen == {
        "officer": set(NOUNS),
        "director": set(NOUNS),
        "finance": set(NOUNS) - {Meeting, Decision, EvaluationReport},
        "committee": set(NOUNS) - {Agreement, BudgetLine, Signature},
    }


def test_the_organisation_sees_its_own_and_no_more():
    grant = with_everything()
    member = lead(grant.organisation)
    assert {noun for noun in NOUNS if visible(noun, member).exists()} == set(NOUNS) - {Meeting, Funder}
    member.is_active = False
    member.save()
    assert not any(visible(noun, again(member)).exists() for noun in NOUNS)


@pytest.mark.parametrize("role", STAFF)
def test_nothing_waits_for_staff_of_another_programme(role, another):
    stranger = person_with(role, within=another)
    decision_at(DecisionStatus.RECORDED)
    decision_at(DecisionStatus.CONFIRMED)
    grant_at(GrantStatus.ACCEPTED)
    report_at(ReportStatus.SUBMITTED)
    assert list(work_queue.items(again(stranger), PAYING)) == []
    assert list(work_queue.items(again(person_with(Role.OFFICER)), PAYING)) != []


def test_an_officer_of_another_programme_decides_nothing(another):
    decision = decision_at(DecisionStatus.RECORDED)
    with pytest.raises(Refused) as refusal:
        decisions.confirm(decision, by=person_with(Role.OFFICER, within=another), at=RECORDING)
    assert refusal.value.code == "grants.confirm_decision"


def test_officers_of_another_programme_get_no_email(another):
    stranger = person_with(Role.OFFICER, Role.DIRECTOR, within=another)
    grant = grant_at(GrantStatus.OFFERED)
    grants.accept(grant, by=lead(grant.organisation), at=ACCEPTING)
    report_at(ReportStatus.SUBMITTED)
    assert Letter.objects.filter(template="grants.offer_accepted", to_email=officer().email).exists()
    assert not Letter.objects.filter(to_email=stranger.email).exists()
    due = reminders.due(ENDING + timedelta(days=7))
    told = {reminder.to for reminder in due if reminder.template == "grants.report_overdue"}
    assert told == {officer(), second_officer()}
