"""The home page shows what a person has: applications, grants, placements, each with its state and next date."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from applications import work_queue
from applications.lifecycle import Status
from applications.views.timeline import Standing, public_status
from core import dashboard
from core.accounts.models import User
from core.accounts.roles import Role
from core.dashboard import DashboardRow, NextDate
from grants.lifecycle import GrantStatus
from secondments.actions import placements, workplans
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    editor_of,
    person_with,
    programme,
)
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    lead,
    officer,
)
from tests.applications.panel import VISITING, visit
from tests.grants.factories import committee_member, director, finance, grant_at
from tests.secondments.factories import (
    DOING,
    ENDING,
    PLANNING,
    line_manager,
    milestone,
    opened,
    placement_at,
    programme_manager,
)

pytestmark = pytest.mark.django_db
POST = "Citizenship and Integration Project Adviser"


def sections(person: User, now: datetime) -> dict[str, list[DashboardRow]]:
    """What the home page of this person shows at this instant, by heading."""
    return {section.heading: section.rows for section in dashboard.sections_for(User.objects.get(pk=person.pk), now)}


def short(rows: list[DashboardRow]) -> list[tuple[str, str, NextDate | None]]:
    return [(row.reference, row.state, row.next) for row in rows]


def calendar_of(client, person: User, address: str, now: datetime):
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    with time_machine.travel(now, tick=False):
        answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar"
    [event] = Calendar.from_ical(b"".join(answer.streaming_content)).walk("VEVENT")
    return str(event["SUMMARY"]), event.start


def test_a_lead_and_an_editor_see_their_draft_with_its_deadline_to_add_to_a_calendar(client):
    draft = an_application()
    for person in (lead(draft.organisation), editor_of(draft.organisation)):
        shown = sections(person, WRITING)
        assert set(shown) == {"Applications"}
        [row] = shown["Applications"]
        assert row == DashboardRow(
            reference="Draft",
            url=draft.get_absolute_url(),
            title=POST,
            about=str(draft.organisation),
            programme=str(draft.call.programme),
            state="draft",
            status="draft",
            next=NextDate("Deadline", CLOSES),
            calendar_url=reverse("application_calendar", args=[draft.draft_reference]),
        )
        assert calendar_of(client, person, row.calendar_url, WRITING) == (
            f"Deadline: {POST}, {draft.organisation}",
            CLOSES,
        )


def test_a_draft_that_the_close_left_behind_says_so():
    draft = an_application()
    assert short(sections(lead(draft.organisation), ASSESSING)["Applications"]) == [("Draft", "not submitted", None)]


def test_an_application_that_was_submitted_says_when_the_visit_is_and_then_the_decision(client):
    application = application_at(Status.SUBMITTED)
    person = lead(application.organisation)
    [row] = sections(person, SUBMITTING)["Applications"]
    assert (row.state, row.next) == ("submitted", NextDate("Assessment visits from", date(2019, 3, 20)))
    assert calendar_of(client, person, row.calendar_url, SUBMITTING)[1] == date(2019, 3, 20)

    arranged = visit()
    person = lead(arranged.application.organisation)
    [row] = sections(person, ASSESSING)["Applications"]
    assert (row.state, row.next) == ("shortlisted", NextDate("Assessment visit", VISITING))
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    with time_machine.travel(ASSESSING, tick=False):
        page = client.get(arranged.application.get_absolute_url()).text
    assert f'href="{row.calendar_url}"' in page
    after = sections(person, VISITING + timedelta(days=1))["Applications"]
    assert after[0].next == NextDate("Decision in the week of", date(2019, 4, 8))


def test_an_outcome_shows_only_once_it_is_released():
    application = application_at(Status.UNSUCCESSFUL)
    application.released_at = None
    assert public_status(application) == Standing("being decided", "submitted")
    [row] = sections(lead(application.organisation), ASSESSING)["Applications"]
    assert row.next is None


def test_an_office_sees_what_it_may_see_and_is_led_to_its_own_pages():
    application = application_at(Status.SHORTLISTED)
    office_page = reverse("admin:applications_application_change", args=[application.pk])
    for person in (officer(), director(), committee_member()):
        assert [row.url for row in sections(person, ASSESSING)["Applications"]] == [office_page]
    assert sections(finance(), ASSESSING) == {}
    assert sections(person_with(Role.HOST_ASSESSOR), ASSESSING) == {}, "not asked to assess it"


def test_grants_show_their_next_date_to_their_organisation_and_to_the_funder(client):
    grant = grant_at(GrantStatus.ACTIVE)
    now = datetime(2019, 9, 1, 9, tzinfo=UTC)
    for person in (lead(grant.organisation), officer(), director(), finance(), committee_member()):
        [row] = sections(person, now)["Grants"]
        assert (row.reference, row.url, row.state) == (grant.reference, grant.get_absolute_url(), "active")
        assert row.next is not None
        summary, day = calendar_of(client, person, row.calendar_url, now)
        assert (summary, day) == (f"{row.next.what}: {POST}, {grant.organisation}", row.next.at)
    assert sections(line_manager(), now) == {}


def test_an_offer_has_no_date():
    grant = grant_at(GrantStatus.OFFERED)
    assert short(sections(lead(grant.organisation), DOING)["Grants"]) == [(grant.reference, "offered", None)]


def test_a_secondee_sees_the_placement_with_its_days_its_line_manager_and_the_next_milestone(client):
    active = placement_at(PlacementStatus.ACTIVE)
    person, host = active.secondee, programme().host
    [row] = sections(person, PLANNING)["Placements"]
    assert (row.title, row.about) == (f"{POST} at {host}", "working days not chosen; line manager Lionel Line")
    assert row.next == NextDate("Last day", active.ends_on)
    placements.set_working_days(active, days={"Monday", "Tuesday", "Friday"}, by=person, at=PLANNING)
    due = milestone(active, due_on=date(2019, 7, 31))
    [row] = sections(person, PLANNING)["Placements"]
    assert (row.about, row.next) == (
        "Monday, Tuesday, Friday; line manager Lionel Line",
        NextDate("Milestone due", due.due_on),
    )
    assert calendar_of(client, person, row.calendar_url, PLANNING) == ("Milestone due: Sana Secondee", due.due_on)
    workplans.take_step(due, step="drop", by=person, at=PLANNING)
    assert sections(person, PLANNING)["Placements"][0].next == NextDate("Last day", active.ends_on)


def test_everybody_around_a_placement_sees_whose_it_is():
    placement = opened()
    people = (placement.home_manager, line_manager(), programme_manager(), officer(), director(), finance())
    for person in (*people, lead(placement.grant.organisation)):
        [row] = sections(person, DOING)["Placements"]
        assert (row.title, row.about) == ("Sana Secondee", str(placement.grant.organisation))
        assert (row.state, row.next) == ("preparing", NextDate("Starts", placement.starts_on))


def test_placements_that_are_over_are_shown_only_while_there_is_no_other():
    over = placement_at(PlacementStatus.ENDED)
    assert short(sections(line_manager(), ENDING)["Placements"]) == [(over.reference, "ended", None)]
    later = opened(organisation=OrganisationFactory())
    assert [row.reference for row in sections(line_manager(), DOING)["Placements"]] == [later.reference]


def test_the_learning_partner_and_the_administrator_see_where_their_work_is():
    learning = sections(person_with(Role.LEARNING_PARTNER), DOING)
    assert [row.url for row in learning["Learning"]] == ["/learning/", "/learning/exports/"]
    administrator = sections(person_with(Role.ADMINISTRATOR), DOING)
    page = reverse("admin:accounts_programme_change", args=[programme().pk])
    assert [(row.title, row.url) for row in administrator["Programmes"]] == [(programme().name, page)]


def test_a_stranger_has_nothing_and_finds_no_calendar(client):
    grant = opened().grant
    stranger = UserFactory()
    assert sections(stranger, DOING) == {}
    client.force_login(stranger, backend="core.accounts.sign_in.SignIn")
    addresses = [
        reverse("application_calendar", args=[grant.decision.application.reference]),
        reverse("grant_calendar", args=[grant.reference]),
        reverse("placement_calendar", args=[grant.placement.reference]),
    ]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_what_has_no_next_date_has_no_calendar(client):
    grant = grant_at(GrantStatus.DECLINED)
    client.force_login(lead(grant.organisation), backend="core.accounts.sign_in.SignIn")
    assert client.get(reverse("grant_calendar", args=[grant.reference])).status_code == 404


def test_the_home_page_shows_what_one_has_below_the_tasks(client):
    placement = opened()
    client.force_login(placement.secondee, backend="core.accounts.sign_in.SignIn")
    with time_machine.travel(DOING, tick=False):
        page = " ".join(client.get(reverse("home")).text.split())
    tasks, have = page.index("Choose your working days"), page.index('id="have-1"')
    assert tasks < have < page.index(placement.reference, have)
    assert 'href="/calls/"' not in page[have:]
    assert "Wednesday 1 May 2019" in page[have:]
    assert f'href="{reverse("placement_calendar", args=[placement.reference])}"' in page


def test_a_person_in_many_placements_sees_no_more_queries(django_assert_num_queries):
    placement = opened()
    person = User.objects.get(pk=placement.line_manager_id)
    with django_assert_num_queries(3):
        dashboard.sections_for(person, DOING)
    opened(organisation=OrganisationFactory())
    again = User.objects.get(pk=person.pk)
    with django_assert_num_queries(3):
        dashboard.sections_for(again, DOING)


def test_who_writes_for_two_organisations_is_told_whose_each_application_is():
    first = an_application()
    person = lead(first.organisation)
    [item] = work_queue.items(User.objects.get(pk=person.pk), WRITING)
    assert str(first.organisation) not in item.sentence
    MembershipFactory(person=person, organisation=OrganisationFactory())
    [item] = work_queue.items(User.objects.get(pk=person.pk), WRITING)
    assert item.sentence.endswith(f", {first.organisation}")
