"""A conflict of interest binds whatever role a person has: the office, the director, and people of two roles."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import reminders, work_queue
from applications.actions import applications, assessments, shortlisting, visits
from applications.models import Application, Assessment, AssessmentVisit, Document
from core.accounts.actions import close_account
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters.actions import send_again
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from grants.lifecycle import GrantStatus
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import hold, person_with
from tests.applications.factories import ASSESSING, application_at, officer, outcome_reasons, programme, yet_to_declare
from tests.applications.panel import FOUR, SURE, VISITING, assigned, complete, host_assessor, visit
from tests.client import Client
from tests.grants.factories import director, grant_at, second_officer
from tests.secondments.factories import placement_at

pytestmark = pytest.mark.django_db


def officer_and_assessor():
    """A grants officer of the funder who also assesses for it."""
    person = second_officer()
    person.works_for = programme().funder
    person.save()
    hold(person, Role.FUNDER_ASSESSOR)
    return person


def finish(own):
    person = own.assessor
    assessments.declare(own, has_conflict=False, explanation="", by=person, at=ASSESSING)
    for criterion in own.application.call.criteria.all():
        assessments.score(own, criterion=criterion, score=2, reason="Fair.", by=person, at=ASSESSING)
    assessments.complete(own, recommendation="recommend", overall_view="Fair.", by=person, at=ASSESSING)


def conflicted_officer(application):
    person = second_officer()
    assessments.declare_conflict(application, explanation="I was their trustee.", by=person, at=ASSESSING)
    return person


def admin_page(thing, person, kind="change"):
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"admin:applications_{thing._meta.model_name}_{kind}", args=[thing.pk]))


# --- officer and assessor in one: A4 -----------------------------------------------------------


def test_an_officer_who_assesses_sees_others_scores_only_after_their_own():
    rival = complete(party="host")
    application, person = rival.application, officer_and_assessor()
    assert person.has_perm("applications.view_assessment", rival)
    own = assigned(application, assessor=person)
    assert not person.has_perm("applications.view_assessment", rival)
    assert list(visible(Assessment, person).filter(application=application)) == [own]
    assert admin_page(rival, person).status_code in {302, 404}
    finish(own)
    assert person.has_perm("applications.view_assessment", rival)
    assert set(visible(Assessment, person).filter(application=application)) == {own, rival}


def test_an_officer_who_assesses_reads_the_answers_only_after_declaring():
    application, person = application_at("shortlisted"), yet_to_declare(officer_and_assessor())
    cv = application.documents.get(kind=Document.Kind.CV)
    own = assigned(application, assessor=person)
    assert person.has_perm("applications.view_application", application)
    assert not person.has_perm("applications.read_application", application)
    assert not person.has_perm("applications.view_salary", application)
    assert not visible(Document, person).filter(pk=cv.pk).exists()
    assessments.declare(own, has_conflict=False, explanation="", by=person, at=ASSESSING)
    assert person.has_perm("applications.read_application", application)
    assert visible(Document, person).filter(pk=cv.pk).exists()


def test_an_officer_who_stands_aside_as_an_assessor_no_longer_sees_the_application_as_an_officer():
    application, person = application_at("shortlisted"), officer_and_assessor()
    own = assigned(application, assessor=person)
    assessments.declare(own, has_conflict=True, explanation="I was their trustee.", by=person, at=ASSESSING)
    assert admin_page(application, person).status_code in {302, 404}
    assert not person.has_perm("applications.view_application", application)
    assert list(visible(Application, person)) == []
    assert list(visible(Assessment, person)) == [own]


# --- officers and the director declare: A5 -----------------------------------------------------


@pytest.mark.parametrize("who", [second_officer, director])
def test_officers_and_the_director_declare_a_conflict_on_the_applications_page(who):
    application, person = application_at("shortlisted"), who()
    client = Client()
    client.force_login(person)
    address = reverse("admin:applications_application_step", args=[application.pk, "declare"])
    assert address in admin_page(application, person).text
    client.post(address, {"explanation": "My sister works there."})
    assert application.interests.get(person=person).has_conflict
    assert admin_page(application, person).status_code in {302, 404}


def test_who_declares_on_the_application_is_recused_from_assessing_it_too():
    application, person = application_at("shortlisted"), officer_and_assessor()
    own = assigned(application, assessor=person)
    assessments.declare_conflict(application, explanation="I was their trustee.", by=person, at=ASSESSING)
    own.refresh_from_db()
    assert own.status == "recused"


ACTS = {
    "shortlist": ("submitted", shortlisting.prepare_shortlist),
    "turn down": (
        "submitted",
        lambda row, **facts: shortlisting.prepare_turn_down(row, reasons=outcome_reasons(programme())[:1], **facts),
    ),
    "assign": (
        "submitted",
        lambda row, **facts: assessments.assign(row, assessor=host_assessor(), party="host", **facts),
    ),
    "arrange a visit": (
        "shortlisted",
        lambda row, **facts: visits.arrange(
            row, starts_at=VISITING, minutes=60, place="12 High Road", attendees=FOUR, sure_of=SURE, **facts
        ),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_conflicted_officer_does_nothing_with_the_application(act):
    status, action = ACTS[act]
    application = application_at(status)
    person = conflicted_officer(application)
    with pytest.raises(Refused) as refused:
        action(application, by=person, at=ASSESSING)
    assert refused.value.code.startswith("applications.")
    action(application, by=officer(), at=ASSESSING)


@pytest.mark.parametrize("step", ["confirm", "move", "hold", "cancel"])
def test_a_conflicted_officer_does_nothing_with_its_visits(step):
    arranged = visit(status="proposed")
    person = conflicted_officer(arranged.application)
    facts = {
        "move": {"starts_at": VISITING + timedelta(days=1), "place": "Elsewhere"},
        "hold": {"attended": [], "absence_reason": "Ill.", "notes": ""},
    }
    with pytest.raises(Refused) as refused:
        getattr(visits, step)(arranged, by=person, at=ASSESSING, **facts.get(step, {}))
    assert refused.value.code == f"applications.{step}_assessmentvisit"
    assert not visible(AssessmentVisit, person).exists()


# --- no counts and no mail: A7 -----------------------------------------------------------------


def test_a_conflicted_officer_counts_no_such_application():
    application = application_at("submitted")
    before = [item.sentence for item in work_queue.items(second_officer(), ASSESSING)]
    person = conflicted_officer(application)
    after = [item.sentence for item in work_queue.items(person, ASSESSING)]
    assert len(after) == len(before) - 1


def test_a_recused_assessor_is_not_reminded_of_the_visit_nor_told_of_its_changes():
    application = application_at("shortlisted")
    own = assigned(application, party="host")
    guests = [(name, own.assessor.email if capacity == "host" else email, capacity) for name, email, capacity in FOUR]
    arranged = visits.arrange(
        application,
        starts_at=VISITING,
        minutes=60,
        place="12 High Road",
        attendees=guests,
        sure_of=[*SURE, own.assessor.email],
        by=officer(),
        at=ASSESSING,
    )
    assert Letter.objects.filter(template="applications.visit_invitation", to_email=own.assessor.email).exists()
    assessments.declare(own, has_conflict=True, explanation="My sister.", by=own.assessor, at=ASSESSING)
    due = {str(one.to) for one in reminders.due(VISITING - timedelta(days=1)) if one.template.endswith("visit_soon")}
    assert len(due) == len(FOUR) - 1
    assert own.assessor.email not in due
    visits.cancel(arranged, by=officer(), at=ASSESSING)
    told = Letter.objects.filter(template="applications.visit_cancelled")
    assert own.assessor.email not in set(told.values_list("to_email", flat=True))
    assert own.assessor.email not in told.first().calendar


def test_a_conflicted_officer_is_not_told_that_an_assessor_stood_aside():
    application = application_at("shortlisted")
    own = assigned(application, party="host")
    second_officer()
    assessments.declare_conflict(application, explanation="My sister.", by=officer(), at=ASSESSING)
    assessments.declare(own, has_conflict=True, explanation="My brother.", by=own.assessor, at=ASSESSING)
    assert {letter.to_user for letter in Letter.objects.filter(template="applications.recused")} == {second_officer()}


def test_a_conflicted_officer_is_told_nothing_about_the_application():
    application = application_at("shortlisted")
    person, other = conflicted_officer(application), officer()
    applications.withdraw(application, reason="We have no cover.", by=application.submitted_by, at=ASSESSING)
    to_office = Letter.objects.filter(template="applications.withdrawn_office")
    assert {letter.to_user for letter in to_office} == {other}
    assert person.email not in set(Letter.objects.values_list("to_email", flat=True))


def test_when_an_assessor_leaves_the_others_are_told_for_an_officer_with_a_conflict():
    application = application_at("shortlisted")
    own = assigned(application, party="host")
    other = second_officer()
    assessments.declare_conflict(application, explanation="My sister.", by=own.assigned_by, at=ASSESSING)
    close_account(own.assessor, by=person_with(Role.ADMINISTRATOR), at=ASSESSING)
    assert {letter.to_user for letter in Letter.objects.filter(template="applications.assessor_left")} == {other}


def test_a_conflicted_officer_reads_no_email_and_no_line_of_the_trail_about_the_case():
    grant = grant_at(GrantStatus.AGREED)
    application = grant.decision.application
    other = officer()
    person = conflicted_officer(application)
    about_it = Letter.objects.filter(
        template__in=["applications.received", "grants.award_agreed", "grants.decision_award"]
    )
    lines = Entry.objects.filter(thing_type="grants.grant", thing_id=str(grant.pk))
    assert about_it.exists()
    assert lines.exists()
    for rows in (about_it, lines):
        assert set(visible(rows, other)) == set(rows)
        assert not visible(rows, person).exists()
    assert other.has_perm("letters.send_again_letter", about_it[0])
    assert not person.has_perm("letters.send_again_letter", about_it[0])
    assert not person.has_perm("audit.view_entry", lines[0])
    elsewhere = application_at("submitted")
    trail_of_it = Entry.objects.filter(thing_type="applications.application", thing_id=str(elsewhere.pk))
    assert set(visible(trail_of_it, person)) == set(trail_of_it)


def test_an_officer_who_assesses_reads_the_cases_emails_and_trail_only_after_their_own_score():
    rival = complete(party="host")
    application, person, other = rival.application, officer_and_assessor(), officer()
    letters_of_it = Letter.objects.filter(case=f"applications.application:{application.pk}")
    lines = Entry.objects.filter(thing_type="applications.assessment", thing_id=str(rival.pk))
    assert set(visible(letters_of_it, person)) == set(letters_of_it)
    assert set(visible(lines, person)) == set(lines)
    own = assigned(application, assessor=person)
    for rows in (letters_of_it, lines):
        assert rows.exists()
        assert not visible(rows, person).exists()
        assert set(visible(rows, other)) == set(rows.all())
    assert not person.has_perm("letters.view_letter", letters_of_it[0])
    assert not person.has_perm("audit.view_entry", lines[0])
    finish(own)
    for rows in (letters_of_it, lines):
        assert set(visible(rows, person)) == set(rows.all())


def test_a_line_of_the_trail_on_an_email_about_a_hidden_case_is_hidden_too():
    application, other = application_at("shortlisted"), officer()
    letter = Letter.objects.filter(case=f"applications.application:{application.pk}").first()
    Letter.objects.filter(pk=letter.pk).update(status="dead", sent_at=None)
    letter.refresh_from_db()
    send_again(letter, by=other, at=ASSESSING)
    lines = Entry.objects.filter(thing_type="letters.letter", thing_id=str(letter.pk))
    person = officer_and_assessor()
    assert set(visible(lines, person)) == set(lines) != set()
    assigned(application, assessor=person)
    assert not visible(lines, person).exists()
    assert not person.has_perm("audit.view_entry", lines[0])
    conflicted = director()
    assessments.declare_conflict(application, explanation="My sister works there.", by=conflicted, at=ASSESSING)
    assert not visible(lines, conflicted).exists()
    assert set(visible(lines, other)) == set(lines)


def test_every_email_about_an_application_and_what_came_of_it_names_the_case():
    placement = placement_at(PlacementStatus.ENDED)
    case = f"applications.application:{placement.grant.decision.application_id}"
    letters = Letter.objects.exclude(template__startswith="accounts.")
    assert letters.exists()
    assert [letter.template for letter in letters if letter.case != case] == []
