"""The way about in the admin: sections on every page, the rows beside a row, the parts of a case, a list's filter kept."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from applications.models import Application
from grants.lifecycle import DecisionStatus
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, host_assessor
from tests.client import Client
from tests.grants.factories import MEETING, decision_at
from tests.grants.factories import meeting as meeting_on
from tests.secondments.factories import opened

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def address(row, kind="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{kind}", args=[row.pk])


def kept(filters):
    return urlencode({"_changelist_filters": urlencode(filters)})


def test_a_row_leads_to_the_next_and_the_previous_in_the_order_and_filter_of_its_list():
    rows = [application_at("submitted"), application_at("shortlisted"), application_at("submitted")]
    client, filters = signed_in(officer()), {"status__exact": "submitted"}
    in_order = [row for row in Application.objects.order_by("-submitted_at", "pk") if row.status == "submitted"]
    first, last = in_order
    assert {first, last} == {rows[0], rows[2]}
    page = client.get(f"{address(first)}?{kept(filters)}").text
    assert f'href="{address(last)}?{kept(filters)}" rel="next"' in page
    assert ("1 of 2" in page, 'rel="prev"' in page) == (True, False)
    page = client.get(f"{address(last)}?{kept(filters)}").text
    assert f'href="{address(first)}?{kept(filters)}" rel="prev"' in page
    assert ("2 of 2" in page, 'rel="next"' in page) == (True, False)
    assert "of 3" in client.get(address(first)).text


def test_the_filter_of_a_row_asks_no_column_that_the_list_does_not_show():
    application = application_at("submitted")
    asked = kept({"current_salary__gte": "1"})
    assert signed_in(officer()).get(f"{address(application)}?{asked}").status_code == 400


def test_a_lists_filter_is_kept_over_a_row_its_steps_and_the_way_back(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application, client = application_at("submitted"), signed_in(officer())
    filters = {"status__exact": "submitted"}
    listed = reverse("admin:applications_application_changelist")
    assert f"{address(application)}?{kept(filters)}" in client.get(listed, filters).text
    page = client.get(f"{address(application)}?{kept(filters)}").text
    assert f'href="{listed}?{urlencode(filters)}"' in page
    step = reverse("admin:applications_application_step", args=[application.pk, "shortlist"])
    assert f'action="{step}?{kept(filters)}"' in page
    assert client.post(f"{step}?{kept(filters)}").url == f"{address(application)}?{kept(filters)}"


def test_an_application_leads_to_its_decision_grant_and_placement_and_each_leads_back():
    placement = opened()
    grant = placement.grant
    decision, application = grant.decision, grant.decision.application
    client = signed_in(officer())
    parts = [address(application), address(decision), address(grant), placement.get_absolute_url()]
    for row in (application, decision, grant, grant.instalments.first()):
        page = client.get(address(row)).text
        case = page[page.index('aria-label="This case"') :]
        assert [part for part in parts if f'href="{part}"' not in case[: case.index("</nav>")]] == []


def test_a_page_links_no_part_of_a_case_that_its_reader_may_not_open():
    application = opened().grant.decision.application
    assert 'aria-label="This case"' not in signed_in(host_assessor()).get(address(application)).text


def test_every_page_of_the_admin_has_the_sections_that_its_reader_may_open():
    application = assigned(application_at("shortlisted"), party="host").application
    lists = ["applications_application", "applications_assessment", "grants_grant", "letters_letter"]
    opens = {officer(): lists, host_assessor(): lists[:2]}
    for person, expected in opens.items():
        client = signed_in(person)
        for page in (
            reverse("admin:index"),
            reverse("admin:applications_application_changelist"),
            address(application),
        ):
            text = client.get(page).text
            sections = text[text.index('aria-label="Sections"') :]
            sections = sections[: sections.index("</nav>")]
            assert [name for name in lists if f'href="{reverse(f"admin:{name}_changelist")}"' in sections] == expected


def test_the_page_of_a_row_is_named_after_the_programme():
    application = application_at("submitted")
    page = signed_in(officer()).get(address(application)).text
    assert f"{application.call.programme}: grants office" in page


def test_a_meeting_is_part_of_the_case_of_each_application_on_its_agenda():
    decision = decision_at(DecisionStatus.CONFIRMED)
    client, meeting = signed_in(officer()), decision.meeting
    for row in (decision.application, decision):
        page = client.get(address(row)).text
        case = page[page.index('aria-label="This case"') :]
        assert f'href="{address(meeting)}"' in case[: case.index("</nav>")]
    assert f'href="{address(decision.application)}"' in client.get(address(meeting)).text


def test_the_rows_beside_a_meeting_a_call_or_a_person_are_one_click_away_too():
    first = meeting_on(MEETING)
    second = meeting_on(MEETING + timedelta(days=30))
    page = signed_in(officer()).get(address(second)).text
    assert (f'href="{address(first)}" rel="next"' in page, "1 of 2" in page) == (True, True)


def test_a_placement_leads_the_office_back_to_each_page_of_its_case():
    placement = opened()
    grant = placement.grant
    page = signed_in(officer()).get(placement.get_absolute_url()).text
    for row in (grant.decision.application, grant.decision, grant):
        assert f'href="{address(row)}"' in page
    own = signed_in(placement.line_manager).get(placement.get_absolute_url()).text
    assert "/admin/" not in own
