"""What a newcomer is told on the way to a decision: what must come first, what is next, and the way back."""

from datetime import timedelta

import pytest
import time_machine

from applications.actions import joint_views
from applications.lifecycle import Status
from core.lifecycle import Refused
from grants.actions import decisions
from grants.lifecycle import DecisionStatus
from tests.applications.desk import as_, step, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer, yet_to_declare
from tests.applications.panel import complete, funder_assessor, host_assessor
from tests.grants import factories
from tests.grants.factories import RELEASING, confirmed, director, recorded, second_officer

pytestmark = pytest.mark.django_db
RECORD = "Record the committee’s decision…"
VIEW = {"recommendation": "recommend", "reasons": "They are ready."}


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RELEASING, tick=False):
        yield


def page_of(application, by=None):
    return text_of(as_(by or officer()).get(url("application", "change", application.pk)))


def missing_of(application):
    answer = as_(officer()).get(url("application", "change", application.pk))
    return [(one.sentence, one.link) for one in answer.context["before_committee"]]


def test_a_decision_is_recorded_once_scores_views_and_the_meeting_are_there_and_until_then_each_is_linked():
    application = application_at(Status.SHORTLISTED)
    assert missing_of(application) == [
        ("The funder has no assessor yet.", "Assign assessors"),
        ("The host has no assessor yet.", "Assign assessors"),
        ("The funder and the host have not recorded a view.", "See the views"),
        ("No meeting of the Grants Committee is planned.", "Add the meeting"),
    ]
    assert RECORD not in page_of(application)
    assert step("application", application.pk, "assign") in page_of(application)
    for side, person in (("funder", funder_assessor()), ("host", host_assessor())):
        complete(application, party=side)
        joint_views.record(application, by=person, at=ASSESSING, **VIEW)
    later = factories.meeting(RELEASING.date() + timedelta(days=2))
    assert missing_of(application) == [
        ("The Grants Committee meets on Friday 12 April 2019.", "See the meeting"),
    ]
    later.held_on = RELEASING.date()
    later.save()
    assert missing_of(application) == []
    assert RECORD in page_of(application)


def test_a_view_that_is_recorded_is_offered_to_be_changed():
    application = application_at(Status.SHORTLISTED)
    complete(application, party="funder")
    assert "Record our side&#x27;s view…" in page_of(application, funder_assessor())
    joint_views.record(application, by=funder_assessor(), at=ASSESSING, **VIEW)
    page = page_of(application, funder_assessor())
    assert "Change our side&#x27;s view…" in page
    assert "Record our side&#x27;s view…" not in page


def test_the_page_of_a_decision_says_which_step_is_next():
    decision = recorded()
    page = f"/admin/grants/decision/{decision.pk}/change/"
    assert "Next: read what was recorded." in text_of(as_(second_officer()).get(page))
    assert "Next:" not in text_of(as_(officer()).get(page))
    decisions.confirm(decision, by=second_officer(), at=RELEASING)
    assert "Next: release it." in text_of(as_(officer()).get(page))


def test_a_page_of_many_decisions_does_not_ask_to_reload_for_one_of_them():
    decision = confirmed()
    decisions.drop(decision, reason="Wrong post.", by=director(), at=RELEASING)
    assert decision.status == DecisionStatus.DROPPED
    with pytest.raises(Refused) as refused:
        decisions.release_all([decision], by=officer(), at=RELEASING)
    assert "Reload" not in refused.value.sentence


def test_the_filters_of_a_list_survive_a_bulk_page_and_a_declaration():
    application = application_at(Status.SUBMITTED)
    client, filters = as_(officer()), "status__exact=submitted"
    chosen = {"action": "bulk_assign", "index": "0", "_selected_action": [application.pk]}
    page = client.post(f"{url('application', 'changelist')}?{filters}", chosen)
    assert page.context["list_url"] == f"{url('application', 'changelist')}?{filters}"
    assert page.context["action_url"].endswith("?_changelist_filters=status__exact%3Dsubmitted")
    again = client.post(page.context["action_url"], {"keys": page.context["keys"]})
    assert again.context["list_url"] == f"{url('application', 'changelist')}?{filters}"
    declaring = f"{url('call', 'interests', application.call_id)}?_changelist_filters=status__exact%3Dsubmitted"
    assert client.get(declaring).context["list_url"] == f"{url('application', 'changelist')}?{filters}"
    yet_to_declare(officer())
    answer = client.post(declaring, {f"answer_{application.pk}": "none", f"what_{application.pk}": ""})
    assert answer["Location"] == declaring
