"""A row waits for somebody on the home page if and only if they may take its next step."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from grants import visibility
from grants.models import Decision, EvaluationReport, Instalment

pytestmark = pytest.mark.django_db
LAST_DAY = date(2999, 1, 1)  # every instalment is due

WAITING = {
    "grants.confirm_decision": (Decision, visibility.decisions_to_confirm),
    "grants.release_decision": (Decision, visibility.decisions_to_release),
    "grants.prepare_instalment": (Instalment, lambda person: visibility.instalments_to_prepare(person, LAST_DAY)),
    "grants.approve_instalment": (Instalment, visibility.instalments_to_approve),
    "grants.pay_instalment": (Instalment, visibility.instalments_to_pay),
    "grants.accept_evaluationreport": (EvaluationReport, visibility.reports_to_read),
}


@pytest.mark.parametrize("permission", WAITING)
def test_what_waits_is_exactly_what_may_be_done(permission, cast):
    model, rows_for = WAITING[permission]
    every = list(model.objects.all())
    counts = set()
    for part in cast.people:
        person = cast.afresh(part)
        if isinstance(person, AnonymousUser):
            continue
        waiting = set(rows_for(person))
        assert waiting == {row for row in every if person.has_perm(permission, row)}, part
        counts.add(len(waiting))
    assert counts - {0}
