"""Times offered for assessment visits: the lead chooses one, the first has it, calendars follow."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from applications import reminders, work_queue
from applications.actions import applications, assessments, candidates, visit_slots, visits
from applications.handlers import leftovers
from applications.models import SlotOffer, VisitSlot
from applications.views import calendar
from core.accounts import actions as people
from core.accounts.roles import Role
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import editor_of, person_with
from tests.applications.desk import as_ as signed_in
from tests.applications.desk import text_of
from tests.applications.factories import (
    ASSESSING,
    application_at,
    candidate_of,
    lead,
    officer,
    programme,
    published_call,
)
from tests.applications.panel import VISITING, choose, funder_assessor, host_assessor, of, offer, spokesperson
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
NEXT_DAY, LAST = VISITING + timedelta(days=1), VISITING + timedelta(days=2)


@pytest.fixture
def _while_assessing():
    with time_machine.travel(ASSESSING, tick=False):
        yield


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value


def letters(template):
    return Letter.objects.filter(template=f"applications.{template}").order_by("pk")


def entry(letter):
    read = Calendar.from_ical(letter.calendar)
    [event] = read.walk("VEVENT")
    return str(read["METHOD"]), str(event["STATUS"]), str(event["UID"]), event["SEQUENCE"]


def two():
    call = published_call()
    return application_at("shortlisted", call=call), application_at("shortlisted", call=call)


def test_leads_are_offered_the_times_and_visitors_keep_them_free():
    application = application_at("shortlisted")
    editor_of(application.organisation)
    [slot, other] = offer(application, VISITING, NEXT_DAY, questions="Who would do her work meanwhile?")
    [letter] = letters("visit_times_offered")
    assert letter.to_email == lead(application.organisation).email
    assert f"/applications/{application.reference}/visit/" in letter.body
    assert "- 2pm on Thursday 21 March 2019, 60 minutes, 12 High Road\n- 2pm on Friday 22 March" in letter.body
    assert "Who would do her work meanwhile?" in letter.body
    held = letters("visit_time_held")
    assert [one.to_email for one in held] == [funder_assessor().email, host_assessor().email] * 2
    assert entry(held[0]) == ("REQUEST", "TENTATIVE", f"{slot.uid}@localhost", 0)
    assert entry(held[2])[2] == f"{other.uid}@localhost"
    assert application.organisation.name not in held[0].body + held[0].calendar


def test_a_chosen_time_is_a_confirmed_visit_of_the_same_calendar_entry():
    application = application_at("shortlisted")
    [slot, other] = offer(application, VISITING, NEXT_DAY, questions="Why now?")
    visit = choose(application, slot)
    assert (visit.status, visit.starts_at, visit.place, visit.questions) == (
        "confirmed",
        VISITING,
        "12 High Road",
        "Why now?",
    )
    confirmed = letters("visit_confirmed")
    candidate, senior = candidate_of(application), lead(application.organisation)
    comes = {senior.email, candidate.email, funder_assessor().email, host_assessor().email}
    assert {one.to_email for one in confirmed} == comes
    assert entry(confirmed[0]) == ("REQUEST", "CONFIRMED", f"{slot.uid}@localhost", 1)
    assert [one.to_email for one in letters("visit_time_chosen")] == [officer().email]
    released = letters("visit_time_released")
    assert [entry(one) for one in released] == [("CANCEL", "CANCELLED", f"{other.uid}@localhost", 1)] * 2
    assert list(leftovers(ASSESSING)) == []


def test_a_visit_that_is_cancelled_leaves_the_calendars_under_the_same_uid():
    application = application_at("shortlisted")
    [slot] = offer(application)
    visits.cancel(choose(application, slot), by=officer(), at=ASSESSING)
    assert {entry(one) for one in letters("visit_cancelled")} == {("CANCEL", "CANCELLED", f"{slot.uid}@localhost", 2)}


def test_the_same_time_goes_to_the_first_of_two_organisations():
    first, second = two()
    [slot], [again] = offer(first), offer(second)
    assert slot == again
    assert VisitSlot.objects.count() == 1
    assert letters("visit_time_held").count() == 2
    choose(first, slot)
    late = refusal(choose, second, slot)
    assert (late.field, late.code) == ("slot", "gone")
    assert not second.visits.exists()
    assert list(work_queue.visits.without_times(officer(), ASSESSING)) == [second]


def test_what_was_not_offered_cannot_be_chosen():
    first, second = two()
    [slot] = offer(first)
    assert refusal(choose, second, slot).code == "gone"
    assert refusal(choose, first, slot, at=VISITING).code == "gone"


def test_only_a_lead_chooses():
    application = application_at("shortlisted")
    [slot] = offer(application)
    by = editor_of(application.organisation)
    senior = {"senior_name": "Lena", "senior_email": "lena@example.org"}
    refused = refusal(visit_slots.choose, application, slot=slot, **senior, by=by, at=ASSESSING)
    assert refused.code == "applications.choose_visitslot"


def test_at_the_organisation_it_gives_the_address():
    application = application_at("shortlisted")
    [slot] = offer(application, place="")
    assert refusal(choose, application, slot).field == "address"
    assert choose(application, slot, address=" 3 Quay Street ").place == "3 Quay Street"


def test_a_video_call_has_its_link_in_the_invitation():
    application = application_at("shortlisted")
    [slot] = offer(application, place="", link="https://meet.example.org/1")
    assert choose(application, slot).place == visit_slots.BY_LINK
    assert "- Link to join: https://meet.example.org/1" in letters("visit_confirmed")[0].body


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        (ASSESSING, SAID.choose_a_time_that_is),
        (
            datetime(2019, 3, 28, 10, tzinfo=UTC),
            SAID.is_outside_the_call_s.format(
                "Thursday 28 March 2019", "Wednesday 20 March 2019 to Wednesday 27 March 2019"
            ),
        ),
    ],
)
def test_a_time_is_to_come_and_in_the_window(time, sentence):
    refused = refusal(offer, None, VISITING, time)
    assert (refused.sentence, refused.field) == (sentence, "time_2")
    assert not VisitSlot.objects.exists()


def test_a_visitor_is_in_one_place_at_a_time():
    first, second = two()
    offer(first)
    refused = refusal(offer, second, VISITING + timedelta(minutes=30))
    assert refused.field == "time_1"
    assert offer(second, VISITING + timedelta(minutes=60))


def test_a_visitor_has_no_conflict_with_the_application_and_works_for_the_side():
    application = application_at("shortlisted")
    assert refusal(offer, application, funder_visitor=host_assessor()).field == "funder_visitor"
    person = spokesperson("host")
    assessments.assign(application, assessor=person, party="host", by=officer(), at=ASSESSING)
    own = application.assessments.get(assessor=person)
    assessments.declare(own, has_conflict=True, explanation="My sister works there.", by=person, at=ASSESSING)
    assert refusal(offer, application, host_visitor=person).field == "host_visitor"


def test_a_withdrawn_time_is_told_and_leaves_the_calendars():
    first, second = two()
    [slot, _], _ = offer(first, VISITING, NEXT_DAY), offer(second)
    visit_slots.withdraw(slot, by=officer(), at=ASSESSING)
    told = {one.to_email: one.body for one in letters("visit_time_withdrawn")}
    assert set(told) == {lead(first.organisation).email, lead(second.organisation).email}
    assert "other times:" in told[lead(first.organisation).email]
    assert "We will offer you other times" in told[lead(second.organisation).email]
    assert [entry(one)[0] for one in letters("visit_time_released")] == ["CANCEL"] * 2
    assert refusal(choose, first, slot).code == "gone"
    assert list(leftovers(ASSESSING)) == []


def test_another_visitor_keeps_the_time_free_and_the_first_does_not():
    [slot] = offer()
    other = spokesperson("host")
    visit_slots.replace_visitor(slot, side="host", person=other, by=officer(), at=ASSESSING)
    [out] = letters("visit_time_released")
    assert (out.to_email, entry(out)) == (
        host_assessor().email, ("CANCEL", "CANCELLED", f"{slot.uid}@localhost", 1),
    )  # fmt: skip
    last = letters("visit_time_held").last()
    assert (last.to_email, entry(last)[3]) == (other.email, 1)
    visit = choose(slot.offers.get().application, VisitSlot.objects.get())
    assert visit.attendees.get(capacity="host").email == other.email
    assert visit.sequence == 2


def test_who_has_not_chosen_is_reminded_two_days_after_and_two_before(settings):
    settings.REMINDER_SOURCES = ["applications.reminders.visit_times_unchosen"]
    application = application_at("shortlisted")
    [slot] = offer(application, LAST)
    assert post_due(ASSESSING + timedelta(days=1)) == 0
    assert post_due(ASSESSING + timedelta(days=2)) == 1
    assert post_due(ASSESSING + timedelta(days=3)) == 0
    assert post_due(LAST - timedelta(days=2)) == 1
    choose(application, slot, at=LAST - timedelta(days=1, hours=20))
    assert list(reminders.visit_times_unchosen(LAST - timedelta(days=1))) == []


def test_the_office_and_the_lead_see_who_has_not_chosen():
    application = application_at("shortlisted")
    offer(application)
    sentences = [item.sentence for item in work_queue.items(officer(), ASSESSING)]
    assert "1 application whose organisation has not chosen a visit time" in sentences
    [own] = list(work_queue.items(lead(application.organisation), ASSESSING))
    assert own.url == f"/applications/{application.reference}/visit/"


def ended_by_withdrawal(application):
    applications.withdraw(application, reason="Not now.", by=lead(application.organisation), at=ASSESSING)


def ended_by_the_candidate(application):
    candidates.withdraw(application.candidates.get(), at=ASSESSING)


def ended_by_a_visitor_who_leaves(application):
    root = person_with(Role.ADMINISTRATOR, email="root@example.org", within=None)
    people.close_account(funder_assessor(), by=root, at=ASSESSING)


def ended_by_a_role_taken(application):
    root = person_with(Role.ADMINISTRATOR, email="root@example.org", within=None)
    people.give_roles(host_assessor(), [], programme=programme(), by=root, at=ASSESSING)


def ended_by_arranging(application):
    from tests.applications.panel import visit

    visit(application)


@pytest.mark.parametrize(
    "end",
    [
        ended_by_withdrawal, ended_by_the_candidate, ended_by_a_visitor_who_leaves, ended_by_a_role_taken,
        ended_by_arranging,
    ],
)  # fmt: skip
def test_with_the_end_of_either_side_the_time_ends_too(end):
    application = application_at("shortlisted")
    [slot] = offer(application)
    end(application)
    slot.refresh_from_db()
    assert slot.status == "withdrawn"
    assert not SlotOffer.objects.filter(ended_at=None).exists()
    assert letters("visit_time_released").exists()
    assert list(leftovers(ASSESSING)) == []


def test_a_time_that_another_may_still_choose_stays():
    first, second = two()
    offer(first)
    [slot] = offer(second)
    ended_by_withdrawal(first)
    assert choose(second, slot).status == "confirmed"


def test_a_visitor_who_was_replaced_is_still_told_when_the_time_ends_before_the_email_went():
    [slot] = offer()
    before = host_assessor()
    visit_slots.replace_visitor(slot, side="host", person=spokesperson("host"), by=officer(), at=ASSESSING)
    visit_slots.withdraw(VisitSlot.objects.get(), by=officer(), at=ASSESSING)
    assert [one.status for one in letters("visit_time_released").filter(to_email=before.email)] == ["queued"]


def test_a_visitor_with_a_conflict_comes_to_the_others_only():
    first, second = two()
    person = funder_assessor()
    offer(first)
    [slot] = offer(second)
    assessments.assign(first, assessor=person, party="funder", by=officer(), at=ASSESSING)
    own = first.assessments.get(assessor=person)
    assessments.declare(own, has_conflict=True, explanation="My sister works there.", by=person, at=ASSESSING)
    assert refusal(choose, first, slot).code == "gone"
    assert [one.to_email for one in letters("visit_time_withdrawn")] == [lead(first.organisation).email]
    assert choose(second, slot).status == "confirmed"


def rows(desk):
    listed = desk.get("/admin/applications/visitslot/").context["cl"]
    return [row.pk for row in listed.result_list], listed.full_result_count


def test_an_officer_with_a_conflict_sees_no_trace_of_the_time():
    first, second = two()
    person = person_with(Role.OFFICER, works_for=programme().funder, email="olga@example.org")
    [shared], [other] = offer(first), offer(second, NEXT_DAY)
    assert set(visible(VisitSlot, person)) == {shared, other}
    assessments.declare_conflict(first, explanation="My sister works there.", by=person, at=ASSESSING)
    person = type(person).objects.get(pk=person.pk)
    assert list(visible(VisitSlot, person)) == [other]
    desk = signed_in(person)
    assert desk.get(f"/admin/applications/visitslot/{shared.pk}/change/").status_code == 404
    counted = [item.sentence for item in work_queue.items(person, ASSESSING)]
    assert "1 application whose organisation has not chosen a visit time" in counted
    before = rows(desk)
    choose(first, shared)
    assert rows(desk) == before
    pages = [desk.get(address).text for address in ("/admin/applications/visitslot/", "/admin/")]
    assert not any(first.organisation.name in page for page in pages)


def test_feeds_have_the_times_as_tentative_for_visitors_and_leads_only():
    application = application_at("shortlisted")
    offer(application)
    stranger = of(Role.HOST_ASSESSOR, "hanna@example.org", "Hanna", programme().host)

    def told(person):
        files = list(calendar.times_on_offer(person, ASSESSING, ASSESSING))
        return [str(Calendar.from_ical(one).walk("VEVENT")[0]["STATUS"]) for one in files]

    assert [told(one) for one in (funder_assessor(), lead(application.organisation))] == [["TENTATIVE"]] * 2
    assert [told(one) for one in (stranger, editor_of(application.organisation), officer())] == [[]] * 3


@pytest.mark.usefixtures("_while_assessing")
def test_the_lead_chooses_by_the_page():
    application = application_at("shortlisted")
    [slot, _] = offer(application, VISITING, NEXT_DAY, place="")
    client, address = signed_in(lead(application.organisation)), f"/applications/{application.reference}/visit/"
    page = text_of(client.get(address))
    assert "2pm on Thursday 21 March 2019, 60 minutes, at your organisation" in page
    assert address in client.get(f"/applications/{application.reference}/").text
    missing = client.post(address, {"slot": slot.pk, "senior_name": "Lena", "senior_email": "lena@example.org"})
    assert missing.context["form"].errors["address"]
    typed = {"slot": slot.pk, "senior_name": "Lena", "senior_email": "lena@example.org", "address": "3 Quay Street"}
    assert client.post(address, typed).status_code == 302
    assert "3 Quay Street" in client.get(address).text
    assert "Lena" in client.get(address).text


@pytest.mark.usefixtures("_while_assessing")
def test_who_does_not_lead_reads_the_times_and_is_told_who_chooses():
    application = application_at("shortlisted")
    offer(application)
    client = signed_in(editor_of(application.organisation))
    page = text_of(client.get(f"/applications/{application.reference}/visit/"))
    assert SAID.a_lead_of_your_organisation_chooses in page
    assert SAID.which_senior_member_of_staff not in page
