"""Whatever breaks off, ends everywhere: visits, assessments, links, reminders; and everybody who was told is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from applications import handlers, reminders, work_queue
from applications.actions import (
    applications,
    assessments,
    attendance,
    calls,
    candidates,
    invitations,
    late_admissions,
    visits,
)
from applications.lifecycle import AssessmentStatus, CandidateStatus, Status
from applications.models import Application, Assessment, Call, CallInvitation, Candidate, LateAdmission
from core.letters import outbox
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory, UserFactory, editor_of
from tests.applications import factories
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    DECIDING,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    fill,
    fresh,
    lead,
    officer,
    published_call,
)
from tests.applications.pages import text_of
from tests.applications.panel import FOUR, SURE, VISITING, begun, funder_assessor, visit
from tests.client import Client

pytestmark = pytest.mark.django_db

REASON = "The money is not there."


def told(template: str) -> set[str]:
    return set(Letter.objects.filter(template=f"applications.{template}").values_list("to_email", flat=True))


def members(application) -> set[str]:
    return set(application.organisation.memberships.values_list("person__email", flat=True))


def cancel(call, at=ASSESSING):
    calls.cancel(call, reason=REASON, by=officer(), at=at)


def page(address: str, person, at=ASSESSING) -> str:
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    with time_machine.travel(at, tick=False):
        return text_of(client.get(address))


@pytest.fixture
def shortlisted():
    """Return an application with a colleague, an open assessment and a coming visit."""
    application = application_at(Status.SHORTLISTED)
    editor_of(application.organisation)
    begun(application)
    visit(application)
    return application


# --- F1: a cancelled call ---


def test_f1_a_cancelled_call_ends_its_applications_and_tells_everybody(shortlisted):
    cancel(shortlisted.call)
    application = fresh(shortlisted)
    assert application.status == Status.CALL_CANCELLED
    assert told("call_cancelled") == members(application)
    assert told("call_cancelled_candidate") == {candidate_of(application).email}
    assert told("assessment_closed") == {funder_assessor().email}
    assert told("visit_cancelled") == {email for _, email, _ in FOUR}
    assert all(REASON in letter.body for letter in Letter.objects.filter(template__contains="call_cancelled"))
    assert list(handlers.leftovers(ASSESSING)) == []


def test_f1_the_pages_of_a_cancelled_call_and_its_applications_say_so_with_the_reason(shortlisted):
    cancel(shortlisted.call)
    own = page(f"/applications/{shortlisted.reference}/", lead(shortlisted.organisation))
    assert "The call was cancelled on Friday 15 March 2019" in own
    assert REASON in own
    assert "Until then you can reopen" not in own
    for person in (lead(shortlisted.organisation), officer()):
        assert REASON in page(f"/calls/{shortlisted.call.slug}/", person)


def test_f1_a_draft_of_a_cancelled_call_is_not_told_of_a_deadline():
    application = an_application()
    cancel(application.call, at=WRITING)
    own = page(f"/applications/{application.draft_reference}/", lead(application.organisation), at=WRITING)
    assert "The call was cancelled on" in own
    assert "was not submitted" not in own
    assert list(reminders.unfinished(CLOSES - timedelta(days=7))) == []


def test_f1_the_link_of_the_proposed_secondee_says_the_call_is_cancelled():
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    cancel(application.call, at=WRITING)
    with time_machine.travel(WRITING, tick=False):
        said = text_of(Client().get(f"/candidate/{token}/"))
    assert "The call was cancelled on" in said
    assert "Please answer before" not in said
    assert application.candidates.get().status == CandidateStatus.LAPSED


def test_f1_the_office_and_the_assessor_have_nothing_left_to_do(shortlisted):
    cancel(shortlisted.call)
    assert list(work_queue.for_the_office(officer(), ASSESSING)) == []
    assert list(work_queue.for_an_assessor(funder_assessor(), ASSESSING)) == []
    assert list(reminders.visits_soon(VISITING - timedelta(days=1))) == []


def test_f1_a_call_is_not_cancelled_once_somebody_was_told_a_decision():
    application = application_at(Status.SUBMITTED)
    factories.turn_down(application, by=officer(), at=ASSESSING)
    with pytest.raises(Refused) as refusal:
        cancel(application.call)
    assert refusal.value.code == "released"
    assert Call.objects.get(pk=application.call_id).status == "published"


def test_f1_codes_and_late_admissions_of_a_cancelled_call_end():
    call = published_call(kind="invited")
    invitation = invitations.issue(
        call, invited="Elder Grove", email="grove@example.org", expires_at=CLOSES, most_uses=1, by=officer(), at=WRITING
    )
    late_admissions.ask(
        call,
        organisation=OrganisationFactory(),
        closes_at=CLOSES + timedelta(days=9),
        reason="The line was cut.",
        by=officer(),
        at=CLOSES,
    )
    cancel(call)
    assert CallInvitation.objects.get(pk=invitation.pk).withdrawn_at == ASSESSING
    assert told("call_cancelled_invited") == {"grove@example.org"}
    assert not LateAdmission.objects.exists()


# --- F2, F7: withdrawn ---


def test_f2_a_secondee_who_withdraws_takes_the_visit_and_open_assessments_with_them(shortlisted):
    candidates.withdraw(candidate_of(shortlisted), at=ASSESSING)
    assert fresh(shortlisted).status == Status.WITHDRAWN
    assert told("visit_cancelled") == {email for _, email, _ in FOUR}
    assert told("assessment_closed") == {funder_assessor().email}
    assert list(reminders.visits_soon(VISITING - timedelta(days=1))) == []
    assert list(handlers.leftovers(ASSESSING)) == []


def test_f2_a_visit_of_an_ended_application_reminds_nobody_even_if_it_were_left(shortlisted):
    Application.objects.filter(pk=shortlisted.pk).update(status=Status.WITHDRAWN, withdrawn_at=ASSESSING)
    assert list(reminders.visits_soon(VISITING - timedelta(days=1))) == []


def test_f7_a_withdrawal_is_acknowledged_to_organisation_secondee_and_office(shortlisted):
    by = lead(shortlisted.organisation)
    applications.withdraw(shortlisted, reason="She is needed here.", by=by, at=ASSESSING)
    assert told("withdrawn") == members(shortlisted)
    assert told("withdrawn_candidate") == {candidate_of(shortlisted).email}
    assert told("withdrawn_office") == {officer().email}
    assert told("assessment_closed") == {funder_assessor().email}


def test_f7_the_office_hears_nothing_of_a_draft_that_is_withdrawn():
    application = an_application()
    applications.withdraw(application, reason="No.", by=lead(application.organisation), at=WRITING)
    assert told("withdrawn") == members(application)
    assert told("withdrawn_office") == set()


# --- The secondee withdraws before the close ---


def test_applying_f7_before_the_close_the_application_is_a_draft_without_the_person():
    application = application_at(Status.SUBMITTED)
    name = candidate_of(application).name
    candidates.withdraw(candidate_of(application), at=SUBMITTING)
    application = fresh(application)
    assert (application.status, application.submitted_at) == (Status.DRAFT, None)
    assert (application.current_salary, application.present_hours) == (None, None)
    assert application.contact_phone == "020 7946 0000"
    assert application.answers.exclude(text="").count() == application.call.questions.count()
    assert [row.kind for row in application.documents.filter(replaced_at=None)] == ["statement"]
    letter = Letter.objects.get(template="applications.candidate_withdrew")
    assert name in letter.subject
    assert "before 5pm on Wednesday 13 March 2019" in letter.body
    assert "You can propose someone else" in letter.body
    assert len(told("candidate_withdrew_candidate")) == 1
    assert told("candidate_withdrew_office") == {officer().email}


def test_applying_f7_somebody_else_can_then_be_named_and_the_application_submitted():
    application = application_at(Status.SUBMITTED)
    candidates.withdraw(candidate_of(application), at=SUBMITTING)
    application, by = fresh(application), lead(application.organisation)
    fill(application, name="Else Other", email="else@example.org", by=by, at=SUBMITTING)
    candidates.ask(candidate_of(application), by=by, at=SUBMITTING)
    second = candidate_of(application)
    candidates.confirm(second, shown_digest=candidates.digest_now(second), at=SUBMITTING)
    again = applications.submit(fresh(application), by=by, at=SUBMITTING)
    assert (again.status, again.version) == (Status.SUBMITTED, 2)


# --- A6: decided ---


def test_a6_a_decided_application_has_no_visit_no_open_assessment_and_no_reminder(shortlisted):
    from applications.actions import outcomes

    outcomes.turn_down(shortlisted, by=officer(), at=DECIDING)
    assert not shortlisted.visits.coming().exists()
    assessment = Assessment.objects.get()
    assert assessment.status == AssessmentStatus.CLOSED
    assert list(work_queue.for_an_assessor(funder_assessor(), ASSESSING)) == []
    criterion = shortlisted.call.criteria.first()
    with pytest.raises(Refused):
        assessments.score(assessment, criterion=criterion, score=3, reason="Good.", by=funder_assessor(), at=DECIDING)


def test_a6_who_is_turned_down_before_the_committee_is_told_the_secondee_too():
    application = application_at(Status.SUBMITTED)
    editor_of(application.organisation)
    factories.turn_down(application, by=officer(), at=ASSESSING)
    assert told("turned_down") == members(application)
    assert told("turned_down_candidate") == {candidate_of(application).email}


# --- A7: a recused assessor, and whoever is replaced ---


@pytest.fixture
def assessor_at_visit():
    application = application_at(Status.SHORTLISTED)
    assessment = begun(application)
    assessor = assessment.assessor
    four = [FOUR[0], FOUR[1], (assessor.name, assessor.email, "funder"), FOUR[3]]
    visits.arrange(
        application,
        starts_at=VISITING,
        minutes=60,
        place="12 High Road",
        attendees=four,
        sure_of=SURE,
        by=officer(),
        at=ASSESSING,
    )
    return assessment


def test_a7_a_recused_assessor_gets_no_more_mail_about_the_visit(assessor_at_visit):
    address = assessor_at_visit.assessor.email
    assessments.recuse(
        assessor_at_visit, explanation="I sit on its board.", by=assessor_at_visit.assessor, at=ASSESSING
    )
    excused = Letter.objects.get(template="applications.visit_excused")
    assert (excused.to_email, "METHOD:CANCEL" in excused.calendar) == (address, True)
    assert address not in {reminder.to for reminder in reminders.visits_soon(VISITING - timedelta(days=1))}
    before = Letter.objects.filter(to_email=address).count()
    coming = assessor_at_visit.application.visits.get()
    visits.move(coming, starts_at=VISITING + timedelta(hours=2), place="By video", by=officer(), at=ASSESSING)
    visits.cancel(coming, by=officer(), at=ASSESSING)
    assert Letter.objects.filter(to_email=address).count() == before


def test_a7_whoever_is_replaced_at_a_visit_is_told_and_gets_no_more_mail_about_it():
    coming = visit()
    fay = coming.attendees.get(capacity="funder")
    attendance.replace(
        coming, attendee=fay, capacity="", name="Flo Other", email="flo@example.org", by=officer(), at=ASSESSING
    )
    assert told("visit_excused") == {fay.email}
    assert "flo@example.org" in told("visit_invitation")
    to = {reminder.to for reminder in reminders.visits_soon(VISITING - timedelta(days=1))}
    assert to == {"flo@example.org"} | {email for _, email, _ in FOUR} - {fay.email}


def test_nobody_is_put_into_a_visit_twice():
    coming = visit()
    fay = coming.attendees.get(capacity="funder")
    with pytest.raises(Refused) as refusal:
        attendance.replace(coming, attendee=fay, capacity="", name="Hal", email=FOUR[3][1], by=officer(), at=ASSESSING)
    assert refusal.value.field == "email"


def test_nobody_with_a_conflict_is_invited_to_a_visit_again(assessor_at_visit):
    assessor, application = assessor_at_visit.assessor, assessor_at_visit.application
    assessments.recuse(assessor_at_visit, explanation="I sit on its board.", by=assessor, at=ASSESSING)
    visits.cancel(application.visits.get(), by=officer(), at=ASSESSING)
    four = [FOUR[0], FOUR[1], (assessor.name, assessor.email.upper(), "funder"), FOUR[3]]
    facts = {"starts_at": VISITING, "minutes": 60, "place": "12 High Road", "sure_of": SURE}
    with pytest.raises(Refused) as refusal:
        visits.arrange(fresh(application), attendees=four, **facts, by=officer(), at=ASSESSING)
    assert (refusal.value.field, assessor.email in str(refusal.value)) == ("funder_email", True)
    others = [*FOUR[:2], ("Flo Other", "flo@example.org", "funder"), FOUR[3]]
    facts["sure_of"] = [*SURE, "flo@example.org"]
    arranged = visits.arrange(fresh(application), attendees=others, **facts, by=officer(), at=ASSESSING)
    with pytest.raises(Refused) as refusal:
        attendance.replace(
            arranged,
            attendee=arranged.attendees.get(capacity="funder"),
            name=assessor.name,
            email=assessor.email,
            by=officer(),
            at=ASSESSING,
        )
    assert refusal.value.field == "email"


# --- What is left over is found ---


def test_each_leftover_planted_by_sql_is_found(shortlisted):
    assert list(handlers.leftovers(ASSESSING)) == []
    Application.objects.filter(pk=shortlisted.pk).update(status=Status.UNSUCCESSFUL, released_at=DECIDING)
    Candidate.objects.filter(application=shortlisted).update(status=CandidateStatus.ASKED)
    found = list(handlers.leftovers(ASSESSING))
    assert found == [
        f"{shortlisted.visits.get()} is in the future, although {shortlisted} has ended.",
        f"{Assessment.objects.get()} is still open, although {shortlisted} has ended.",
        f"The proposed secondee of {shortlisted} is still asked, although it has ended.",
    ]


def test_a_live_application_of_a_cancelled_call_and_a_code_for_it_are_found():
    call = published_call(kind="invited")
    invitations.issue(
        call, invited="Elder Grove", email="grove@example.org", expires_at=CLOSES, most_uses=1, by=officer(), at=WRITING
    )
    late_admissions.ask(
        call, organisation=OrganisationFactory(), closes_at=CLOSES + timedelta(days=9), reason="A fault.",
        by=officer(), at=CLOSES,
    )  # fmt: skip
    other = an_application()
    for one in (call, other.call):
        Call.objects.filter(pk=one.pk).update(status="cancelled", cancelled_at=ASSESSING, cancelled_reason=REASON)
    assert set(handlers.leftovers(ASSESSING)) == {
        f"{other} has not ended, although its call is cancelled.",
        f"A code still works for {call}, which is cancelled.",
        f"A late admission waits for {call}, which is cancelled.",
    }


def test_a_recused_assessor_at_a_visit_and_one_who_cannot_sign_in_are_found(assessor_at_visit):
    assessor = assessor_at_visit.assessor
    type(assessor).objects.filter(pk=assessor.pk).update(is_active=False)
    assert list(handlers.leftovers(ASSESSING)) == [
        f"{assessor_at_visit} is still open, although the assessor's account is closed."
    ]
    Assessment.objects.update(status=AssessmentStatus.RECUSED)
    assert list(handlers.leftovers(ASSESSING)) == [
        f"{assessor} is expected at the visit for {assessor_at_visit.application}, although recused."
    ]


def test_f22_a_reminder_of_a_draft_that_waits_is_withdrawn_when_it_is_submitted_or_withdrawn(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    application = an_application()
    to = lead(application.organisation)
    remind = {"application": application, "call": application.call, "left": "soon", "link": "x", "standing": None}
    outbox.post("applications.unfinished", to=to, key="one", at=WRITING, about=application, **remind)
    applications.withdraw(application, reason="No.", by=to, at=WRITING)
    assert Letter.objects.get(key="one").status == "withdrawn"


def test_f22_a_reminder_of_the_old_deadline_is_withdrawn_when_the_call_is_extended(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    application = an_application()
    remind = {"application": application, "call": application.call, "left": "soon", "link": "x", "standing": None}
    outbox.post("applications.unfinished", to="a@example.org", key="one", at=WRITING, about=application, **remind)
    later = CLOSES + timedelta(days=2)
    calls.extend(application.call, closes_at=later, reason="The line was cut.", by=officer(), at=WRITING)
    assert Letter.objects.get(key="one").status == "withdrawn"


def test_attendees_of_other_visits_stay():
    first, second = visit(), visit(application_at(Status.SHORTLISTED))
    attendance.excuse(first.application, UserFactory(email=FOUR[2][1]), by=officer(), at=ASSESSING)
    assert (first.attendees.count(), second.attendees.count()) == (3, 4)
