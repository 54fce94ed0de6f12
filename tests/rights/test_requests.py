"""Requests about personal data: recorded, dated, checked, answered by whom they may be."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.models import Candidate, Interest
from core.accounts.models import User
from core.audit.models import Entry
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.lifecycle import Refused
from core.promises import DELETED
from core.retention import run
from core.rights import erasing, libraries
from core.rights.actions import access, corrections, erasures, requests, restrictions
from core.rights.finding import find
from core.rights.models import Review, RightsRequest
from core.rights.planning import plan
from core.rights.reviewing import to_review, waiting
from core.work_queue import for_person
from grants.lifecycle import GrantStatus
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import OrganisationFactory, UserFactory, programme
from tests.applications.factories import DECIDING, candidate_of, officer
from tests.client import Client
from tests.grants.factories import director, grant_at, second_officer
from tests.rights import asked
from tests.rights.asked import ASKED_ON, ASKING, EMAIL, NAME
from tests.secondments.factories import placement_at

pytestmark = pytest.mark.django_db


def refusal(action, *things, **facts):
    with pytest.raises(Refused) as caught:
        action(*things, **facts)
    return caught.value


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


# --- The clock ---


@pytest.mark.parametrize(
    ("received", "due"),
    [(date(2021, 1, 31), date(2021, 2, 28)), (date(2021, 2, 28), date(2021, 3, 28)), (ASKED_ON, date(2021, 4, 1))],
)
def test_the_answer_is_due_a_calendar_month_after_the_request_was_received(received, due):
    facts = {"programme": programme(), "kind": "access", "email": EMAIL, "received_on": received}
    assert requests.record(**facts, by=officer(), at=ASKING).due_on == due


def test_a_day_that_has_not_come_is_refused_at_its_field():
    facts = {"programme": programme(), "kind": "access", "email": EMAIL, "received_on": date(2021, 3, 2)}
    assert refusal(requests.record, **facts, by=officer(), at=ASKING).field == "received_on"


def test_it_takes_longer_once_and_only_when_the_person_is_told_within_the_month():
    director()
    request = asked.record("access")
    late = ASKING.replace(month=4, day=2)
    longer = {"months": 2, "reason": "Many files.", "by": director()}
    assert refusal(requests.extend, request, **longer, at=late).code == "too_late"
    requests.extend(request, **longer, at=ASKING)
    assert request.due_on == date(2021, 6, 1)
    assert Letter.objects.get(template="rights.extended").to_email == EMAIL
    assert refusal(requests.extend, request, **longer, at=ASKING).code == "extended"


def test_those_who_prepare_it_are_reminded_before_the_day_and_after_it_until_it_is_answered():
    director()
    request = asked.record("access")

    def reminded(day):
        post_due(ASKING.replace(month=3 if day < 32 else 4, day=day if day < 32 else day - 31))
        return Letter.objects.filter(template="rights.due_soon").count()

    assert [reminded(day) for day in (21, 22, 23, 29, 30, 32, 33, 34)] == [0, 1, 1, 2, 2, 2, 3, 3]
    requests.withdraw(request, by=officer(), at=ASKING)
    assert not Letter.objects.filter(template="rights.due_soon", status="queued").exists()


def test_it_waits_for_the_director_and_the_officer_named_and_for_nobody_else():
    request = asked.checked("access")
    people = [director(), officer(), second_officer()]

    def waits():
        afresh = [User.objects.get(pk=person.pk) for person in people]
        return [any(request.reference in item.sentence for item in for_person(one, ASKING)) for one in afresh]

    assert waits() == [True, False, False]
    requests.name_officer(request, officer=second_officer(), by=director(), at=ASKING)
    assert waits() == [True, False, True]


# --- A copy ---


def test_nothing_is_released_before_identity_is_checked_and_every_item_in_confidence_is_reviewed():
    asked.candidate_only()
    request = asked.record("access")
    release = {"handed_over": "by_hand", "by": director(), "at": ASKING}
    assert refusal(access.release, request, **release).code == "wrong_state"
    requests.check_identity(request, how="We called them back.", by=officer(), at=ASKING)
    assert refusal(access.release, request, **release).code == "to_review"
    kinds = {(item.thing._meta.label, item.name) for item in waiting(request)}
    assert {("applications.Score", "reason"), ("applications.Assessment", "overall_view")} <= kinds
    details = [set(item.thing.detail) for item in waiting(request) if item.thing._meta.label == "audit.Entry"]
    assert {"assessor", "party"} in details
    assert {"section"} not in details  # a line without anybody's words


def test_what_is_left_out_is_not_in_the_file_and_its_ground_is():
    from tests.rights.test_sixty_markers import released

    asked.candidate_only()
    request = asked.checked("access")
    scores = [item.key for item in to_review(request) if item.thing._meta.label == "applications.Score"]
    words = {item.value for item in to_review(request) if item.key in scores and item.name == "reason"}
    access.review(request, chosen=scores, ground="confidence", by=director(), at=ASKING)
    content = released(request)
    assert words
    assert not [word for word in words if f'"{word}"' in content["everything.json"]]
    assert not [word for word in words if f">{word}<" in content["read-me.html"]]
    assert Review.Ground.CONFIDENCE.label in content["everything.json"]
    assert Entry.objects.filter(event="copy of personal data released").get().detail["omissions"] == len(scores)


def test_whoever_declared_a_conflict_with_the_persons_case_does_not_prepare_the_answer():
    application = asked.candidate_only()
    facts = {"has_conflict": True, "explanation": "A cousin.", "declared_at": DECIDING}
    Interest.objects.update_or_create(application=application, person=director(), defaults=facts)
    request = asked.checked("access")
    release = {"handed_over": "by_hand", "by": User.objects.get(pk=director().pk), "at": ASKING}
    assert refusal(access.release, request, **release).code == "conflict"


def test_the_person_downloads_the_file_behind_their_own_sign_in_and_nobody_else_does():
    from tests.rights.test_sixty_markers import released

    person = UserFactory(email=EMAIL, name=NAME)
    request = asked.checked("access")
    released(request)
    RightsRequest.objects.filter(pk=request.pk).update(handed_over="sign_in")
    address = reverse("account_data_file", args=[request.reference])
    assert [client_of(one).get(address).status_code for one in (person, director(), officer())] == [200, 200, 404]
    assert Entry.objects.filter(event="copy of personal data downloaded").count() == 2
    assert "Download your data" in client_of(person).get(reverse("account_data")).content.decode()
    run.run(ASKING + timedelta(days=31))
    assert client_of(person).get(address).status_code == 404
    assert not RightsRequest.objects.get(pk=request.pk).file


def test_a_proposed_secondee_before_or_after_somebody_else_does_not_get_the_others_salary():
    application = asked.candidate_only()
    row = candidate_of(application)
    Candidate.objects.filter(pk=row.pk).update(status="declined")
    other = {"name": "Ola Other", "email": "ola@example.org", "job_title": "Worker", "status": "lapsed"}
    Candidate.objects.create(application=application, **other)
    assert f"applications.application:{application.pk}" not in find(EMAIL).rows
    assert f"applications.application:{application.pk}" in find("ola@example.org").rows
    assert f"applications.candidate:{row.pk}" in find(EMAIL).rows


def test_what_belongs_to_another_programme_is_not_found():
    asked.candidate_only()
    other = programme("other", reference_prefix="OTH", name="Another programme")
    labels = {row.thing._meta.label for row in find(EMAIL, programme=other).rows.values()}
    assert labels == set()


# --- Rectification ---


def test_what_was_submitted_stays_and_the_correction_stands_beside_it_with_before_and_after():
    application = asked.candidate_only()
    request = asked.checked("rectification")
    candidate = application.candidates.get()
    item = f"applications.candidate:{candidate.pk}:job_title"
    made = corrections.correct(request, item=item, after="Senior worker", by=director(), at=ASKING)
    candidate.refresh_from_db()
    assert (made.before, made.after, made.is_noted_only) == (candidate.job_title, "Senior worker", True)
    corrections.finish(request, by=director(), at=ASKING)
    assert "Senior worker" in Letter.objects.get(template="rights.corrected").body


def test_what_is_not_frozen_is_changed_and_the_address_of_an_account_is_not():
    person = UserFactory(email=EMAIL, name=NAME)
    request = asked.checked("rectification")
    corrections.correct(request, item=f"accounts.user:{person.pk}:name", after="Samuel Asker", by=director(), at=ASKING)
    person.refresh_from_db()
    assert person.name == "Samuel Asker"
    line = Entry.objects.get(event="corrected for the person")
    assert (line.thing_id, line.detail["was"], line.detail["now"]) == (str(person.pk), NAME, "Samuel Asker")
    address = {"item": f"accounts.user:{person.pk}:email", "after": "x@example.org", "by": director(), "at": ASKING}
    assert refusal(corrections.correct, request, **address).field == "item"


# --- Restriction ---


def test_a_restriction_holds_retention_back_until_it_is_lifted_and_refuses_erasure():
    application = asked.candidate_only()
    request = asked.checked("restriction")
    restrictions.restrict(request, answer="", by=director(), at=ASKING)
    run.run(ASKING)
    application.refresh_from_db()
    assert application.erased_at is None
    assert application.candidates.get().name == NAME
    erasure = asked.checked("erasure")
    erasures.prepare_erasure(erasure, by=director(), at=ASKING)
    other = asked.another_preparer(erasure)
    assert refusal(erasures.erase, erasure, by=other, at=ASKING).code == "restricted"
    restrictions.lift(request, by=director(), at=ASKING)
    run.run(ASKING)
    application.refresh_from_db()
    assert application.erased_at == ASKING
    assert application.candidates.get().name == DELETED


# --- Erasure ---


def erased(*, at=ASKING):
    request = asked.checked("erasure")
    erasures.prepare_erasure(request, by=director(), at=at)
    erasures.erase(request, by=asked.another_preparer(request), at=at)
    return request


def test_an_erasure_is_confirmed_by_another_person_than_the_one_who_prepared_it():
    request = asked.checked("erasure")
    erasures.prepare_erasure(request, by=director(), at=ASKING)
    assert refusal(erasures.erase, request, by=director(), at=ASKING).code == "rights.confirm_erasure"
    closed = {"status": "done", "closed_at": ASKING, "closed_by": director()}
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=request.pk).update(**closed)


def test_somebody_without_an_account_is_erased_and_only_the_request_and_its_email_name_them():
    from tests.rights.test_sixty_markers import tables

    asked.candidate_only()
    request = erased()
    naming = {label for label, row in tables().items() if EMAIL in row or NAME in row}
    told = Letter.objects.get(template="rights.erased")
    assert naming == {f"rights.rightsrequest:{request.pk}", f"letters.letter:{told.pk}"}
    assert {one["label"] for one in request.remains} == {f"rights.rightsrequest:{request.pk}"}


def test_an_application_under_way_stays_until_its_decision_and_goes_then():
    from tests.applications import factories as applications

    application = applications.application_at("shortlisted", email=EMAIL, name=NAME)
    request = erased()
    application.refresh_from_db()
    assert application.candidates.get().name == NAME
    assert "its decision" in Letter.objects.get(template="rights.erased").body
    applications._decide(application, applications.Status.UNSUCCESSFUL)
    erasing.finish(ASKING)
    application.refresh_from_db()
    request.refresh_from_db()
    assert application.candidates.get().name == DELETED
    assert not request.is_pending


def test_the_name_of_a_secondee_stays_while_the_grants_file_is_kept_and_goes_with_it():
    grant = grant_at(GrantStatus.AGREED)
    placement = placement_at(PlacementStatus.ACTIVE, grant=grant, secondee_email=EMAIL, secondee_name=NAME)
    person = placement.secondee
    request = erased()
    person.refresh_from_db()
    assert (person.name, person.is_active, person.email) == (NAME, False, f"{person.pk}@erased.invalid")
    until = {one["until"] for one in request.remains if one["noun"] == "person" and one["until"]}
    assert until == {"31 December 2026"}
    run.run(ASKING.replace(year=2028))
    person.refresh_from_db()
    assert person.name == DELETED


def test_the_last_administrator_is_not_erased():
    from core.accounts.roles import Role
    from tests.accounts.factories import person_with

    person_with(Role.ADMINISTRATOR, email=EMAIL, name=NAME)
    request = asked.checked("erasure")
    erasures.prepare_erasure(request, by=director(), at=ASKING)
    other = asked.another_preparer(request)
    assert refusal(erasures.erase, request, by=other, at=ASKING).code == "last_administrator"
    assert list(storages["erasures"].listdir("")[1] if storages["erasures"].exists("") else []) == []


def test_the_preview_changes_nothing():
    from tests.rights.test_sixty_markers import tables

    asked.candidate_only()
    before = tables()
    assert plan(EMAIL, None, programme(), ASKING).counts
    assert tables() == before


# --- The log, after a restore ---


def test_a_restored_backup_is_emptied_again_by_the_log_which_names_nobody():
    from django.core import serializers

    from tests.rights.test_sixty_markers import tables

    person = UserFactory(email=EMAIL, name=NAME)
    person.memberships.create(organisation=OrganisationFactory(), standing="editor")
    application = asked.candidate_only()
    backup = [*Candidate.objects.all(), *type(application).objects.all(), User.objects.get(pk=person.pk)]
    restored = serializers.serialize("json", [*backup, *person.memberships.all()])
    erased()
    log = [storages["erasures"].open(name).read().decode() for name in storages["erasures"].listdir("")[1]]
    assert len(log) == 1
    assert EMAIL not in log[0]
    assert NAME not in log[0]
    from core.audit.immutability import bypass_triggers

    with bypass_triggers():
        for row in serializers.deserialize("json", restored):
            row.save()
    assert Candidate.objects.get().name == NAME
    for _ in range(2):
        out = StringIO()
        call_command("replay_erasures", stdout=out)
        assert out.getvalue() == "Erasures replayed: 1.\n"
        naming = {label.split(":")[0] for label, row in tables().items() if EMAIL in row or NAME in row}
        assert naming == {"rights.rightsrequest", "letters.letter"}
        assert not person.memberships.exists()


def test_a_table_of_a_library_that_nobody_declared_is_found_at_start_up(monkeypatch):
    assert libraries.check_libraries() == []
    monkeypatch.setattr(libraries, "ABOUT_NOBODY", frozenset())
    assert {error.obj._meta.label for error in libraries.check_libraries()} >= {"auth.Group"}


@pytest.mark.parametrize("kind", ["access", "rectification", "erasure", "restriction"])
def test_a_request_has_one_button_for_each_step_and_recording_it_has_one(client, kind):
    client.force_login(director())
    for request in (asked.record(kind), asked.checked(kind)):
        page = client.get(reverse("admin:rights_rightsrequest_change", args=[request.pk]))
        labels = [button["button"].label for button in page.context["step_buttons"]]
        assert len(labels) > 3
        assert labels == list(dict.fromkeys(labels))
        assert [page.text.count(f">{label}…<") for label in labels] == [1] * len(labels)
    adding = client.get(reverse("admin:rights_rightsrequest_add")).text
    assert [name for name in ("_save", "_addanother", "_continue") if f'name="{name}"' in adding] == ["_save"]
