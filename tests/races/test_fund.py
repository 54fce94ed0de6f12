"""Ten who ask for money of one fund at the same moment get what is there, and no more."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from core.lifecycle import Refused
from grants.actions import ledger
from grants.models import Grant, LedgerLine
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import programme
from tests.grants.factories import RELEASING
from tests.grants.pool import received
from tests.races.at_once import all_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def claims(number):
    """Grants of £100 that are offered."""
    facts = {"programme": programme(), "organisation": OrganisationFactory(), "title": "Work", "description": "Work"}
    days = {"days_per_week": 3, "starts_on": date(2019, 5, 1), "ends_on": date(2020, 4, 30)}
    return [
        Grant.objects.create(reference=f"G-{place}", total=Decimal(100), offered_at=RELEASING, **facts, **days)
        for place in range(number)
    ]


def committing(grant):
    def commit():
        with transaction.atomic():
            ledger.begin(grant, by=None, at=RELEASING)

    return commit


def test_of_ten_claims_of_100_pounds_on_300_three_are_committed():
    contribution = received("Pears", 300)
    answers = all_at_once(*(committing(grant) for grant in claims(10)))
    told = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert told == ["unfunded"] * 7
    position = LedgerLine.objects.filter(contribution=contribution).position()
    assert (position.committed, position.free) == (Decimal(300), Decimal(0))
