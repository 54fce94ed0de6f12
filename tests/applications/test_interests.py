"""Interests are declared for a whole call by names only; conflicts follow from what is known; the office handles them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from applications import work_queue
from applications.actions import applications, assessments, interests, shortlisting
from applications.models import Application, Assessment, AssessmentVisit, Interest, JointView
from applications.visibility.interests import closed_until_declared
from core.accounts import actions as account_actions
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.governance.actions import seats
from core.governance.models import Body, Seat
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from tests.applications.desk import as_, text_of
from tests.applications.factories import (
    ASSESSING,
    SUBMITTING,
    application_at,
    lead,
    officer,
    published_call,
    ready_application,
    turn_down,
    yet_to_declare,
)
from tests.applications.panel import assigned, begun, committee, complete, funder_assessor, visit
from tests.grants.factories import director, meeting, second_officer

pytestmark = pytest.mark.django_db
LATER = date(2019, 6, 1)


def two(status="submitted"):
    call = published_call()
    return application_at(status, call=call), application_at(status, call=call)


def page_of(call):
    return reverse("admin:applications_call_interests", args=[call.pk])


def handle(interest, handling="stays", **facts):
    asked = {"measure": "A colleague checks every score.", "review_on": LATER, **facts}
    interests.handle(interest, handling=handling, **asked, by=second_officer(), at=ASSESSING)


@pytest.mark.parametrize("person", [committee, officer, director])
def test_one_page_asks_about_every_application_of_a_call_and_none_for_the_rest_answers(person):
    first, second = two("shortlisted")
    someone = yet_to_declare(person())
    client = as_(someone)
    page = client.get(page_of(first.call))
    assert [row["application"] for row in page.context["rows"]] == [first, second]
    shown = {f"answer_{first.pk}": "conflict", f"what_{first.pk}": "My sister.", f"what_{second.pk}": ""}
    client.post(page_of(first.call), {**shown, "rest": "on"})
    found = {row.application: row.has_conflict for row in Interest.objects.filter(person=someone)}
    assert found == {first: True, second: False}
    assert list(visible(Application, fresh_person(someone))) == [second]
    assert client.get(page_of(first.call)).context["rows"] == []


def fresh_person(person):
    return type(person).objects.get(pk=person.pk)


@pytest.mark.parametrize("person", [officer, director])
def test_the_office_reads_nothing_and_does_nothing_before_declaring(person):
    first, second = two()
    someone = yet_to_declare(person())
    client, change = as_(someone), reverse("admin:applications_application_change", args=[first.pk])
    assert list(visible(Application, someone)) == []
    assert client.get(change).url == page_of(first.call)
    assert "2 more applications" in text_of(client.get(reverse("admin:applications_application_changelist")))
    with pytest.raises(Refused) as caught:
        shortlisting.prepare_shortlist(first, by=someone, at=ASSESSING)
    assert caught.value.code == "applications.shortlist_application"
    waiting = [item.sentence for item in work_queue.items(someone, ASSESSING)]
    assert waiting == [f"2 applications to “{first.call.title}”: declare your interests"]
    client.post(page_of(first.call), {f"what_{first.pk}": "", f"what_{second.pk}": "", "rest": "on"})
    assert set(visible(Application, fresh_person(someone))) == {first, second}
    assert client.get(change).status_code == 200


def test_what_is_decided_is_read_by_the_office_without_declaring():
    first, second = two()
    turn_down(first, by=officer(), at=ASSESSING)
    assert list(visible(Application, yet_to_declare(director()))) == [first]
    assert list(closed_until_declared(director())) == [second]


def test_whoever_entered_an_application_reads_on_once_it_is_submitted():
    first, _ = two()
    with bypass_triggers():
        Application.objects.filter(pk=first.pk).update(entered_by=officer(), came_by="post", came_at=SUBMITTING)
    assert list(visible(Application, yet_to_declare(officer()))) == [first]


def test_the_page_shows_names_and_nothing_else_of_an_application():
    first, _ = two("shortlisted")
    said = text_of(as_(committee()).get(page_of(first.call)))
    assert str(first.organisation) in said
    assert "Sana Secondee" in said
    assert first.reference not in said


def test_an_assessor_is_asked_about_what_they_were_asked_to_assess():
    first, second = two("shortlisted")
    assessment = assigned(first)
    fay = funder_assessor()
    assert list(interests.to_declare(first.call, fay)) == [first]
    as_(fay).post(page_of(first.call), {f"what_{first.pk}": "", "rest": "on"})
    assessment.refresh_from_db()
    assert assessment.status == "begun"
    assert second not in [row.application for row in Interest.objects.filter(person=fay)]


def test_a_conflict_without_what_it_is_is_named_and_nothing_typed_is_lost():
    first, second = two("shortlisted")
    typed = {f"answer_{first.pk}": "conflict", f"answer_{second.pk}": "none"}
    page = as_(committee()).post(page_of(first.call), typed)
    assert f"what_{first.pk}" in page.context["form"].errors
    assert page.context["form"][f"answer_{second.pk}"].value() == "none"
    assert not Interest.objects.filter(person=committee()).exists()


def test_who_declared_a_conflict_cannot_take_it_back():
    first, _ = two("shortlisted")
    cora = committee()
    assessments.declare_conflict(first, explanation="My sister.", by=cora, at=ASSESSING)
    with pytest.raises(Refused) as caught:
        assessments.record_none(first, by=cora, at=ASSESSING)
    assert caught.value.code == "pinned"


def test_a_member_of_the_organisation_has_a_conflict_by_that_and_so_has_who_was_one():
    application = ready_application()
    application.organisation.memberships.create(person=committee())
    applications.submit(application, by=lead(application.organisation), at=SUBMITTING)
    found = {row.person: row.source for row in Interest.objects.filter(application=application, has_conflict=True)}
    assert found == {committee(): "member"}


def test_the_office_lets_a_person_stay_under_a_measure_and_later_recuses_them_after_all():
    first, _ = two("shortlisted")
    assessments.declare_conflict(first, explanation="An old colleague.", by=committee(), at=ASSESSING)
    interest = Interest.objects.get(has_conflict=True)
    assert first not in list(visible(Application, fresh_person(committee())))
    handle(interest)
    assert first in list(visible(Application, fresh_person(committee())))
    handle(interest, "recused")
    assert first not in list(visible(Application, fresh_person(committee())))


@pytest.mark.parametrize(("facts", "field"), [({"measure": " "}, "measure"), ({"review_on": None}, "review_on")])
def test_who_stays_needs_a_measure_and_a_day_of_review(facts, field):
    first, _ = two("shortlisted")
    assessments.declare_conflict(first, explanation="An old colleague.", by=committee(), at=ASSESSING)
    with pytest.raises(Refused) as caught:
        handle(Interest.objects.get(has_conflict=True), **facts)
    assert caught.value.field == field


def test_no_one_decides_about_their_own_conflict():
    first, _ = two("shortlisted")
    assessments.declare_conflict(first, explanation="An old colleague.", by=officer(), at=ASSESSING)
    with pytest.raises(Refused) as caught:
        interests.handle(
            Interest.objects.get(has_conflict=True), handling="recused", by=officer(), at=ASSESSING + timedelta(hours=1)
        )
    assert caught.value.code == "applications.handle_interest"


def test_none_with_the_rest_answers_only_for_what_was_on_the_page():
    first, _ = two("shortlisted")
    someone = committee()
    as_(someone).post(page_of(first.call), {f"what_{first.pk}": "", "rest": "on"})
    assert [row.application for row in Interest.objects.filter(person=someone)] == [first]


def test_another_conflict_recuses_whoever_was_let_stay():
    application, _ = two("shortlisted")
    someone = committee()
    assessments.declare_conflict(application, by=someone, at=ASSESSING, explanation="I was a trustee.")
    handle(Interest.objects.get(person=someone))
    assert application in visible(Application, fresh_person(someone))
    someone = fresh_person(someone)
    assessments.declare_conflict(application, by=someone, at=ASSESSING, explanation="My sister is its director now.")
    assert Interest.objects.get(person=someone).handling == ""
    assert application not in visible(Application, fresh_person(someone))


def test_submitting_again_leaves_what_the_office_decided():
    application, _ = two()
    someone = committee()
    assessments.declare_conflict(application, by=someone, at=SUBMITTING, explanation="I was a trustee.")
    handle(Interest.objects.get(person=someone))
    interests.follow(application, at=ASSESSING)
    found = Interest.objects.get(person=someone)
    assert (found.handling, found.explanation) == ("stays", "I was a trustee.")


def letters_to(person, template):
    return Letter.objects.filter(template=f"applications.{template}", to_user=person)


def recused_assessor():
    application, _ = two("shortlisted")
    own = begun(application)
    assessments.score(own, criterion=first_criterion(own), score=3, reason="Good.", by=own.assessor, at=ASSESSING)
    assessments.recuse(own, explanation="An old colleague.", by=own.assessor, at=ASSESSING)
    return own


def first_criterion(assessment):
    return assessment.application.call.criteria.first()


def test_an_assessor_who_may_stay_is_asked_again_and_finishes_what_they_began():
    own = recused_assessor()
    handle(Interest.objects.get(person=own.assessor))
    own.refresh_from_db()
    assert (own.status, own.recused_at) == ("begun", None)
    fay = fresh_person(own.assessor)
    assert text_of(as_(fay).get(reverse("admin:applications_assessment_change", args=[own.pk]))).count("Good.") == 1
    assert own in work_queue.to_score(fay, ASSESSING)
    assert fay.has_perm("applications.read_application", own.application)
    (letter,) = letters_to(fay, "asked_again")
    assert "A colleague checks every score." in letter.body
    assert Entry.objects.filter(event="assessor asked again, under a measure", by=second_officer()).count() == 1


def test_who_no_longer_assesses_is_not_asked_again():
    own = recused_assessor()
    own.assessor.role_assignments.all().delete()
    handle(Interest.objects.get(person=own.assessor))
    own.refresh_from_db()
    assert own.status == "recused"


def test_what_was_decided_on_meanwhile_is_not_assessed_again():
    own = recused_assessor()
    Application.objects.filter(pk=own.application_id).update(status="unsuccessful")
    handle(Interest.objects.get(person=own.assessor))
    own.refresh_from_db()
    assert own.status == "recused"


def test_the_day_of_review_comes_to_the_queue_of_the_others_in_the_office():
    application, _ = two("shortlisted")
    assessments.declare_conflict(application, explanation="An old colleague.", by=director(), at=ASSESSING)
    handle(Interest.objects.get(has_conflict=True))
    on_the_day = datetime.combine(LATER, time(9), tzinfo=UTC)
    assert list(work_queue.to_review(second_officer(), ASSESSING)) == []
    assert list(work_queue.to_review(second_officer(), on_the_day)) == [application]
    assert list(work_queue.to_review(fresh_person(director()), on_the_day)) == []
    waiting = [item.sentence for item in work_queue.items(second_officer(), on_the_day)]
    assert "1 application with a conflict of interest to review" in waiting


def test_a_review_keeps_the_measure_for_longer_or_recuses():
    application, _ = two("shortlisted")
    assessments.declare_conflict(application, explanation="An old colleague.", by=committee(), at=ASSESSING)
    handle(Interest.objects.get(has_conflict=True))
    client, address = (
        as_(second_officer()),
        reverse("admin:applications_application_step", args=[application.pk, "review"]),
    )
    assert "A colleague checks every score." in text_of(client.get(address))
    kept = {"interest": Interest.objects.get(has_conflict=True).pk, "handling": "stays", "measure": ""}
    later = datetime.now(UTC).date() + timedelta(days=30)
    client.post(address, {**kept, "review_on": later.isoformat()})
    found = Interest.objects.get(has_conflict=True)
    assert (found.measure, found.review_on) == ("A colleague checks every score.", later)
    client.post(address, {**kept, "handling": "recused"})
    assert Interest.objects.get(has_conflict=True).handling == "recused"
    assert client.get(address).status_code == 302


def test_who_joins_an_organisation_after_it_has_applied_has_a_conflict_and_everybody_is_told():
    application, _ = two("shortlisted")
    own = begun(application)
    by = lead(application.organisation)
    facts = {"email": own.assessor.email, "standing": "editor", "is_signatory": False, "by": by, "at": ASSESSING}
    invitation = account_actions.invite_to_organisation(application.organisation, **facts)
    account_actions.accept_invitation(invitation, by=own.assessor, at=ASSESSING)
    own.refresh_from_db()
    assert (own.status, Interest.objects.get(person=own.assessor, has_conflict=True).source) == ("recused", "member")
    assert letters_to(own.assessor, "stood_aside").count() == 1
    assert letters_to(officer(), "recused").count() == 1


def test_who_speaks_for_an_organisation_on_a_body_has_a_conflict_with_what_it_applied_for():
    application, other = two("shortlisted")
    body = Body.objects.create(programme=application.call.programme, name="Advisory board")
    cora = committee()
    seat = Seat.objects.create(body=body, person=cora, organisation=application.organisation, from_on=LATER)
    seats.announce(seat, by=officer(), at=ASSESSING)
    assert Interest.objects.get(person=cora, has_conflict=True).source == "seat"
    assert [row.application for row in Interest.objects.filter(person=cora)] == [application] != [other]


def test_a_seat_given_in_the_admin_has_the_same_consequence():
    application, _ = two("shortlisted")
    body = Body.objects.create(programme=application.call.programme, name="Advisory board")
    cora = committee()
    blank = {"seats-TOTAL_FORMS": 1, "seats-INITIAL_FORMS": 0, "name": body.name, "quorum": 0, "purpose": ""}
    typed = {"person": cora.pk, "organisation": application.organisation_id, "from_on": "2019-03-01", "is_voting": "on"}
    answer = as_(officer()).post(
        reverse("admin:governance_body_change", args=[body.pk]),
        {**blank, **{f"seats-0-{name}": value for name, value in typed.items()}},
    )
    assert answer.status_code == 302
    assert Interest.objects.get(person=cora).source == "seat"


def test_the_office_hears_of_a_seat_held_before_the_application_was_submitted():
    application = ready_application()
    body = Body.objects.create(programme=application.call.programme, name="Advisory board")
    Seat.objects.create(body=body, person=committee(), organisation=application.organisation, from_on=LATER)
    applications.submit(application, by=lead(application.organisation), at=SUBMITTING)
    assert Interest.objects.get(application=application, has_conflict=True).source == "seat"


# --- before reading ---


def test_the_committee_reads_nothing_of_an_application_before_declaring_and_is_led_to_the_page_that_asks():
    application = complete(application_at("shortlisted")).application
    visit(application)
    cora, found = committee(), reverse("admin:applications_application_changelist")
    for model in (Application, Assessment, AssessmentVisit, JointView):
        assert not visible(model, cora).exists()
    client, address = as_(cora), reverse("admin:applications_application_change", args=[application.pk])
    assert client.get(address)["Location"] == page_of(application.call)
    for page in (found, reverse("admin:applications_call_matrix", args=[application.call_id])):
        shown = text_of(client.get(page))
        assert page_of(application.call) in shown
        assert str(application) not in shown
    (item,) = work_queue.items(cora, ASSESSING)
    assert item.url == page_of(application.call)
    client.post(page_of(application.call), {f"what_{application.pk}": "", "rest": "on"})
    assert client.get(address).status_code == 200
    assert page_of(application.call) not in text_of(client.get(found))
    assert list(work_queue.items(fresh_person(cora), ASSESSING)) == []


def test_a_meeting_of_the_committee_says_what_its_reader_has_still_to_declare():
    application = application_at("shortlisted")
    address = reverse("admin:governance_meeting_change", args=[meeting().pk])
    assert page_of(application.call) in text_of(as_(committee()).get(address))
    assert page_of(application.call) not in text_of(as_(officer()).get(address))


def test_nobody_is_asked_to_declare_for_what_is_decided_but_may_to_read_it():
    first, second = two()
    third = application_at("submitted", call=first.call)
    turn_down(first, by=officer(), at=ASSESSING)
    cora, address = committee(), reverse("admin:governance_meeting_change", args=[meeting().pk])
    (item,) = work_queue.items(cora, ASSESSING)
    assert item.sentence.startswith("2 applications")
    page = as_(cora).get(page_of(first.call))
    assert [row["application"] for row in page.context["rows"]] == [second, third, first]
    assert text_of(page).count("Already decided") == 1
    for one in (second, third):
        turn_down(one, by=officer(), at=ASSESSING)
    assert list(work_queue.items(fresh_person(cora), ASSESSING)) == []
    assert page_of(first.call) not in text_of(as_(cora).get(address))
    opened = as_(cora).get(reverse("admin:applications_application_change", args=[first.pk]))
    assert opened["Location"] == page_of(first.call)


def test_nobody_is_asked_to_declare_for_the_reserve_list_of_a_round_that_is_decided():
    application = application_at("shortlisted")
    type(application).objects.filter(pk=application.pk).update(status="reserve")
    cora = committee()
    assert len(list(work_queue.items(cora, ASSESSING))) == 1  # a place may become free before the others are told
    type(application.call).objects.filter(pk=application.call_id).update(status="decided")
    assert list(work_queue.items(fresh_person(cora), ASSESSING)) == []


def test_who_stood_aside_is_led_nowhere():
    application = application_at("shortlisted")
    assessments.declare_conflict(application, explanation="My sister.", by=committee(), at=ASSESSING)
    address = reverse("admin:applications_application_change", args=[application.pk])
    assert as_(committee()).get(address).status_code == 404
