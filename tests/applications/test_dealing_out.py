"""Assessors dealt out for a call: evenly, around conflicts, previewed, and said where somebody is missing."""

from datetime import date, timedelta

import pytest

from applications import reminders
from applications.actions import applications, assessments, dealing_out
from applications.models import Assessment
from core.accounts.roles import Role
from core.dates import at_london
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import person_with
from tests.applications.desk import as_, text_of, url
from tests.applications.factories import ASSESSING, SUBMITTING, application_at, lead, officer, programme
from tests.applications.panel import assigned, committee, complete, funder_assessor, host_assessor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_close")]


@pytest.fixture
def call():
    """Four applications before assessors; two assessors of the funder and one of the host."""
    first = application_at("shortlisted")
    for _ in range(3):
        application_at("submitted", call=first.call)
    funder_assessor()
    host_assessor()
    person_with(Role.FUNDER_ASSESSOR, works_for=programme().funder, name="Fred Funder")
    return first.call


def keys(call):
    return [one.key for one in dealing_out.propose(call, by=officer())]


def shares(call):
    found = {}
    for one in dealing_out.propose(call, by=officer()):
        found.setdefault(one.side, []).append(str(one.assessor))
    return {str(side): {name: names.count(name) for name in names} for side, names in found.items()}


def test_each_application_gets_one_of_each_side_evenly(call):
    assert shares(call) == {"funder": {"Fay Funder": 2, "Fred Funder": 2}, "host": {"Hal Host": 4}}
    assert not Assessment.objects.exists()
    result = dealing_out.deal_out(call, chosen=keys(call), by=officer(), at=ASSESSING)
    assert (len(result.assigned), result.refused) == (8, [])
    assert keys(call) == []
    assert Letter.objects.filter(template="applications.assigned").count() == 8


def test_it_goes_around_conflicts_and_those_who_have_much_to_finish(call):
    first, second, *_ = call.applications.order_by("pk")
    assigned(first)
    host = host_assessor()
    second.organisation.memberships.create(person=host)
    proposals = {(one.application.pk, str(one.side)): one.assessor for one in dealing_out.propose(call, by=officer())}
    assert proposals[second.pk, "host"] is None
    assert (first.pk, "funder") not in proposals
    assert shares(call)["funder"] == {"Fay Funder": 1, "Fred Funder": 2}


def test_who_was_asked_before_or_declared_a_conflict_is_not_asked_again(call):
    first = call.applications.order_by("pk").first()
    own = assigned(first)
    assessments.declare(own, has_conflict=True, explanation="A friend", by=own.assessor, at=ASSESSING)
    again = [one.assessor for one in dealing_out.propose(call, by=officer()) if one.application == first]
    assert own.assessor not in again


def test_only_what_is_chosen_is_assigned_and_what_is_impossible_meanwhile_is_told(call):
    chosen = keys(call)[:2]
    pk, side, person = chosen[0].split(":")
    application = call.applications.get(pk=pk)
    assessor = funder_assessor() if side == "funder" else host_assessor()
    if str(assessor.pk) != person:
        assessor = Assessment._meta.get_field("assessor").related_model.objects.get(pk=person)
    assessments.assign(application, assessor=assessor, party=side, by=officer(), at=ASSESSING)
    result = dealing_out.deal_out(call, chosen=chosen, by=officer(), at=ASSESSING)
    assert len(result.assigned) == 1
    assert [one for one, _ in result.refused] == [application]


@pytest.mark.parametrize("chosen", [[], ["1"], ["x:funder:1"], ["0:funder:0"], ["1:other:1"]])
def test_a_forged_choice_changes_nothing(call, chosen):
    with pytest.raises(Refused):
        dealing_out.deal_out(call, chosen=chosen, by=officer(), at=ASSESSING)
    assert not Assessment.objects.exists()


def test_not_before_the_close_and_only_by_the_office(call):
    with pytest.raises(Refused):
        dealing_out.deal_out(call, chosen=keys(call), by=officer(), at=SUBMITTING)
    for person in (committee(), funder_assessor(), lead(call.applications.first().organisation)):
        with pytest.raises(Refused) as refused:
            dealing_out.deal_out(call, chosen=keys(call), by=person, at=ASSESSING)
        assert refused.value.code == "applications.deal_out_call"
        assert as_(person).get(url("call", "deal", call.pk)).status_code in {302, 403, 404}


def test_the_page_previews_assigns_and_says_what_is_missing(call):
    desk = as_(officer())
    page = text_of(desk.get(url("call", "deal", call.pk)))
    assert "4 without an assessor of the funder" in page
    assert page.count('name="chosen"') == 8
    answer = desk.post(url("call", "deal", call.pk), {"chosen": keys(call)}, follow=True)
    assert "You have assigned 8 assessors." in text_of(answer)
    assert "Every application before assessors has one of the funder" in text_of(answer)
    assert "Choose at least one" in text_of(desk.post(url("call", "deal", call.pk)))


def test_it_asks_the_same_number_of_questions_however_many_applications(call, django_assert_max_num_queries):
    desk = as_(officer())
    desk.get(url("call", "deal", call.pk))
    with django_assert_max_num_queries(40) as before:
        desk.get(url("call", "deal", call.pk))
    for _ in range(3):
        application_at("submitted", call=call)
    with django_assert_max_num_queries(len(before.captured_queries)):
        desk.get(url("call", "deal", call.pk))


def test_assessors_are_reminded_until_they_finish_or_the_application_ends():
    own = assigned()
    begins = at_london(date(2019, 3, 20), reminders.time(9))

    def reminded(at):
        return [one.key.rsplit(":", 1)[1] for one in reminders.unscored(at) if one.is_due(at)]

    assert reminded(begins - timedelta(days=4)) == []  # seven days before, they had not been asked
    assert reminded(begins - timedelta(days=2)) == ["2"]
    assert reminded(begins + timedelta(days=3)) == ["-1"]
    complete(own.application, party="host")
    assert len(reminded(begins + timedelta(days=3))) == 1
    by = lead(own.application.organisation)
    applications.withdraw(own.application, reason="Not now.", by=by, at=ASSESSING)
    assert reminded(begins + timedelta(days=3)) == []
