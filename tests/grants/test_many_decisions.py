"""Decisions and payments for many at once: recorded, confirmed, prepared, approved, and never by whoever may not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from grants.models import Decision, Instalment
from tests.applications.desk import as_, url
from tests.applications.factories import application_at, officer
from tests.applications.panel import committee, viewed
from tests.grants.factories import PAYING, RECORDING, director, finance, grant_at, meeting, recorded, second_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_meeting(time_machine):
    time_machine.move_to(RECORDING, tick=False)


def bulk(model, name):
    return reverse(f"admin:grants_{model}_bulk", args=[name])


def chosen(client, address, step, rows):
    """The preview of a step for these rows."""
    return client.post(address, {"action": f"bulk_{step}", "index": "0", "_selected_action": [row.pk for row in rows]})


def keys(rows):
    return ",".join(str(row.pk) for row in rows)


def proved(person, at=RECORDING):
    """Somebody who has just signed in."""
    client = as_(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": at.timestamp()}]
    session.save()
    return client


def shortlisted():
    first = application_at("shortlisted")
    return [viewed(first), viewed(application_at("shortlisted", call=first.call))]


def test_the_same_decision_is_recorded_on_many_and_the_rest_is_told_why_not():
    first, second = shortlisted()
    pending = recorded(application_at("shortlisted", call=first.call)).application
    client, rows = proved(officer()), [first, second, pending]
    preview = chosen(client, url("application", "changelist"), "decide", rows)
    assert [line.thing for line in preview.context["ready"]] == [first, second]
    assert [line.thing for line in preview.context["refused"]] == [pending]
    facts = {"meeting": meeting().pk, "outcome": "decline", "reasons": "Others were stronger."}
    client.post(url("application", "bulk", "decide"), {"keys": keys(rows), **facts})
    found = Decision.objects.exclude(application=pending)
    assert {(one.application, one.outcome, one.status, one.recorded_by) for one in found} == {
        (first, "decline", "recorded", officer()),
        (second, "decline", "recorded", officer()),
    }


def test_an_award_to_many_is_of_what_each_applied_for():
    first, second = shortlisted()
    facts = {"meeting": meeting().pk, "outcome": "award", "reasons": "Strong.", "without_visit": "Known to us."}
    client = proved(officer())
    asked = client.post(url("application", "bulk", "decide"), {"keys": keys([first, second]), **facts})
    assert list(asked.context["form"].errors) == ["starts_on"]
    client.post(
        url("application", "bulk", "decide"), {"keys": keys([first, second]), **facts, "starts_on": "2019-05-01"}
    )
    assert [(one.post, one.days_per_week, one.months) for one in Decision.objects.order_by("pk")] == [
        (one.post, one.days_per_week, one.months) for one in (first, second)
    ]


def test_many_decisions_are_confirmed_but_never_one_s_own():
    first, second = shortlisted()
    ours, other = recorded(first), recorded(second, outcome="decline")
    Decision.objects.filter(pk=other.pk).update(recorded_by=second_officer())
    client = proved(second_officer())
    preview = chosen(client, reverse("admin:grants_decision_changelist"), "confirm", [ours, other])
    assert [line.thing for line in preview.context["ready"]] == [ours]
    assert "12 months from" in preview.context["ready"][0].label
    answer = client.post(bulk("decision", "confirm"), {"keys": keys([ours, other])})
    assert {line.thing.pk: not line.refusal for line in answer.context["lines"]} == {ours.pk: True, other.pk: False}
    found = {one.pk: (one.status, one.confirmed_by) for one in Decision.objects.all()}
    assert found == {ours.pk: ("confirmed", second_officer()), other.pk: ("recorded", None)}


def test_a_committee_member_may_confirm_no_other_way_than_their_rules_say():
    (first, _), member = shortlisted(), committee()
    decision = recorded(first)
    client = proved(member)
    may = member.has_perm("grants.confirm_decision", decision)
    client.post(bulk("decision", "confirm"), {"keys": keys([decision])})
    decision.refresh_from_db()
    assert (decision.status == "confirmed") is may


def test_payments_are_prepared_and_approved_for_many_by_two_people(time_machine):
    time_machine.move_to(PAYING, tick=False)
    grant = grant_at("active")
    rows = [row for row in grant.instalments.order_by("number") if row.status == "scheduled"]
    assert rows
    listed = reverse("admin:grants_instalment_changelist")
    client = proved(officer(), PAYING)
    ready = [line.thing for line in chosen(client, listed, "prepare", rows).context["ready"]]
    assert ready
    client.post(bulk("instalment", "prepare"), {"keys": keys(rows)})
    prepared = Instalment.objects.filter(status="prepared", prepared_by=officer())
    assert set(prepared) == set(ready)
    assert client.post(bulk("instalment", "approve"), {"keys": keys(ready)}).status_code == 404
    director_s = proved(director(), PAYING)
    Instalment.objects.filter(pk=ready[0].pk).update(prepared_by=director())
    preview = chosen(director_s, listed, "approve", ready)
    assert ready[0] in [line.thing for line in preview.context["refused"]]
    director_s.post(bulk("instalment", "approve"), {"keys": keys(ready)})
    approved = Instalment.objects.filter(status="approved", approved_by=director())
    assert set(approved) == set(ready[1:])
    assert proved(finance(), PAYING).post(bulk("instalment", "approve"), {"keys": keys(ready)}).status_code == 404


def test_who_has_not_just_shown_who_they_are_is_asked_before_many_are_confirmed(time_machine):
    first, _ = shortlisted()
    decision, client = recorded(first), proved(second_officer())
    time_machine.move_to(RECORDING + timedelta(hours=1), tick=False)
    answer = client.post(bulk("decision", "confirm"), {"keys": keys([decision])})
    decision.refresh_from_db()
    assert (answer.status_code, decision.status) == (302, "recorded")
