"""Who stood aside finds no trace of the case, and who has yet to finish an assessment none of what others found.

Everything that a person opens is asked for twice: in the world as it is, and in one in which the rows do not exist.
Every answer must be the same, word for word: pages, lists in every order and by every filter, searches, files, steps.
"""

import os
from zlib import crc32

import pytest
import time_machine

from applications.actions import assessments, deputies
from applications.models import (
    Application,
    Assessment,
    Candidate,
    Interest,
    JointView,
    Score,
    ViewResolution,
    VisitSlot,
)
from applications.rules.deputies import without_deputy
from applications.visibility.interests import closed_until_declared
from core.accounts.actions import make_access_token, make_calendar_address
from core.accounts.models import Scope, User
from core.accounts.roles import STANDS_ALONE, Role
from core.letters.models import Letter
from core.visibility import hidden_from
from secondments.models import Placement
from tests.accounts.factories import person_with
from tests.applications import factories as applications
from tests.client import Client
from tests.promises import no_trace

# Of what is asked, a part by its words, the same in every run of a seed: a little by itself, a tenth in `make soak`
# (TENTHS=1), and everything with TENTHS=10.
TENTHS, SEED = int(os.environ.get("TENTHS", "0")), os.environ.get("SEED", "")
IN_A_THOUSAND = 100 * TENTHS or 8
FEWEST = 40 * TENTHS or 4  # answers compared, of each person
pytestmark = pytest.mark.django_db
# Whatever this officer opens, the director opens too.
SECOND = pytest.param("second_officer", marks=pytest.mark.skipif(not TENTHS, reason="make soak"))


def is_chosen(asked):
    return crc32(f"{SEED}{asked}".encode()) % 1000 < IN_A_THOUSAND


def is_public(asked):
    """What everybody reads, a person who stood aside may read too."""
    method, address, _ = asked
    return method == "get" and Client().get(address).status_code == 200


def compared(person, cases, change, leads_to):
    """What this person is answered otherwise after the change: {what was asked: the lines that differ}."""
    client, words = Client(), no_trace.words_of(cases)[:4]
    client.force_login(person)
    with time_machine.travel(no_trace.NOW, tick=False):
        made = {"by": person, "at": no_trace.NOW}
        tokens = {
            "api": make_access_token(person, name="t", scopes=tuple(Scope.values), days=90, **made),
            "calendar": make_calendar_address(person, **made),
        }
        asked = [
            *(no_trace.walked(client, most=1 + TENTHS // 4) if TENTHS else ()),
            *no_trace.in_the_admin(cases),
            *no_trace.searches(words),
        ]
        asked = filter(is_chosen, dict.fromkeys([*asked, *no_trace.of_the_site(leads_to)]))
        pages = [one for one in asked if not is_public(one)]
        questions = no_trace.Questions(pages, words, tokens, is_chosen)
        before = dict(no_trace.world(client, person, questions))
        assert len(before) > FEWEST
        with no_trace.another_world(change):
            return no_trace.differences(before, no_trace.world(client, person, questions))


# --- A conflict of interest ---


def stood_aside(cast, part):
    """The person, recused from every case of the own organisation that was handed in; and the cases."""
    person = cast.afresh(part)
    for application in Application.objects.filter(organisation=cast.organisation, is_rehearsal=False):
        known = application.interests.filter(person=person, has_conflict=True).exists()
        if not known and person.has_perm("applications.declare_application", application):
            assessments.declare_conflict(application, explanation="A friend.", by=person, at=applications.ASSESSING)
    person = cast.afresh(part)
    for role in STANDS_ALONE:  # who is to name a deputy is told of which case
        for application in without_deputy(person, role):
            deputies.name(application, role=role, person=cast.officer, by=person, at=applications.ASSESSING)
    person = cast.afresh(part)
    return person, list(Interest.objects.binding().filter(person=person).values_list("application", flat=True))


def keys(rows, name="pk"):
    return set(rows.values_list(name, flat=True))


def without(cases, person, *, names=()):
    """Take out the cases and all that belongs to them, with their emails and lines of the trail.

    Of whoever was asked to assess one, the stub of that stays: which application, of whom. So do rows of `names`.
    """

    def change():
        labels = hidden_from(User.objects.get(pk=person.pk))
        stubs = Assessment.objects.filter(assessor=person, application__in=cases)
        kept = {Application: keys(stubs, "application"), Assessment: keys(stubs)}
        no_trace.drop(Letter.objects.filter(case__in=[f"applications.application:{case}" for case in cases]))
        no_trace.drop_story(labels)
        ways = no_trace.ways_to_application()
        assert {Interest, Score, Placement} <= set(ways)
        doomed = {model: keys(model._base_manager.filter(**{f"{way}__in": cases})) for model, way in ways.items()}
        doomed[VisitSlot] = keys(VisitSlot.objects.filter(offers__application__in=cases))
        for model in set(doomed) - {Interest, *names}:
            no_trace.drop(model._base_manager.filter(pk__in=doomed[model] - kept.get(model, set())))

    return change


@pytest.mark.parametrize("part", ["director", SECOND, "conflicted_member", "conflicted"])
def test_who_stood_aside_is_answered_as_if_the_case_did_not_exist(part, cast, leads_to):
    person, cases = stood_aside(cast, part)
    assert Placement.objects.filter(grant__decision__application__in=cases).exists()
    assert compared(person, cases, without(cases, person), leads_to) == {}


# --- An assessment that is not finished ---


def without_findings(person):
    """Of what the person has still to assess, take out what others scored, recommended and agreed on."""

    def change():
        labels = hidden_from(User.objects.get(pk=person.pk))
        own = Assessment.objects.filter(assessor=person, status__in=["assigned", "begun"])
        cases = list(own.values_list("application", flat=True))
        others = Assessment.objects.filter(application__in=cases).exclude(assessor=person)
        assert others.filter(status="complete").exists()
        no_trace.drop(Score.objects.filter(assessment__in=others.values("pk")))
        others.filter(status="complete").update(
            status="begun", completed_at=None, recommendation="", overall_view="", private_notes=""
        )
        no_trace.drop(ViewResolution.objects.filter(application__in=cases))
        no_trace.drop(JointView.objects.filter(application__in=cases))
        no_trace.drop(Letter.objects.filter(case__in=[f"applications.application:{case}" for case in cases]))
        found = {"applications.assessment", "applications.jointview", "applications.viewresolution"}
        no_trace.drop_story(labels, found)

    return change


def officer_and_assessor(cast):
    """An officer who was also asked to assess, and has begun."""
    programme = applications.programme()
    person = person_with(Role.OFFICER, Role.FUNDER_ASSESSOR, works_for=programme.funder, name="Both")
    for state in ("shortlisted", "apart"):
        thing, at = cast.things["application"][state], applications.ASSESSING
        own = assessments.assign(thing, assessor=person, party="funder", by=cast.afresh("officer"), at=at)
        assessments.declare(own, has_conflict=False, explanation="", by=person, at=at)
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("part", ["declared", "undeclared", "officer and assessor"])
def test_who_has_not_finished_is_answered_as_if_nobody_had(part, cast, leads_to):
    person = officer_and_assessor(cast) if part == "officer and assessor" else cast.afresh(part)
    own = Assessment.objects.filter(assessor=person, status__in=["assigned", "begun"])
    cases = list(own.values_list("application", flat=True))
    assert compared(person, cases, without_findings(person), leads_to) == {}


# --- An interest that is not declared ---


def test_an_assessor_who_has_not_declared_is_answered_as_if_there_were_only_names(cast, leads_to):
    person = cast.afresh("undeclared")
    cases = list(Assessment.objects.filter(assessor=person).values_list("application", flat=True))
    assert compared(person, cases, without(cases, person, names=[Candidate]), leads_to) == {}


def test_a_member_who_has_not_declared_is_answered_as_if_there_were_only_names_and_awards(cast, leads_to):
    person = cast.afresh("undeclared_member")
    cases = list(closed_until_declared(person).values_list("pk", flat=True))
    awards = [model for model in no_trace.ways_to_application() if model._meta.app_label != "applications"]
    assert compared(person, cases, without(cases, person, names=[Application, Candidate, *awards]), leads_to) == {}


def test_the_office_is_answered_before_declaring_as_if_there_were_only_names(cast, leads_to):
    person = applications.yet_to_declare(cast.afresh("second_officer"))
    cases = list(closed_until_declared(person).values_list("pk", flat=True))
    assert cases
    assert compared(person, cases, without(cases, person, names=[Application, Candidate]), leads_to) == {}
