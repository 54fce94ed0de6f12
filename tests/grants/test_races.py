"""Pressed at once by several people, on PostgreSQL with connections of their own: one effect."""

import pytest

from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import agreements, decisions, instalments
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Decision, Grant, Instalment
from tests.applications.factories import lead, officer
from tests.grants.factories import (
    PAYING,
    RELEASING,
    SIGNING,
    confirmed,
    director,
    finance,
    grant_at,
    instalment_at,
    prepared,
)
from tests.races.at_once import all_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


def test_a_decision_released_by_eight_at_once_is_one_grant_and_one_set_of_letters():
    decision, by = confirmed(), officer()
    rows = [Decision.objects.select_related("application").get(pk=decision.pk) for _ in range(AT_ONCE)]
    before = Letter.objects.count()
    answers = all_at_once(*(lambda row=row: decisions.release(row, by=by, at=RELEASING) for row in rows))
    assert answers == [Grant.objects.get()] * AT_ONCE
    people = decision.application.organisation.memberships.count() + 1
    assert Letter.objects.count() == before + people


def test_an_instalment_paid_by_eight_at_once_is_paid_once():
    instalment, by = instalment_at(InstalmentStatus.APPROVED), finance()
    rows = [Instalment.objects.select_related("grant").get(pk=instalment.pk) for _ in range(AT_ONCE)]
    presses = [
        lambda row=row, number=number: instalments.pay(row, payment_reference=f"BACS {number}", by=by, at=PAYING)
        for number, row in enumerate(rows)
    ]
    assert all_at_once(*presses) == [None] * AT_ONCE
    assert {row.payment_reference for row in rows} == {Instalment.objects.get(pk=instalment.pk).payment_reference}
    assert Letter.objects.filter(template="grants.payment_made").count() == 1


def test_both_signing_at_once_agree_the_grant_once():
    grant = grant_at(GrantStatus.ACCEPTED)
    agreement = prepared(grant)
    people = [lead(grant.organisation), director()]
    rows = [type(agreement).objects.select_related("grant").get(pk=agreement.pk) for _ in people]
    presses = [
        lambda row=row, by=by: agreements.sign(row, name_typed=by.name, by=by, at=SIGNING)
        for row, by in zip(rows, people, strict=True)
    ]
    answers = all_at_once(*presses)
    assert sorted(answer.party for answer in answers) == ["funder", "organisation"]
    grant = Grant.objects.get()
    assert (grant.status, grant.instalments.count(), grant.reports.count()) == (GrantStatus.AGREED, 4, 2)


def test_prepared_anew_while_somebody_signs_the_hash_is_of_what_is_kept():
    grant = grant_at(GrantStatus.ACCEPTED)
    agreement = prepared(grant)
    by = lead(grant.organisation)
    shown = agreement.sha256
    stale = Grant.objects.get(pk=grant.pk)
    answers = all_at_once(
        lambda: agreements.sign(agreement, name_typed=by.name, shown_sha256=shown, by=by, at=SIGNING),
        lambda: agreements.prepare(stale, by=officer(), at=PAYING),
    )
    kept = type(agreement).objects.get()
    signatures = list(kept.signatures.values_list("sha256", flat=True))
    assert signatures in ([], [kept.sha256])
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
