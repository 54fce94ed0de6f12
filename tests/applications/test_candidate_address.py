"""The office corrects the proposed secondee's address: what is to come goes there, and everybody is told."""

from datetime import timedelta

import pytest

from applications import reminders
from applications.actions import candidate_corrections, visits
from applications.lifecycle import TrailEvent
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications import factories
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import ASSESSING, application_at, lead, officer
from tests.applications.panel import FOUR, VISITING
from tests.grants.factories import grant_at
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_close")]
NEW = "sana.new@example.org"


def correct(application, email=NEW, **facts):
    candidate_corrections.correct_address(application, email=email, **{"by": officer(), "at": ASSESSING, **facts})


def told(template):
    return set(Letter.objects.filter(template=f"applications.{template}").values_list("to_email", flat=True))


def refused(application, email=NEW, **facts):
    with pytest.raises(Refused) as refusal:
        correct(application, email, **facts)
    return refusal.value


def test_f21_both_addresses_and_the_organisation_are_told_and_what_was_confirmed_stays():
    application = application_at("submitted")
    candidate = application.candidates.get()
    before = candidate.email
    correct(application, f" {NEW.upper()} ")
    candidate.refresh_from_db()
    assert (candidate.email, candidate.address) == (before, NEW)
    assert told("candidate_address_corrected") == {before, NEW}
    assert lead(application.organisation).email in told("candidate_address_corrected_organisation")
    assert trail.history(application).get(event=TrailEvent.CANDIDATE_ADDRESS).detail == {"was": before, "now": NEW}


def test_f21_the_outcome_and_the_visit_go_to_the_new_address():
    application = application_at("shortlisted")
    candidate = application.candidates.get()
    four = [(candidate.name, candidate.email, "candidate"), FOUR[0], *FOUR[2:]]
    visits.arrange(
        application, starts_at=VISITING, minutes=60, place="12 High Road", attendees=four, by=officer(), at=ASSESSING
    )
    correct(application)
    to = {reminder.to for reminder in reminders.visits_soon(VISITING - timedelta(days=1))}
    assert (NEW in to, candidate.email in to) == (True, False)
    assert NEW in told("visit_invitation")
    refused_one = application_at("submitted")
    correct(refused_one, "other.new@example.org")
    factories.turn_down(refused_one, by=officer(), at=ASSESSING)
    assert told("turned_down_candidate") == {"other.new@example.org"}


def test_an_address_that_is_in_use_or_another_persons_is_refused_or_asked_about():
    application = application_at("submitted")
    assert refused(application, application.candidates.get().email).field == "email"
    assert refused(application, "").field == "email"
    assert refused(application, lead(application.organisation).email).field == "email"
    rival = lead(OrganisationFactory())
    assert refused(application, rival.email).code == "doubtful_address"
    correct(application, rival.email, sure_of=[rival.email])
    assert refused(application_at("draft")).code == "wrong_state"
    nobody = application_at("submitted")
    nobody.candidates.update(status="withdrawn")
    assert refused(nobody).code == "wrong_state"
    assert refused(application, by=lead(application.organisation)).code == "applications.correct_candidate_address"


def test_the_office_corrects_it_by_a_button_and_reads_both_addresses():
    application = application_at("submitted")
    before, desk = application.candidates.get().email, as_(officer())
    button = step("application", application.pk, "address")
    assert before in text_of(desk.get(button))
    answer = desk.post(button, {"email": NEW}, follow=True)
    assert said(answer) == [SAID.you_have_corrected_the_address]
    page = text_of(desk.get(url("application", "change", application.pk)))
    assert before in page
    assert NEW in page


def test_an_outcome_that_is_already_waiting_to_be_sent_goes_to_the_new_address():
    application = grant_at("offered").decision.application
    candidate = application.candidates.get()
    outcome = Letter.objects.get(template="grants.candidate_award")
    other = Letter.objects.get(template="grants.decision_award", to_user=lead(application.organisation))
    assert (outcome.status, outcome.to_email) == ("queued", candidate.email)
    correct(application, NEW)
    outcome.refresh_from_db()
    assert outcome.to_email == NEW
    assert Letter.objects.get(pk=other.pk).to_email == other.to_email
