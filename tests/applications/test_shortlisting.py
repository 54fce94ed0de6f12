"""Shortlisting is prepared, previewed and released together; until then nobody outside the office sees anything."""

from datetime import date, timedelta

import pytest
from django.core import mail

from applications.actions import applications, assessments, calls, candidates, eligibility, shortlisting
from applications.lifecycle import TrailEvent
from applications.models import Application, EligibilityItem, ShortlistOutcome
from applications.views.timeline import public_status, story
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.lifecycle import Refused
from core.visibility import visible
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import (
    ASSESSING,
    SUBMITTING,
    application_at,
    draft_call,
    fresh,
    lead,
    officer,
    outcome_reasons,
    published_call,
)
from tests.applications.panel import committee, complete
from tests.client import Client
from tests.grants.factories import director

pytestmark = pytest.mark.django_db


def two():
    """Two applications to one call."""
    call = published_call()
    return application_at("submitted", call=call), application_at("submitted", call=call)


def shortlist(application):
    return shortlisting.prepare_shortlist(application, by=officer(), at=ASSESSING)


def turn_down(application, feedback="Show us more of your work."):
    reasons = outcome_reasons(application.call.programme)[1:3]
    return shortlisting.prepare_turn_down(application, reasons=reasons, feedback=feedback, by=officer(), at=ASSESSING)


def refusal(action, *things, **facts):
    with pytest.raises(Refused) as caught:
        action(*things, **facts)
    return caught.value


def test_what_is_prepared_changes_nothing_that_anybody_outside_the_office_sees():
    first, second = two()
    applicant = lead(first.organisation)
    before = public_status(fresh(first)), story(fresh(first)), len(mail.outbox)
    page = as_(applicant).get(first.get_absolute_url()).content
    shortlist(first)
    turn_down(second)
    assert fresh(first).status == fresh(second).status == "submitted"
    assert (public_status(fresh(first)), story(fresh(first)), len(mail.outbox)) == before
    after = as_(applicant).get(first.get_absolute_url()).content
    assert b"shortlist" not in after.lower() or after.lower().count(b"shortlist") == page.lower().count(b"shortlist")
    for person in (applicant, lead(second.organisation), committee()):
        assert not [line for line in visible(Entry, person) if "outcome of" in line.event]


def test_all_outcomes_are_released_with_their_emails():
    first, second = two()
    outcomes = [shortlist(first), turn_down(second)]
    mail.outbox.clear()
    shortlisting.release(outcomes, by=officer(), at=ASSESSING)
    assert (fresh(first).status, fresh(second).status) == ("shortlisted", "unsuccessful")
    assert fresh(second).released_at == fresh(first).shortlisted_at == ASSESSING
    assert {row.status for row in ShortlistOutcome.objects.all()} == {"released"}


def test_who_is_turned_down_reads_the_reasons_and_the_feedback(django_capture_on_commit_callbacks):
    _, second = two()
    outcome = turn_down(second)
    with django_capture_on_commit_callbacks(execute=True):
        shortlisting.release([outcome], by=officer(), at=ASSESSING)
    sent = next(
        one for one in mail.outbox if one.to == [lead(second.organisation).email] and "not shortlisted" in one.subject
    )
    for reason in outcome.reasons.all():
        assert reason.sentence in " ".join(sent.body.split())
    assert "Show us more of your work." in sent.body


def test_where_one_outcome_is_refused_none_is_released():
    first, second = two()
    outcomes = [shortlist(first), turn_down(second)]
    shortlisting.undo(second, by=officer(), at=ASSESSING)
    refused = refusal(shortlisting.release, outcomes, by=officer(), at=ASSESSING)
    assert str(second) in refused.sentence
    assert (fresh(first).status, fresh(second).status) == ("submitted", "submitted")


def test_a_prepared_outcome_can_be_undone_and_prepared_anew_and_the_history_says_who():
    first, _ = two()
    shortlist(first)
    assert refusal(shortlist, first).code == "prepared"
    shortlisting.undo(first, by=officer(), at=ASSESSING)
    turn_down(fresh(first))
    events = Entry.objects.filter(thing_label=str(first)).order_by("pk").values_list("event", "by__name")
    wanted = [TrailEvent.OUTCOME_PREPARED, TrailEvent.OUTCOME_UNDONE, TrailEvent.OUTCOME_PREPARED]
    assert list(events)[-3:] == [(str(event), "Olive Officer") for event in wanted]


def test_an_application_is_turned_down_for_a_reason_of_its_own_programme():
    first, _ = two()
    refused = refusal(shortlisting.prepare_turn_down, first, reasons=[], by=officer(), at=ASSESSING)
    assert refused.field == "reasons"


@pytest.mark.parametrize("ending", ["withdrawn", "call cancelled", "secondee withdrew"])
def test_what_ends_meanwhile_drops_what_was_prepared_and_who_prepared_it_is_told(
    ending, django_capture_on_commit_callbacks
):
    first, _ = two()
    outcome = shortlist(first)
    with django_capture_on_commit_callbacks(execute=True):
        match ending:
            case "withdrawn":
                applications.withdraw(first, reason="Not now.", by=lead(first.organisation), at=ASSESSING)
            case "call cancelled":
                calls.cancel(first.call, reason="No money.", by=officer(), at=ASSESSING)
            case _:
                candidates.withdraw(first.candidates.get(), at=ASSESSING)
    outcome.refresh_from_db()
    assert outcome.status == "dropped"
    told = [one for one in mail.outbox if one.to == [officer().email] and "was dropped" in one.subject]
    assert len(told) == 1
    assert refusal(shortlisting.release, [outcome], by=officer(), at=ASSESSING)


def test_the_facts_answer_the_checklist_until_an_officer_does():
    application, _ = two()
    application.call.start_month_on = date(2019, 6, 1)
    items = {
        subject: EligibilityItem(call=application.call, position=place, subject=subject, label=f"{subject} is right")
        for place, subject in enumerate(EligibilityItem.Subject.values)
    }
    EligibilityItem.objects.bulk_create(items.values())
    with bypass_triggers():
        Application.objects.filter(pk=application.pk).update(days_per_week=1)
    application = fresh(application)
    found = {one.item.subject: one.counts for one in eligibility.findings(application)}
    assert (found["days"], found["documents"]) == (False, True)
    assert refusal(shortlist, application).code == "not_eligible"
    days = EligibilityItem.objects.get(subject="days")
    eligibility.answer(application, answers={days: (True, "They meant four.")}, by=officer(), at=ASSESSING)
    start = EligibilityItem.objects.get(subject="start")
    eligibility.answer(application, answers={start: (True, "")}, by=officer(), at=ASSESSING)
    assert shortlist(fresh(application)).status == "prepared"


def test_what_is_not_met_says_why():
    application, _ = two()
    item = EligibilityItem.objects.create(call=application.call, subject="person", label="Employed")
    refused = refusal(eligibility.answer, application, answers={item: (False, " ")}, by=officer(), at=ASSESSING)
    assert refused.field == f"note_{item.pk}"


def test_a_new_call_has_the_checklist_of_the_one_before():
    before = published_call()
    EligibilityItem.objects.create(call=before, position=1, subject="days", label="Four days")
    new = draft_call()
    calls.fill_in(new, by=officer(), at=ASSESSING)
    assert [str(one) for one in new.eligibility_items.all()] == ["Four days"]


def test_ten_are_shortlisted_from_the_list_and_released_from_the_page_that_shows_every_email():
    first, second = two()
    client = as_(officer())
    chosen = {"action": "bulk_shortlist", "index": "0", "_selected_action": [first.pk, second.pk]}
    preview = client.post(url("application", "changelist"), chosen)
    assert {line.thing for line in preview.context["ready"]} == {first, second}
    assert ShortlistOutcome.objects.count() == 0
    done = client.post(url("application", "bulk", "shortlist"), {"keys": f"{first.pk},{second.pk}"})
    assert done.url == step("call", first.call_id, "release")
    page = client.get(done.url)
    emails = {letter.to_email for letter in page.context["letters"]}
    assert {lead(first.organisation).email, lead(second.organisation).email} <= emails
    assert fresh(first).status == "submitted"
    seen = page.context["form"]["seen"].value()
    answer = client.post(done.url, {"seen": seen}, follow=True)
    assert fresh(first).status == fresh(second).status == "shortlisted", said(answer)


def test_the_preview_says_of_each_row_why_it_will_not_change():
    first, second = two()
    turn_down(second)
    other = application_at("shortlisted")
    chosen = {"action": "bulk_shortlist", "index": "0", "_selected_action": [first.pk, second.pk, other.pk]}
    preview = as_(officer()).post(url("application", "changelist"), chosen)
    refused = {line.thing.pk: line.refusal for line in preview.context["refused"]}
    assert set(refused) == {second.pk, other.pk}
    assert all(sentence.endswith(".") for sentence in refused.values())


def test_where_nothing_is_prepared_the_page_says_so_and_counts_no_emails():
    page = as_(officer()).get(step("call", published_call().pk, "release")).text
    assert "Nothing is prepared" in page
    assert [words for words in ("0 emails", "0 outcomes") if words in page] == []


def test_only_what_was_shown_is_released():
    first, second = two()
    shortlist(first)
    client = as_(officer())
    address = step("call", first.call_id, "release")
    seen = client.get(address).context["form"]["seen"].value()
    shortlist(second)
    client.post(address, {"seen": seen})
    assert fresh(first).status == fresh(second).status == "submitted"


def test_who_declared_a_conflict_releases_and_sees_nothing_of_it():
    first, second = two()
    assessments.declare_conflict(first, explanation="My sister.", by=director(), at=ASSESSING)
    outcomes = [shortlist(first), shortlist(second)]
    page = as_(director()).get(step("call", first.call_id, "release"))
    assert [row.application for row in page.context["outcomes"]] == [second]
    assert first.reference not in text_of(page)
    assert str(first.organisation) not in text_of(page)
    assert refusal(shortlisting.release, outcomes, by=director(), at=ASSESSING).code == "applications.release_outcome"


def test_bulk_is_refused_to_whoever_is_not_offered_it():
    first, _ = two()
    complete(first)
    answer = as_(committee()).post(url("application", "bulk", "shortlist"), {"keys": str(first.pk)})
    assert answer.status_code == 404
    assert Client().post(url("application", "bulk", "shortlist"), {"keys": str(first.pk)}).status_code == 302


def test_preparing_waits_for_the_close():
    first, _ = two()
    refused = refusal(shortlisting.prepare_shortlist, first, by=officer(), at=SUBMITTING + timedelta(minutes=1))
    assert "after the call closes" in refused.sentence
