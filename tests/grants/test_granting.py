"""Offers answered, grants ended and extended, through the actions."""

from datetime import date
from decimal import Decimal

import pytest

from applications.lifecycle import Status
from core.accounts.models import User
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import extensions, grants
from grants.lifecycle import GRANT, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import Grant
from tests.accounts.factories import OrganisationFactory, editor_of, lead_of
from tests.applications.factories import lead, officer
from tests.grants.factories import (
    ACCEPTING,
    ENDING,
    REPORTING,
    STARTING,
    grant_at,
    paid,
    report_accepted,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def test_accepting_moves_grant_and_application_and_tells_the_officers():
    grant = grant_at(GrantStatus.OFFERED)
    grants.accept(grant, by=lead(grant.organisation), at=ACCEPTING)
    assert grant.status == GrantStatus.ACCEPTED
    assert grant.decision.application.status == Status.ACCEPTED
    letters = Letter.objects.filter(template="grants.offer_accepted")
    officers = User.objects.filter(role_assignments__role="Grants officer")
    assert sorted(letter.to_email for letter in letters) == sorted(person.email for person in officers)


def test_accepting_twice_has_one_effect():
    grant = grant_at(GrantStatus.OFFERED)
    stale = Grant.objects.get(pk=grant.pk)
    by = lead(grant.organisation)
    grants.accept(grant, by=by, at=ACCEPTING)
    grants.accept(stale, by=by, at=STARTING)
    assert Grant.objects.get().accepted_at == ACCEPTING
    assert Letter.objects.filter(template="grants.offer_accepted").count() == 2


def test_declining_keeps_the_reason_and_closes_the_application():
    grant = grant_at(GrantStatus.DECLINED)
    assert (grant.status, grant.declined_reason) == (GrantStatus.DECLINED, "The person has left.")
    assert grant.decision.application.status == Status.OFFER_DECLINED


@pytest.mark.parametrize("answer", [grants.accept, grants.decline])
def test_only_a_lead_of_the_organisation_answers(answer):
    grant = grant_at(GrantStatus.OFFERED)
    for person in (editor_of(grant.organisation), lead_of(OrganisationFactory()), officer()):
        with pytest.raises(Refused) as refusal:
            answer(grant, by=person, at=ACCEPTING)
        assert refusal.value.code == f"grants.{answer.__name__}_grant"
    assert grant_now(grant).status == GrantStatus.OFFERED


def test_an_accepted_offer_is_not_declined():
    grant = grant_at(GrantStatus.ACCEPTED)
    with pytest.raises(Refused):
        grants.decline(grant, by=lead(grant.organisation), at=ACCEPTING)


def test_a_grant_is_closed_when_paid_and_reported_on():
    grant = grant_at(GrantStatus.ACTIVE)
    with pytest.raises(Refused, match=SAID.not_accepted_yet_first_accept.format("2 evaluation reports are")):
        grants.close(grant, by=officer(), at=ENDING)
    for report in grant.reports.all():
        report_accepted(report)
    with pytest.raises(Refused, match=SAID.not_paid_yet_first_pay.format("4 instalments are")):
        grants.close(grant, by=officer(), at=ENDING)
    for instalment in grant.instalments.all():
        paid(instalment)
    grants.close(grant, by=officer(), at=ENDING)
    assert (grant.status, grant.ended_on) == (GrantStatus.CLOSED, date(2020, 4, 30))


@pytest.mark.parametrize("ended_on", [date(2019, 8, 1), date(2019, 9, 30), date(2019, 10, 31)])
def test_ending_early_withholds_what_falls_due_after_the_last_day_not_on_it(ended_on):
    grant = grant_at(GrantStatus.ACTIVE)
    paid(grant.instalments.get(number=1))
    grants.end_early(grant, ended_on=ended_on, reason="She found work.", by=officer(), at=REPORTING)
    assert list(grant.instalments.values_list("due_on", "status")) == [
        (date(2019, 5, 1), InstalmentStatus.PAID),
        (date(2019, 8, 1), InstalmentStatus.SCHEDULED),
        (date(2019, 11, 1), InstalmentStatus.WITHHELD),
        (date(2020, 2, 1), InstalmentStatus.WITHHELD),
    ]


@pytest.mark.parametrize("ended_on", [date(2019, 4, 30), date(2020, 4, 30)])
def test_a_grant_ends_early_between_its_first_and_its_last_day(ended_on):
    grant = grant_at(GrantStatus.ACTIVE)
    with pytest.raises(Refused) as refusal:
        grants.end_early(grant, ended_on=ended_on, reason="-", by=officer(), at=REPORTING)
    assert refusal.value.field == "last_on"


def test_an_extension_is_costed_by_the_same_engine_without_backfill_and_fee():
    grant = grant_at(GrantStatus.ACTIVE)
    variation = extensions.extend(grant, to_on=date(2020, 10, 31), reason="More to do.", by=officer(), at=REPORTING)
    # 32,000 × 3/5 × 6/12 = 9,600.00 and (39,501 − 32,000) × 3/5 × 6/12 = 2,250.30
    assert [(line.kind, line.amount) for line in variation.lines.all()] == [
        ("salary", Decimal("9600.00")),
        ("enhancement", Decimal("2250.30")),
    ]
    assert (variation.total, grant.total, grant.ends_on) == (
        Decimal("11850.30"),
        Decimal("41550.90"),
        date(2020, 10, 31),
    )
    assert sum(grant.lines.values_list("amount", flat=True)) == grant.total
    assert sum(grant.instalments.values_list("amount", flat=True)) == grant.total
    assert list(grant.instalments.values_list("number", "due_on"))[4:] == [(5, date(2020, 5, 1)), (6, date(2020, 8, 1))]
    assert list(grant.reports.values_list("number", "due_on"))[1:] == [(2, date(2020, 5, 30)), (3, date(2020, 11, 30))]


@pytest.mark.parametrize(
    ("to_on", "sentence"),
    [
        (date(2020, 4, 30), SAID.the_grant_ends_on_enter.format("Thursday 30 April 2020")),
        (
            date(2021, 5, 1),
            SAID.the_longest_extension_is_months.format("12", "Friday 30 April 2021"),
        ),
    ],
)
def test_an_extension_is_later_and_at_most_twelve_months(to_on, sentence):
    grant = grant_at(GrantStatus.ACTIVE)
    with pytest.raises(Refused) as refusal:
        extensions.extend(grant, to_on=to_on, reason="More to do.", by=officer(), at=REPORTING)
    assert (refusal.value.field, refusal.value.sentence) == ("last_on", sentence)


def test_a_grant_is_extended_once():
    grant = grant_at(GrantStatus.ACTIVE)
    stale = Grant.objects.get(pk=grant.pk)
    extensions.extend(grant, to_on=date(2020, 10, 31), reason="More to do.", by=officer(), at=REPORTING)
    with pytest.raises(Refused, match=SAID.this_grant_has_already_been):
        extensions.extend(grant, to_on=date(2020, 12, 31), reason="Still more.", by=officer(), at=REPORTING)
    with pytest.raises(Refused):
        extensions.extend(stale, to_on=date(2020, 10, 31), reason="Pressed twice.", by=officer(), at=REPORTING)
    assert grant_now(grant).total == Decimal("41550.90")


def test_an_extension_after_the_last_report_asks_for_one_more():
    grant = grant_at(GrantStatus.ACTIVE)
    for report in grant.reports.all():
        report_accepted(report)
    extensions.extend(grant, to_on=date(2020, 10, 31), reason="More to do.", by=officer(), at=REPORTING)
    third = grant.reports.get(number=3)
    assert (third.covers_from_on, third.covers_to_on, third.due_on, third.status) == (
        date(2020, 5, 1),
        date(2020, 10, 31),
        date(2020, 11, 30),
        ReportStatus.DUE,
    )


STEPS = {
    "accept": lambda grant: grants.accept(grant, by=lead(grant.organisation), at=ACCEPTING),
    "decline": lambda grant: grants.decline(grant, by=lead(grant.organisation), at=ACCEPTING),
    "activate": lambda grant: grants.activate(grant, by=officer(), at=STARTING),
    "end_early": lambda grant: grants.end_early(
        grant, ended_on=date(2019, 9, 30), reason="-", by=officer(), at=REPORTING
    ),
}


@pytest.mark.parametrize("status", list(GrantStatus))
def test_every_step_moves_from_where_it_may_and_changes_nothing_elsewhere(status):
    grant = grant_at(status)
    for step, take in STEPS.items():
        row = grant_now(grant)
        if GRANT.allows(row, step) or row.status == GRANT.steps[step].target:
            continue
        with pytest.raises(Refused):
            take(row)
        assert grant_now(grant).status == status


def grant_now(grant) -> Grant:
    return Grant.objects.get(pk=grant.pk)
