"""What other stages hear of decisions and grants, and what is left over after an end."""

from datetime import date

import pytest

from applications.actions import applications
from applications.models import Application
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import handlers, visibility
from grants.actions import decisions, extensions, grants
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import EvaluationReport, Instalment
from tests.applications.factories import lead, officer
from tests.grants import recorder
from tests.grants.factories import (
    ACCEPTING,
    ENDING,
    PAYING,
    RELEASING,
    REPORTING,
    confirmed,
    grant_at,
    paid,
    recorded,
    report_accepted,
    second_officer,
)

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


def test_f6_a_decision_that_was_not_released_is_dropped_with_its_application():
    for make in (recorded, confirmed):
        decision = make()
        application = decision.application
        applications.withdraw(application, reason="No.", by=lead(application.organisation), at=RELEASING)
        decision.refresh_from_db()
        assert decision.status == "dropped"
    assert visibility.decisions_to_release(officer()).count() == 0
    assert visibility.decisions_to_confirm(second_officer()).count() == 0
    assert list(handlers.leftovers(RELEASING)) == []


def test_f6_a_confirmed_decision_can_be_dropped_for_a_reason_before_it_is_released():
    decision = confirmed()
    with pytest.raises(Refused) as refusal:
        decisions.drop(decision, by=officer(), at=RELEASING)
    assert refusal.value.field == "reason"
    decisions.drop(decision, reason="The terms were wrong.", by=officer(), at=RELEASING)
    assert decision.status == "dropped"
    assert recorded(decision.application).status == "recorded"


def test_a_declined_offer_is_told_to_the_organisation_the_secondee_and_the_office():
    grant = grant_at(GrantStatus.DECLINED)
    templates = ("offer_declined", "offer_declined_members", "candidate_offer_declined")
    told = {
        one: set(Letter.objects.filter(template=f"grants.{one}").values_list("to_email", flat=True))
        for one in templates
    }
    candidate = grant.decision.application.candidates.get()
    assert told == {
        "offer_declined": {officer().email, second_officer().email},
        "offer_declined_members": {lead(grant.organisation).email},
        "candidate_offer_declined": {candidate.email},
    }


def test_reports_follow_an_early_end():
    grant = grant_at(GrantStatus.ACTIVE)
    grants.end_early(grant, ended_on=date(2019, 9, 30), reason="They left.", by=officer(), at=PAYING)
    report = grant.reports.get()
    assert (report.covers_to_on, report.due_on) == (date(2019, 9, 30), date(2019, 10, 30))
    letter = Letter.objects.get(template="grants.ended_early")
    assert "Wednesday 30 October 2019" in letter.body


def test_f3_reports_stay_half_yearly_when_a_grant_is_extended():
    grant = grant_at(GrantStatus.ACTIVE)
    before = list(grant.reports.values_list("covers_from_on", "covers_to_on", "due_on"))
    extensions.extend(grant, to_on=date(2021, 4, 30), reason="More to do.", by=officer(), at=REPORTING)
    after = list(grant.reports.values_list("covers_from_on", "covers_to_on", "due_on"))
    assert after[:2] == before
    assert after[2:] == [
        (date(2020, 5, 1), date(2020, 10, 31), date(2020, 11, 1)),
        (date(2020, 11, 1), date(2021, 4, 30), date(2021, 5, 30)),
    ]


def test_each_leftover_of_grants_planted_by_sql_is_found():
    decision = confirmed()
    grant = grant_at(GrantStatus.ENDED_EARLY)
    EvaluationReport.objects.create(
        grant=grant,
        number=9,
        covers_from_on=date(2019, 11, 1),
        covers_to_on=date(2020, 4, 30),
        due_on=date(2020, 5, 30),
    )
    offered = grant_at(GrantStatus.OFFERED)
    for application in (decision.application, offered.decision.application):
        Application.objects.filter(pk=application.pk).update(status="unsuccessful", released_at=RELEASING)
    assert list(handlers.leftovers(ENDING)) == [
        f"{decision} is still to be released, although the application has ended.",
        f"{offered} is still offered, although its application has ended.",
        f"{grant.reports.get(number=9)} is still due, although the grant ended on 2019-09-30.",
    ]
