"""What other stages hear of decisions and grants, and what is left over after an end."""

from datetime import date

import pytest

from grants import handlers
from grants.actions import decisions, extensions, grants
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Instalment
from tests.applications.factories import lead, officer
from tests.grants import recorder
from tests.grants.factories import ACCEPTING, ENDING, RELEASING, REPORTING, confirmed, grant_at, paid, report_accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(settings):
    settings.EVENT_HANDLERS = [*settings.EVENT_HANDLERS, recorder.__name__]
    recorder.heard.clear()
    return recorder.heard


def test_a_released_decision_is_an_event(heard):
    decision = confirmed(outcome="decline")
    decisions.release(decision, by=officer(), at=RELEASING)
    decisions.release(decision, by=officer(), at=RELEASING)
    assert heard == [("decision_released", decision)]


def test_an_extension_is_an_event_with_the_new_last_day(heard):
    grant = grant_at(GrantStatus.ACTIVE)
    heard.clear()
    extensions.extend(grant, to_on=date(2020, 10, 31), reason="More to do.", by=officer(), at=REPORTING)
    ((event, told),) = heard
    assert (event, told, told.ends_on) == ("grant_extended", grant, date(2020, 10, 31))


def test_each_way_a_grant_ends_is_the_same_event_once(heard):
    declined, early, closed = (
        grant_at(status) for status in (GrantStatus.OFFERED, GrantStatus.ACTIVE, GrantStatus.ACTIVE)
    )
    for report in closed.reports.all():
        report_accepted(report)
    for instalment in closed.instalments.all():
        paid(instalment)
    heard.clear()
    for _ in range(2):
        grants.decline(declined, by=lead(declined.organisation), at=ACCEPTING)
        grants.end_early(early, ended_on=date(2019, 9, 30), reason="They left.", by=officer(), at=REPORTING)
        grants.close(closed, by=officer(), at=ENDING)
    assert heard == [("grant_ended", declined), ("grant_ended", early), ("grant_ended", closed)]


def test_nothing_is_left_over_when_a_grant_ends_early():
    grant = grant_at(GrantStatus.ENDED_EARLY)
    assert list(handlers.leftovers(ENDING)) == []
    after = grant.instalments.get(due_on=date(2019, 11, 1))
    Instalment.objects.filter(pk=after.pk).update(status=InstalmentStatus.SCHEDULED)
    assert list(handlers.leftovers(ENDING)) == [f"{after} is due to be paid, although the grant ended on 2019-09-30."]
