"""The pages of placements, as the people they belong to."""

from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse

from core.accounts.roles import Role
from grants.lifecycle import GrantStatus
from secondments.actions import organisation_views, workplans
from secondments.lifecycle import PlacementStatus
from secondments.models import Milestone, OrganisationView, Placement, Workplan
from secondments.work_queue import items
from tests.accounts.factories import UserFactory, person_with
from tests.applications.factories import lead, officer
from tests.documents import content_of, fetched
from tests.grants.factories import grant_at
from tests.secondments.factories import (
    DOING,
    ENDING,
    OPENING,
    PLANNING,
    STARTING,
    fresh,
    line_manager,
    milestone,
    opened,
    other_programme,
    placement_at,
    programme_manager,
    ready,
    step_of,
    strand,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        return client

    return sign_in


def page(response):
    return response.content.decode()


def post_open(client, grant, **facts):
    given = {
        "secondee_name": "Sana Secondee",
        "secondee_email": "sana@example.org",
        "home_manager_name": "Hanna Home",
        "home_manager_email": "hanna@example.org",
        "line_manager": line_manager().pk,
        "starts_on": "2019-05-01",
        "ends_on": "30/04/2020",
        "strands": [strand().pk],
        "sure_of": ["sana@example.org", "hanna@example.org"],
    }
    return client.post(f"/placements/open/{grant.reference}/", given | facts)


@time_machine.travel(OPENING, tick=False)
def test_the_programme_manager_opens_a_placement_from_the_top_of_the_list(as_person):
    grant = grant_at(GrantStatus.AGREED)
    client = as_person(programme_manager())
    assert f'href="/placements/open/{grant.reference}/"' in page(client.get("/placements/"))
    form = client.get(f"/placements/open/{grant.reference}/").context["form"]
    candidate = grant.decision.application.candidates.get()
    assert (form["secondee_name"].value(), form["secondee_email"].value()) == (candidate.name, candidate.email)
    assert (form["starts_on"].value(), form["ends_on"].value()) == (date(2019, 5, 1), date(2020, 4, 30))
    response = post_open(client, grant)
    assert response.url == "/placements/CII-P-2019-001/"
    assert post_open(client, grant).url == "/placements/CII-P-2019-001/"
    assert Placement.objects.count() == 1
    assert SAID.agreed_grants_without_a_placement not in page(client.get("/placements/"))


@time_machine.travel(OPENING, tick=False)
@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"home_manager_email": "lionel@example.org", "home_manager_name": "Lionel Line"},
            SAID.cannot_be_both_the_line.format("Lionel Line"),
        ),
        (
            {"ends_on": "2019-04-30"},
            SAID.the_last_day_must_be_after.format("Tuesday 30 April 2019", "Wednesday 1 May 2019"),
        ),
        ({"starts_on": "soon"}, SAID.enter_as_a_date_like.format("first day")),
        ({"secondee_email": "sana"}, "Enter the secondee&#x27;s email address, like name@example.org"),
        ({"line_manager": ""}, "Choose line manager"),
    ],
)
def test_what_is_typed_wrong_gets_a_sentence_and_loses_nothing(as_person, facts, sentence):
    grant = grant_at(GrantStatus.AGREED)
    response = post_open(as_person(programme_manager()), grant, secondee_name="Sana of the Typed Words", **facts)
    assert response.status_code == 200
    assert sentence in page(response)
    assert 'value="Sana of the Typed Words"' in page(response)
    assert Placement.objects.count() == 0


def test_strangers_and_others_are_told_there_is_nothing(as_person):
    grant = grant_at(GrantStatus.AGREED)
    for person in (
        lead(grant.organisation),
        line_manager(),
        person_with(Role.PROGRAMME_MANAGER, within=other_programme()),
    ):
        assert as_person(person).get(f"/placements/open/{grant.reference}/").status_code == 404
    placement = opened(grant)
    step = f"/placements/{placement.reference}/steps/screening/"
    pages = ["", "start/", "end/", "days/", "workplan/", "workplan.pdf", "view/", "workplan/objectives/new/"]
    client = as_person(UserFactory())
    for address in [*(f"/placements/{placement.reference}/{tail}" for tail in pages), step]:
        assert (address, client.get(address).status_code) == (address, 404)
    client.logout()
    for address in ("/placements/", "/placements/week/", f"/placements/{placement.reference}/"):
        assert client.get(address).url == f"/accounts/login/?next={address}"


def test_who_reads_may_not_write(as_person):
    placement = opened()
    row = milestone(placement)
    base = f"/placements/{placement.reference}"
    forbidden = {
        placement.home_manager: [
            "/start/",
            "/end/",
            "/days/",
            "/workplan/objectives/new/",
            f"/workplan/milestones/{row.pk}/",
        ],
        officer(): ["/start/", "/end/", "/days/", "/workplan/objectives/new/", "/steps/screening/waive/"],
        placement.secondee: ["/start/", "/end/", "/steps/screening/waive/"],
    }
    for person, tails in forbidden.items():
        client = as_person(person)
        for tail in tails:
            assert (tail, client.get(base + tail).status_code) == (tail, 403)
        assert (
            client.post(f"{base}/steps/screening/", {"happened_on": "2019-04-20", "is_outcome": "on"}).status_code
            == 403
        )
        assert client.post(f"{base}/steps/screening/confirm/").status_code == 403
    assert as_person(placement.secondee).post(f"{base}/workplan/milestones/{row.pk}/steps/give/").status_code == 403


@time_machine.travel(STARTING + timedelta(hours=9), tick=False)
def test_the_six_steps_by_their_owners_and_then_the_start(as_person):
    placement = opened()
    base = f"/placements/{placement.reference}"
    manager, of_organisation = programme_manager(), lead(placement.grant.organisation)
    start = page(as_person(manager).get(f"{base}/start/"))
    assert SAID.step_not_complete.format("You cannot start it yet: 5", "s") in start
    refused = page(as_person(manager).post(f"{base}/start/"))
    assert "This placement cannot start yet. Not complete: Host&#x27;s HR screening" in refused
    turns = [
        (manager, "screening/", {"happened_on": "2019-04-23", "is_outcome": "on"}),
        (manager, "contract/", {"happened_on": "23/04/2019", "note": "With Legal."}),
        (of_organisation, "contract/confirm/", {}),
        (of_organisation, "release/", {"happened_on": "23 April 2019"}),
        (line_manager(), "role_meeting/", {"happened_on": "2019-04-23"}),
        (line_manager(), "managers_meeting/", {"happened_on": "2019-04-23"}),
        (placement.home_manager, "managers_meeting/confirm/", {}),
    ]
    for person, step, facts in turns:
        assert as_person(person).post(f"{base}/steps/{step}", facts).url == f"{base}/"
    shown = page(as_person(manager).get(f"{base}/"))
    assert SAID.all_steps_before_the_start in shown
    assert as_person(manager).post(f"{base}/start/").url == f"{base}/"
    assert fresh(placement).status == "active"
    assert as_person(manager).post(f"{base}/start/").url == f"{base}/"


@time_machine.travel(DOING, tick=False)
def test_the_screening_asks_for_a_date_and_that_it_is_cleared_and_nothing_else(as_person):
    placement = opened()
    client = as_person(programme_manager())
    address = f"/placements/{placement.reference}/steps/screening/"
    assert list(client.get(address).context["form"].fields) == ["happened_on", "is_outcome"]
    refused = page(client.post(address, {"happened_on": "2019-04-23"}))
    assert SAID.tick_the_box_if_the.format(SAID.the_screening_is_cleared) in refused
    assert 'value="2019-04-23"' in refused
    assert step_of(placement, "screening").status == "open"


@time_machine.travel(DOING, tick=False)
def test_a_step_is_waived_and_opened_again_on_its_page(as_person):
    placement = opened()
    client = as_person(line_manager())
    address = f"/placements/{placement.reference}/steps/role_meeting/"
    assert SAID.enter_why_this_step_is_not in page(client.post(f"{address}waive/", {"reason": " "}))
    client.post(f"{address}waive/", {"reason": "They know each other."})
    assert "Not needed: They know each other." in page(client.get(f"/placements/{placement.reference}/"))
    assert client.post(f"{address}waive/", {"reason": "Twice."}).url == f"/placements/{placement.reference}/"
    client = as_person(programme_manager())
    assert SAID.reopen_this_step in page(client.get(f"{address}reopen/"))
    client.post(f"{address}reopen/")
    assert step_of(placement, "role_meeting").status == "open"
    assert client.get(f"/placements/{placement.reference}/steps/nothing/").status_code == 404
    assert client.get(f"{address}confirm/").url == address


@time_machine.travel(DOING, tick=False)
def test_the_host_asks_to_waive_a_step_and_its_owner_agrees_or_refuses_on_its_page(as_person):
    placement = opened()
    address = f"/placements/{placement.reference}/steps/release/"
    host, owner = programme_manager(), lead(placement.grant.organisation)
    client = as_person(host)
    assert f'href="{address}waive/"' in client.get(address).text
    client.post(f"{address}waive/", {"reason": "Their colleague covers."})
    assert step_of(placement, "release").waiver_asked_by == host
    assert f'href="{address}keep/"' not in client.get(address).text
    assert client.get(f"{address}keep/").status_code == 403
    client = as_person(owner)
    assert f'href="{address}keep/"' in client.get(address).text
    client.post(f"{address}keep/")
    assert step_of(placement, "release").waiver_asked_by is None
    as_person(host).post(f"{address}waive/", {"reason": "Their colleague covers."})
    client = as_person(owner)
    assert "Their colleague covers." in client.get(f"{address}waive/").text
    assert any("release" in item.sentence.lower() for item in items(owner, DOING))
    client.post(f"{address}waive/", {"reason": "Their colleague covers."})
    assert step_of(placement, "release").status == "waived"


@time_machine.travel(DOING, tick=False)
def test_the_secondee_chooses_the_days(as_person):
    placement = opened()
    client = as_person(placement.secondee)
    address = f"/placements/{placement.reference}/days/"
    assert "tick 3 days, not 2" in page(client.post(address, {"days": ["Monday", "Friday"]}))
    assert client.post(address, {"days": ["Monday", "Tuesday", "Friday"]}).url == f"/placements/{placement.reference}/"
    assert fresh(placement).day_names == ["Monday", "Tuesday", "Friday"]


@time_machine.travel(ENDING, tick=False)
def test_the_programme_manager_ends_a_placement(as_person):
    placement = placement_at(PlacementStatus.ACTIVE)
    client = as_person(programme_manager())
    assert "Its last day is Thursday 30 April 2020" in page(client.get(f"/placements/{placement.reference}/end/"))
    client.post(f"/placements/{placement.reference}/end/")
    assert fresh(placement).status == "ended"
    assert client.get(f"/placements/{placement.reference}/end/").url == f"/placements/{placement.reference}/"
    assert client.get(f"/placements/{placement.reference}/days/").status_code == 403


WORDS = {
    "title": "Plan it",
    "due_on": "2019-07-31",
    "work": "project",
    "influence": "horizontal",
    "needs_sign_off": "on",
}


@time_machine.travel(PLANNING, tick=False)
def test_secondee_and_line_manager_keep_the_workplan(as_person):
    placement = opened()
    base = f"/placements/{placement.reference}/workplan/"
    client = as_person(placement.secondee)
    assert SAID.the_workplan_is_empty in page(client.get(base))
    assert SAID.enter_the_objective_in_one in page(client.post(f"{base}objectives/new/", {"title": ""}))
    client.post(f"{base}objectives/new/", {"title": "More Londoners register"})
    objective = placement.workplan.objectives.get()
    new = f"{base}objectives/{objective.pk}/milestones/new/"
    assert SAID.choose_a_day_between_them in page(client.post(new, WORDS | {"due_on": "2021-07-31"}))
    assert client.post(new, WORDS).url == base
    row = Milestone.objects.get()
    for step in ("begin", "ask"):
        assert client.post(f"{base}milestones/{row.pk}/steps/{step}/").url == base
    client = as_person(line_manager())
    assert "asked for today" in page(client.get(base))
    client.post(f"{base}milestones/{row.pk}/steps/give/")
    client.post(f"{base}objectives/{objective.pk}/", {"title": "Many more register", "seen_version": 2})
    row.refresh_from_db()
    objective.refresh_from_db()
    assert (row.status, row.sign_off, objective.title) == ("under_way", "given", "Many more register")
    assert client.post(f"{base}milestones/{row.pk}/steps/fly/").status_code == 404
    assert client.get(f"{base}milestones/{row.pk}/steps/begin/").status_code == 405
    assert client.post(f"{base}milestones/{row.pk}/steps/begin/").status_code == 409


@time_machine.travel(PLANNING, tick=False)
def test_the_second_of_two_writers_sees_both_versions_and_may_save_again(as_person):
    placement = opened()
    row = milestone(placement)
    address = f"/placements/{placement.reference}/workplan/milestones/{row.pk}/"
    client = as_person(placement.secondee)
    seen = client.get(address).context["form"]["seen_version"].value()
    workplans.change_milestone(
        row, title="Theirs", due_on=row.due_on, strand=None, work="project", influence="vertical", needs_sign_off=True,
        seen_version=seen, by=line_manager(), at=PLANNING,
    )  # fmt: skip
    response = client.post(address, WORDS | {"title": "Mine", "seen_version": seen})
    assert "Someone else changed this milestone while you were writing" in page(response)
    assert ["Theirs" in page(response), 'value="Mine"' in page(response)] == [True, True]
    again = response.context["form"]["seen_version"].value()
    assert client.post(address, WORDS | {"title": "Mine", "seen_version": again}).status_code == 302
    row.refresh_from_db()
    assert row.title == "Mine"


@time_machine.travel(PLANNING, tick=False)
def test_the_organisation_says_its_view_and_gets_an_answer(as_person):
    placement = opened()
    milestone(placement)
    address = f"/placements/{placement.reference}/view/"
    client = as_person(placement.home_manager)
    assert SAID.enter_your_concern_2 in page(client.post(address, {"view": "concern", "seen_version": 2}))
    assert client.post(address, {"view": "concern", "text": "Too much paper.", "seen_version": 2}).url == address
    view = OrganisationView.objects.get()
    assert client.get(f"{address}{view.pk}/answer/").status_code == 403
    client = as_person(line_manager())
    assert SAID.concern_waiting_for_an_answer in page(client.get(address))
    assert "Enter your answer" in page(client.post(f"{address}{view.pk}/answer/", {"answer": ""}))
    client.post(f"{address}{view.pk}/answer/", {"answer": "Half of it is gone."})
    assert client.get(f"{address}{view.pk}/answer/").url == address
    assert "Half of it is gone." in page(as_person(placement.home_manager).get(address))


@time_machine.travel(PLANNING, tick=False)
def test_a_view_of_a_plan_that_changed_meanwhile_keeps_the_words(as_person):
    placement = opened()
    milestone(placement)
    client = as_person(placement.home_manager)
    address = f"/placements/{placement.reference}/view/"
    response = client.post(address, {"view": "concern", "text": "Too much paper.", "seen_version": 1})
    assert "The workplan changed while you were reading. It is now version 2" in page(response)
    assert "Too much paper." in page(response)
    again = response.context["form"]["seen_version"].value()
    assert (
        client.post(address, {"view": "concern", "text": "Too much paper.", "seen_version": again}).status_code == 302
    )


def test_the_workplan_is_printed_as_a_tagged_paper_that_repeats(as_person):
    import pikepdf

    placement = opened()
    milestone(placement)
    organisation_views.say_view(placement, view="agrees", by=placement.home_manager, at=PLANNING)
    client = as_person(placement.home_manager)
    first = fetched(client, f"/placements/{placement.reference}/workplan.pdf")
    assert (first["Content-Type"], first["Content-Disposition"]) == (
        "application/pdf",
        f'inline; filename="{placement.reference}-workplan.pdf"',
    )
    content = content_of(first)
    assert content == content_of(client.get(f"/placements/{placement.reference}/workplan.pdf"))
    paper = pikepdf.open(BytesIO(content))
    assert (str(paper.docinfo["/Title"]), "/StructTreeRoot" in paper.Root) == ("Workplan of Sana Secondee", True)


def test_people_of_the_host_see_no_money(as_person):
    placement = placement_at(PlacementStatus.ACTIVE)
    for person in (programme_manager(), line_manager(), placement.secondee, placement.home_manager):
        for tail in ("", "workplan/", "view/"):
            assert "£" not in page(as_person(person).get(f"/placements/{placement.reference}/{tail}"))
        its_grant = placement.grant.get_absolute_url()
        assert its_grant not in page(as_person(person).get(f"/placements/{placement.reference}/"))
    assert its_grant in page(as_person(lead(placement.grant.organisation)).get(f"/placements/{placement.reference}/"))


def test_the_list_is_filtered_by_its_address(as_person):
    going_on, preparing = placement_at(PlacementStatus.ACTIVE), opened(strands=[strand("EU Londoners")])
    client = as_person(programme_manager())

    def shown(query):
        return [row.reference for row in client.get(f"/placements/{query}").context["page_obj"]]

    assert shown("?status=active") == [going_on.reference]
    assert shown(f"?strand={strand('EU Londoners').pk}") == [preparing.reference]
    assert shown(f"?status=active&strand={strand('EU Londoners').pk}") == []
    assert shown("?status=nonsense&strand=nonsense&page=99") == [going_on.reference, preparing.reference]
    assert SAID.no_placements_found in page(client.get("/placements/?status=ended"))
    assert "No placements yet" in page(as_person(UserFactory()).get("/placements/"))


QUERIES = {"/placements/": 11, "/placements/week/?week=2019-W20": 7}


@pytest.mark.parametrize("address", list(QUERIES))
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(as_person, django_assert_num_queries, address, rows):
    for _ in range(rows):
        placement_at(PlacementStatus.ACTIVE)
    grant_at(GrantStatus.AGREED)
    client = as_person(programme_manager())
    with django_assert_num_queries(QUERIES[address]):
        assert len(client.get(address).context["page_obj"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_one_placement_ask_as_often_for_three_milestones_as_for_one(
    as_person, django_assert_num_queries, rows
):
    placement = ready()
    for number in range(rows):
        milestone(placement, title=f"Milestone {number}")
        objective = workplans.add_objective(placement, title=f"Objective {number}", by=line_manager(), at=PLANNING)
        objective.workplan.placement = placement
        organisation_views.say_view(placement, view="agrees", by=placement.home_manager, at=PLANNING)
    client = as_person(line_manager())
    for tail, count in {"": 11, "workplan/": 9, "view/": 6}.items():
        with django_assert_num_queries(count):
            assert client.get(f"/placements/{placement.reference}/{tail}").status_code == 200


def test_every_name_leads_somewhere():
    assert reverse("placements") == "/placements/"
    assert reverse("placement_week") == "/placements/week/"
    assert reverse("placement_start", args=["CII-P-2019-001"]) == "/placements/CII-P-2019-001/start/"
    assert reverse("placement_workplan", args=["CII-P-2019-001"]) == "/placements/CII-P-2019-001/workplan/"


def test_a_placement_from_before_the_service_has_no_workplan_and_a_page_all_the_same(client):
    placement = placement_at("ended")
    Workplan.objects.filter(placement=placement).delete()
    client.force_login(programme_manager(), backend="core.accounts.sign_in.SignIn")
    pages = (f"/placements/{placement.reference}/{page}" for page in ("", "workplan/", "workplan.pdf"))
    assert [client.get(page).status_code for page in pages] == [200, 404, 404]


def test_placement_12_once_it_runs_what_was_done_before_the_start_is_folded_away(as_person):
    placement = placement_at(PlacementStatus.ACTIVE)
    with time_machine.travel(PLANNING, tick=False):
        shown = unescape(page(as_person(placement.secondee).get(reverse("placement", args=[placement.reference]))))
    folded = shown[shown.index("What was done before the start") :].partition("</details>")[0]
    kinds = [step.get_kind_display() for step in placement.steps.all()]
    assert [kind for kind in kinds if kind not in folded] == []
