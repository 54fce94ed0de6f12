"""What the lists of the admin can be narrowed to, in an address that shows a colleague the same, and no more than that."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications.actions import assessments
from applications.models import Application, Call, Interest, Strand
from core.audit.immutability import bypass_triggers
from tests.applications.desk import as_
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, committee, complete, finished_by, funder_assessor, host_assessor

pytestmark = pytest.mark.django_db
APPLICATIONS = reverse("admin:applications_application_changelist")
ASSESSMENTS = reverse("admin:applications_assessment_changelist")


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING + timedelta(days=1), tick=False)


@pytest.fixture
def call():
    """Three applications: the sides agree; they are 12 points apart; the funder alone has finished, the host owes."""
    first = application_at("shortlisted")
    complete(first, scores=(4, 4, 3, 3))
    complete(first, party="host", scores=(4, 3, 3, 3))
    second = application_at("shortlisted", call=first.call)
    complete(second, scores=(4, 4, 4, 4))
    complete(second, party="host", scores=(1, 1, 1, 1))
    third = application_at("submitted", call=first.call)
    complete(third, scores=(2, 2, 2, 2))
    assigned(third, party="host")
    return first.call


def places(call, person, address=APPLICATIONS, **asked):
    """Which of the call's applications the list shows, by their place from 0."""
    keys = [one.pk for one in call.applications.order_by("pk")]
    listed = as_(person).get(address, asked).context["cl"].queryset
    way = "pk" if listed.model is Application else "application"
    return sorted(keys.index(key) for key in listed.values_list(way, flat=True))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"spread": "2"}, [1]),
        ({"spread": "99"}, [0, 1, 2]),
        ({"missing": "host"}, [2]),
        ({"missing": "funder"}, []),
        ({"missing": "none"}, []),
        ({"missing": "owed"}, [2]),
        ({"status__exact": "submitted", "missing": "host"}, [2]),
        ({"days": "nonsense", "post": "nonsense", "strand": "9" * 30}, [0, 1, 2]),
    ],
)
def test_the_office_narrows_applications_by_scores(call, asked, expected):
    assert places(call, officer(), **asked) == expected


def test_applications_are_narrowed_by_days_post_and_strand(call):
    first, *others = call.applications.order_by("pk")
    for one in others:
        with bypass_triggers():
            Application.objects.filter(pk=one.pk).update(days_per_week=Decimal("1.5"))
    days = str(int(first.days_per_week))
    assert places(call, officer(), days="2") == ([0, 1, 2] if days == "2" else [1, 2])
    assert places(call, officer(), days="1") == []
    assert places(call, officer(), post=first.post_id) == [
        place for place, one in enumerate([first, *others]) if one.post_id == first.post_id
    ]
    strand = Strand.objects.create(programme=call.programme, title="Youth safety", from_year=2019)
    other = Strand.objects.create(programme=call.programme, title="Housing", from_year=2019)
    Call.strands.through.objects.create(call=call, strand=strand)
    assert places(call, officer(), strand=strand.pk) == [0, 1, 2]
    assert places(call, officer(), strand=other.pk) == []
    assert ("Youth safety" in offered(officer(), APPLICATIONS)["strand"]) is True


def test_conflicts_are_a_filter_of_the_office_alone(call):
    first, second, _ = call.applications.order_by("pk")
    conflict = {"person": committee(), "has_conflict": True, "explanation": "A friend", "declared_at": ASSESSING}
    Interest.objects.create(application=first, **conflict)
    stays = {"handling": "stays", "measure": "Speaks last", "review_on": ASSESSING.date(), "handled_by": officer()}
    Interest.objects.create(application=second, **conflict, **stays)
    assert places(call, officer(), conflict="any") == [0, 1]
    assert places(call, officer(), conflict="open") == [0]
    assert places(call, officer(), conflict="stays") == [1]
    assert places(call, officer(), conflict="no") == [2]
    assert places(call, funder_assessor(), conflict="any") == [0, 1, 2]
    assert "conflict" not in [spec.parameter_name for spec in specs(funder_assessor(), APPLICATIONS)]


def specs(person, address, **asked):
    listed = as_(person).get(address, asked).context["cl"]
    return [spec for spec in listed.filter_specs if hasattr(spec, "parameter_name")]


def offered(person, address, **asked):
    return {one.parameter_name: [said for _, said in one.lookup_choices] for one in specs(person, address, **asked)}


def test_an_assessor_before_finishing_learns_of_no_other_score(call):
    assert places(call, host_assessor(), missing="host") == [2]
    assert places(call, host_assessor(), missing="funder") == [2]
    assert places(call, host_assessor(), missing="none") == [2]
    fourth = application_at("shortlisted", call=call)
    finished_by(funder_assessor(), fourth, party="funder")
    assigned(fourth, party="host")
    assert places(call, host_assessor(), spread="2") == [1]
    assert places(call, host_assessor(), missing="owed") == [2, 3]
    assert places(call, funder_assessor(), missing="host") == [2, 3]


def test_what_a_recused_person_counts_does_not_change_with_the_case(call):
    third, office = call.applications.order_by("pk")[2], officer()
    assessments.declare_conflict(third, by=office, at=ASSESSING, explanation="My sister works there.")
    for asked in ({}, {"missing": "host"}, {"missing": "owed"}, {"conflict": "any"}, {"conflict": "no"}, {"spread": 2}):
        assert 2 not in places(call, office, **asked)


def test_the_list_of_calls_counts_what_the_list_behind_it_shows_to_the_same_person(call):
    third, office = call.applications.order_by("pk")[2], officer()
    assessments.declare_conflict(third, by=office, at=ASSESSING, explanation="My sister works there.")
    found = {}
    for person in (office, funder_assessor(), host_assessor()):
        [row] = as_(person).get(reverse("admin:applications_call_changelist")).context["cl"].result_list
        found[person] = row.count_handed_in
        assert row.count_handed_in == len(places(call, person))
    assert found[office] == 2


def test_an_officer_who_assesses_is_told_of_no_conflict_before_finishing(call):
    third, office = call.applications.order_by("pk")[2], officer()
    Interest.objects.create(
        application=third, person=committee(), has_conflict=True, explanation="A friend", declared_at=ASSESSING
    )
    assert places(call, office, conflict="any") == [2]
    assessments_of_third = third.assessments.get(party="host")
    type(assessments_of_third).objects.filter(pk=assessments_of_third.pk).update(assessor=office)
    assert places(call, office, conflict="any") == []


def test_assessments_are_narrowed_by_assessor_for_the_office_and_by_how_long_they_wait(call, time_machine):
    assert places(call, officer(), ASSESSMENTS, assessor=host_assessor().pk) == [0, 1, 2]
    assert places(call, officer(), ASSESSMENTS, waiting="1") == []
    time_machine.move_to(ASSESSING + timedelta(days=8), tick=False)
    assert places(call, officer(), ASSESSMENTS, waiting="1") == [2]
    assert places(call, officer(), ASSESSMENTS, waiting="2") == []
    assert "assessor" not in [spec.parameter_name for spec in specs(host_assessor(), ASSESSMENTS)]


def test_the_posts_of_the_chosen_call_are_offered_by_their_titles_alone(call):
    other = application_at("submitted")
    title = call.applications.first().post.job_title
    of_all = offered(officer(), APPLICATIONS)
    assert {f"{title} ({call})", f"{other.post} ({other.call})"} <= set(of_all["post"])
    assert {str(call), str(other.call)} == set(of_all["call__id__exact"])
    of_one = offered(officer(), APPLICATIONS, call__id__exact=call.pk)
    assert of_one["post"] == [str(post) for post in call.posts.all()]


@pytest.mark.parametrize("name", ["grants_decision", "grants_grant", "secondments_placement"])
def test_other_lists_are_narrowed_by_post_and_strand_too(call, name):
    address = reverse(f"admin:{name}_changelist")
    for asked in ({"post": 1, "strand": 1}, {"post": "x"}):
        assert as_(officer()).get(address, asked).status_code == 200
