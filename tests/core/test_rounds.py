"""The rounds at the top of the admin: what waits at each stage, and that nobody counts what they may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.actions import assessments, visits
from core.accounts.models import User
from core.admin.rounds import rounds_for
from core.work_queue import for_person
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import ASSESSING, DECIDING, application_at, officer, published_call
from tests.applications.panel import VISITING, assigned, both_views, choose, complete, offer, resolve, visit
from tests.client import Client
from tests.secondments.factories import opened

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def shown_to(person, now):
    """Every figure with its name, of all the rounds of a person as a new request finds them."""
    person = User.objects.get(pk=person.pk)
    for one in rounds_for(person, now):
        for stage in one.stages:
            yield from ([stage.cases] if stage.cases else []) + stage.waiting


def held(arranged):
    after = arranged.starts_at + timedelta(hours=1)
    visits.hold(arranged, attended=[], absence_reason="All were ill.", notes="", by=officer(), at=after)


def numbers(person, now):
    return {figure.of.name: figure.count for figure in shown_to(person, now) if figure.count}


def test_a_shortlisted_case_wants_assessors_then_a_visit_then_the_committee(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application, office = application_at("shortlisted"), officer()
    assert numbers(office, ASSESSING) == {"shortlisted": 1, "unassigned": 1, "unvisited": 1}
    complete(application, party="funder")
    assigned(application, party="host")
    assert numbers(office, ASSESSING) == {"shortlisted": 1, "unfinished": 1, "unvisited": 1}


def test_an_assessor_who_stood_aside_leaves_a_place_to_fill(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application = application_at("shortlisted")
    assigned(application, party="funder")
    own = assigned(application, party="host")
    assessments.declare(own, by=own.assessor, at=ASSESSING, has_conflict=True, explanation="I was its trustee.")
    assert numbers(officer(), ASSESSING) == {"shortlisted": 1, "left": 1, "unfinished": 1, "unvisited": 1}


def test_a_case_that_both_sides_assessed_waits_for_a_visit(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application = application_at("shortlisted")
    complete(application, party="funder")
    complete(application, party="host")
    assert numbers(officer(), ASSESSING) == {"assessed": 1, "unvisited": 1}


def test_a_case_is_ready_for_the_committee_once_the_two_views_are_settled(time_machine):
    time_machine.move_to(DECIDING, tick=False)
    call = published_call()
    agreed, differing = (application_at("shortlisted", call=call, organisation=OrganisationFactory()) for _ in range(2))
    both_views(agreed)
    both_views(differing, host="decline", resolved=False)
    for hours, one in enumerate((agreed, differing)):
        held(visit(one, status="confirmed", starts_at=VISITING + timedelta(hours=2 * hours)))
    assert numbers(officer(), DECIDING)["ready"] == 1
    listed = signed_in(officer()).get(reverse("admin:applications_application_changelist"), {"task": "ready"})
    assert list(listed.context["cl"].result_list) == [agreed]
    resolve(differing)
    assert numbers(officer(), DECIDING)["ready"] == 2


def test_a_case_waits_for_a_visit_by_one_line_alone(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    lines = ("unvisited", "choose", "times", "proposed", "hold")

    def waiting(now=ASSESSING):
        found = numbers(officer(), now)
        return {name: found[name] for name in lines if name in found}

    application = application_at("shortlisted")
    assert waiting() == {"unvisited": 1}
    (slot,) = offer(application)
    assert waiting() == {"choose": 1}
    assert waiting(VISITING) == {"times": 1}
    chosen, after = choose(application, slot), VISITING + timedelta(hours=2)
    assert (waiting(), waiting(after)) == ({}, {"hold": 1})
    held(chosen)
    assert waiting(after) == {}


def test_an_arranged_visit_waits_to_be_confirmed_and_only_then_to_be_recorded_as_held():
    arranged, after = visit(), VISITING + timedelta(hours=2)

    def about_visits(now):
        person = User.objects.get(pk=officer().pk)
        return [item.sentence for item in for_person(person, now) if "1 visit to" in item.sentence]

    assert (about_visits(ASSESSING), about_visits(after)) == (["1 visit to confirm"], ["1 visit to confirm"])
    visits.confirm(arranged, by=officer(), at=ASSESSING)
    assert (about_visits(ASSESSING), about_visits(after)) == ([], ["1 visit to record as held"])


def test_what_waits_of_the_rounds_stands_among_ones_own_tasks(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application_at("shortlisted")
    said = [item.sentence for item in for_person(officer(), ASSESSING)]
    assert "1 application without assessors of both sides" in said
    assert "1 application with no visit arranged and no times offered" in said


def test_a_person_with_a_conflict_counts_nothing_of_the_case(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application, office = application_at("shortlisted"), officer()
    assessments.declare_conflict(application, by=office, at=ASSESSING, explanation="My sister works there.")
    assert numbers(office, ASSESSING) == {}
    assert [item for item in for_person(User.objects.get(pk=office.pk), ASSESSING) if "without" in item.sentence] == []


def test_the_queries_of_the_front_page_do_not_grow_with_the_rounds(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    client = signed_in(officer())
    taken = []
    for _ in range(2):
        application_at("shortlisted")
        opened()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("admin:index"))
        taken.append(len(captured))
    assert taken[0] == taken[1]
