"""The office's pages of applications and visits, and what waits there."""

from datetime import date, timedelta

import pytest

from applications import work_queue
from applications.actions import visits
from applications.models import AssessmentVisit
from core.accounts.models import Programme
from core.accounts.roles import Role
from core.work_queue import WorkItem
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    WRITING,
    an_expression,
    application_at,
    draft_call,
    lead,
    officer,
    published_call,
)
from tests.applications.panel import (
    VISITING,
    assigned,
    begun,
    committee,
    complete,
    funder_assessor,
    host_assessor,
    says_none,
    visit,
)
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_close")]


def test_the_office_reads_everything_and_the_sheet():
    application = application_at("submitted")
    page = text_of(as_(officer()).get(url("application", "change", application.pk)))
    for words in ("£29,700.60", "About: Release and backfill.", "Application submitted", "Sana Secondee", "cv.pdf"):
        assert words in page


def test_the_list_and_its_file_name_the_call_of_each_application():
    calls = [application_at("submitted").call, application_at("submitted", call=published_call()).call]
    client = as_(officer())
    page, file = client.get(url("application", "changelist")), client.get(url("application", "export", "csv"))
    text = b"".join(file.streaming_content).decode()
    assert [call.title in answer for call in calls for answer in (page.text, text)] == [True] * 4
    by_call = client.get(
        url("application", "changelist"), {"o": str(page.context["cl"].list_display.index("call_title"))}
    )
    titles = [row.call.title for row in by_call.context["cl"].result_list]
    assert titles == sorted(titles)


def test_a_draft_is_nobodys_but_its_organisations():
    application = application_at("draft")
    for person in (officer(), funder_assessor(), committee()):
        assert as_(person).get(url("application", "change", application.pk)).status_code == 404


def test_the_committee_reads_a_summary_with_the_sheet_and_may_stand_aside():
    application = complete(application_at("shortlisted")).application
    page = text_of(as_(says_none(committee())).get(url("application", "change", application.pk)))
    assert "£29,700.60" in page
    assert "About: Release and backfill." not in page
    assert "cv.pdf" not in page
    answer = as_(committee()).post(
        step("application", application.pk, "declare"), {"explanation": "My cousin"}, follow=True
    )
    assert said(answer) == [SAID.you_have_stood_aside_and]
    assert as_(committee()).get(url("application", "change", application.pk)).status_code == 404
    assert text_of(as_(committee()).get(url("call", "matrix", application.call_id))).count(str(application)) == 0


def test_the_buttons_shortlist_assign_and_arrange():
    application = application_at("submitted")
    fay, hal = funder_assessor(), host_assessor()
    desk = as_(officer())
    assert desk.post(step("application", application.pk, "shortlist")).status_code == 302
    release = step("call", application.call_id, "release")
    desk.post(release, {"seen": desk.get(release).context["form"]["seen"].value()})
    form = desk.get(step("application", application.pk, "assign")).context["form"]
    assert (list(form.fields["funder_assessor"].queryset), list(form.fields["host_assessor"].queryset)) == (
        [fay],
        [hal],
    )
    desk.post(step("application", application.pk, "assign"), {"funder_assessor": fay.pk, "host_assessor": hal.pk})
    form = desk.get(step("application", application.pk, "arrange")).context["form"]
    known = {name: field.initial for name, field in form.fields.items() if name.endswith("_name")}
    leads = lead(application.organisation).name
    assert known == {
        "senior_name": leads,
        "candidate_name": "Sana Secondee",
        "funder_name": "Fay Funder",
        "host_name": "Hal Host",
    }
    emails = {name: field.initial for name, field in form.fields.items() if name.endswith("_email")}
    asked = {**known, **emails, "minutes": 60, "place": "12 High Road"}
    answer = desk.post(step("application", application.pk, "arrange"), {**asked, "starts_at": "2019-03-30T10:00"})
    assert "Saturday 30 March 2019 is outside the call&#x27;s visit dates" in text_of(answer)
    assert "12 High Road" in text_of(answer)
    desk.post(step("application", application.pk, "arrange"), {**asked, "starts_at": "2019-03-21T14:00"})
    assert AssessmentVisit.objects.get().starts_at == VISITING


def test_before_the_close_the_button_says_when(at):
    application = application_at("submitted")
    at(CLOSES - timedelta(minutes=1))
    answer = as_(officer()).post(step("application", application.pk, "shortlist"), follow=True)
    assert said(answer)[0].startswith("Shortlisting begins after the call closes, 5pm on Wednesday 13 March 2019")


def test_no_assessor_turns_down_or_shortlists():
    application = application_at("submitted")
    assigned(application)
    for name in ("shortlist", "turn_down", "assign"):
        assert as_(funder_assessor()).post(step("application", application.pk, name)).status_code == 403


def test_who_comes_to_a_visit_is_changed_by_a_button_that_asks_about_addresses():
    arranged = visit()
    fay, rival = arranged.attendees.get(capacity="funder"), funder_assessor()
    desk, button = as_(officer()), step("assessmentvisit", arranged.pk, "replace")
    assert button in text_of(desk.get(url("assessmentvisit", "change", arranged.pk)))
    typed = {"attendee": fay.pk, "name": "Flo Other", "email": rival.email}
    answer = desk.post(button, typed)
    assert answer.context["form"].errors == {"sure_of": [SAID.tick_the_address_if_it_is_right]}
    answer = desk.post(button, {**typed, "sure_of": [rival.email]}, follow=True)
    assert said(answer) == [SAID.we_are_emailing_whoever_comes]
    assert arranged.attendees.get(capacity="funder").email == rival.email
    answer = desk.post(button, {"name": "Ann Extra", "email": "ann@example.org"})
    assert answer.context["form"].errors == {"attendee": [SAID.choose_who_does_not_come]}
    desk.post(button, {"capacity": "host", "name": "Ann Extra", "email": "ann@example.org"})
    assert arranged.attendees.filter(capacity="host").count() == 2


def test_a_visit_is_confirmed_moved_and_held_by_its_buttons(at):
    arranged = visit()
    desk = as_(officer())
    desk.post(step("assessmentvisit", arranged.pk, "confirm"))
    desk.post(step("assessmentvisit", arranged.pk, "hold"), {"absence_reason": "x"})
    arranged.refresh_from_db()
    assert arranged.status == "confirmed"  # the button is not there before the visit
    at(VISITING + timedelta(hours=1))
    desk = as_(officer())
    came = [one.pk for one in arranged.attendees.exclude(capacity="host")]
    answer = desk.post(step("assessmentvisit", arranged.pk, "hold"), {"attended": came, "notes": "A good talk"})
    assert SAID.the_visit_is_held_with.format(SAID.somebody_of_the_host) in text_of(answer)
    assert "A good talk" in text_of(answer)
    everybody = [one.pk for one in arranged.attendees.all()]
    desk.post(step("assessmentvisit", arranged.pk, "hold"), {"attended": everybody, "notes": "A good talk"})
    arranged.refresh_from_db()
    assert (arranged.status, arranged.notes) == ("held", "A good talk")
    assert "A good talk" in text_of(desk.get(url("assessmentvisit", "change", arranged.pk)))


# --- what waits ---


def test_the_office_is_told_what_waits():
    call = application_at("submitted").call
    visit(application_at("shortlisted", call=call))
    draft_call()
    assert list(work_queue.items(officer(), ASSESSING)) == [
        WorkItem("1 application to shortlist", "/admin/applications/application/?task=shortlist"),
        WorkItem("1 visit to confirm", "/admin/applications/assessmentvisit/?task=proposed", date(2019, 3, 21)),
        WorkItem(
            SAID.in_the_next_seven_days.format("1 visit"),
            "/admin/applications/assessmentvisit/?task=soon",
            date(2019, 3, 21),
        ),
        WorkItem("1 draft call to finish", "/admin/applications/call/?task=finish"),
    ]
    said_before = [item.sentence for item in work_queue.items(officer(), WRITING)]
    assert said_before == ["1 visit to confirm", "1 draft call to finish"]


def test_the_other_programmes_office_is_told_nothing_of_it():
    visit(application_at("shortlisted", call=application_at("submitted").call))
    draft_call()
    an_expression()
    elsewhere = OrganisationFactory()
    facts = {"slug": "other", "reference_prefix": "OTH", "fewest_placements": 1, "most_placements": 2}
    another = Programme.objects.create(name="Another programme", funder=elsewhere, host=elsewhere, **facts)
    assert list(work_queue.items(person_with(Role.OFFICER, within=another), ASSESSING)) == []
    assert list(work_queue.items(person_with(Role.OFFICER), ASSESSING)) != []


def test_a_visit_that_is_over_waits_to_be_noted():
    visits.confirm(visit(), by=officer(), at=ASSESSING)
    [item] = work_queue.items(officer(), VISITING + timedelta(hours=2))
    assert item.sentence == SAID.to_record_as_held.format("1 visit")


def test_an_assessor_is_told_how_many_to_score_and_others_nothing(django_assert_num_queries):
    begun()
    fay = funder_assessor()
    assert [item.sentence for item in work_queue.items(fay, ASSESSING)] == ["1 application to score"]
    person = says_none(committee())
    assert (person.roles, person.organisation_ids) == (frozenset({"Committee member"}), frozenset())
    with django_assert_num_queries(1):
        assert list(work_queue.items(person, ASSESSING)) == []
