"""Assessment visits, and the invitations that follow them."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from applications import reminders
from applications.actions import applications, attendance, visits
from applications.lifecycle import Status, VisitStatus
from applications.models import AssessmentVisit
from core.audit import trail
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import ASSESSING, application_at, lead, officer
from tests.applications.panel import FOUR, SURE, VISITING, visit
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.sentence


def arrange(application, **facts):
    asked = {
        "starts_at": VISITING,
        "minutes": 60,
        "place": "12 High Road",
        "attendees": FOUR,
        "sure_of": SURE,
        "at": ASSESSING,
    }
    return visits.arrange(application, **{**asked, **facts}, by=officer())


def test_f25_an_invitation_is_tentative_until_the_visit_is_confirmed():
    arranged = visit()
    visits.confirm(arranged, by=officer(), at=ASSESSING)
    said = {}
    for template in ("visit_invitation", "visit_confirmed"):
        said[template] = str(event_in(Letter.objects.filter(template=f"applications.{template}").first())[1]["STATUS"])
    assert said == {"visit_invitation": "TENTATIVE", "visit_confirmed": "CONFIRMED"}


def test_f5_an_address_that_is_not_the_candidates_or_is_anothers_is_asked_about():
    application = application_at("shortlisted")
    candidate = application.candidates.get()
    asked = refusal(arrange, application, sure_of=[])
    question = SAID.is_not_the_address_of_the_proposed.format("sana@example.org", candidate, candidate.email)
    assert asked == f"{question} {SAID.tick_the_address_if_it_is_right}"
    own = (candidate.name, candidate.email, "candidate")
    rival = lead(OrganisationFactory())
    wrong = [own, ("Lena Lead", rival.email, "senior"), *FOUR[2:]]
    asked = refusal(arrange, application, attendees=wrong, sure_of=[])
    question = SAID.is_the_address_of_somebody_with_an_account.format(rival.email, rival.name, "Lena Lead")
    assert asked == f"{question} {SAID.tick_the_address_if_it_is_right}"
    assert arrange(application, attendees=[own, FOUR[0], *FOUR[2:]], sure_of=[]).pk


def event_in(letter):
    calendar = Calendar.from_ical(letter.calendar)
    [event] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_everybody_invited_gets_a_letter_with_the_same_invitation():
    arranged = visit()
    letters = Letter.objects.filter(template="applications.visit_invitation")
    assert sorted(letters.values_list("to_email", flat=True)) == sorted(email for _, email, _ in FOUR)
    assert {letter.calendar for letter in letters} == {letters[0].calendar}
    method, event = event_in(letters[0])
    assert (method, event["SEQUENCE"], str(event["LOCATION"])) == ("REQUEST", 0, "12 High Road")
    assert (event.start, event.end) == (VISITING, VISITING + timedelta(hours=1))
    assert sorted(str(who) for who in event["ATTENDEE"]) == sorted(f"mailto:{email}" for _, email, _ in FOUR)
    assert str(arranged.uid) in event["UID"]
    assert "2pm on Thursday 21 March 2019" in letters[0].subject


def test_a_moved_visit_moves_in_the_calendars():
    arranged = visit(status="confirmed")
    later = VISITING + timedelta(days=1)
    visits.move(arranged, starts_at=later, place="By video call", by=officer(), at=ASSESSING)
    first = event_in(Letter.objects.filter(template="applications.visit_invitation").first())[1]
    method, event = event_in(Letter.objects.filter(template="applications.visit_moved").first())
    assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", first["UID"], 1)
    assert (event.start, str(event["LOCATION"])) == (later, "By video call")
    assert (arranged.status, arranged.starts_at) == ("proposed", later)
    assert Letter.objects.filter(template="applications.visit_moved").count() == 4


def test_a_cancelled_visit_leaves_the_calendars():
    arranged = visit()
    visits.cancel(arranged, by=officer(), at=ASSESSING)
    first = event_in(Letter.objects.filter(template="applications.visit_invitation").first())[1]
    method, event = event_in(Letter.objects.filter(template="applications.visit_cancelled").first())
    assert (method, event["STATUS"], event["UID"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", first["UID"], 1)
    assert arranged.status == "cancelled"


def test_a_cancelled_visit_makes_room_for_another():
    arranged = visit()
    visits.cancel_coming(arranged.application, by=officer(), at=ASSESSING)
    assert arrange(arranged.application).status == "proposed"


def test_withdrawing_the_application_cancels_its_visit():
    arranged = visit()
    application = arranged.application
    applications.withdraw(application, reason="We cannot spare her.", by=lead(application.organisation), at=ASSESSING)
    arranged.refresh_from_db()
    assert arranged.status == "cancelled"
    assert Letter.objects.filter(template="applications.visit_cancelled").count() == 4


def test_a_visit_outside_the_calls_window_is_refused_with_the_window():
    sentence = refusal(arrange, application_at("shortlisted"), starts_at=datetime(2019, 3, 28, 10, tzinfo=UTC))
    assert sentence == (
        SAID.is_outside_the_call_s.format(
            "Thursday 28 March 2019", "Wednesday 20 March 2019 to Wednesday 27 March 2019"
        )
    )


def test_a_visit_is_still_to_come():
    sentence = refusal(arrange, application_at("shortlisted"), at=VISITING)
    assert sentence == SAID.choose_a_time_that_is


@pytest.mark.parametrize("status", sorted(set(Status.values) - {"shortlisted"}))
def test_only_a_shortlisted_application_is_visited(status):
    application = application_at(status)
    assert refusal(arrange, application) == (
        SAID.this_application_is_visits_are.format(application.get_status_display())
    )


@pytest.mark.parametrize(
    ("capacity", "who"),
    [
        ("senior", SAID.a_senior_member_of_staff),
        ("candidate", "the proposed secondee"),
        ("funder", SAID.somebody_of_the_funder),
        ("host", SAID.somebody_of_the_host),
    ],
)
def test_each_of_the_four_is_invited(capacity, who):
    three = [person for person in FOUR if person[2] != capacity]
    sentence = refusal(arrange, application_at("shortlisted"), attendees=three)
    assert sentence == SAID.invite_the_visit_is_held.format(who)


def test_nobody_is_invited_twice():
    doubled = [*FOUR[:3], ("Lena Lead", "Lena@example.org", "host")]
    sentence = refusal(arrange, application_at("shortlisted"), attendees=doubled)
    assert sentence == SAID.is_invited_twice_each_person.format("lena@example.org")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"minutes": 0}, SAID.say_how_many_minutes_the),
        ({"minutes": 481}, SAID.say_how_many_minutes_the),
        ({"place": " "}, SAID.say_where_the_visit_is),
        (
            {"attendees": [("", "lena@example.org", "senior"), *FOUR[1:]]},
            SAID.give_a_name_and_an,
        ),
    ],
)
def test_what_is_missing_is_named(facts, sentence):
    assert refusal(arrange, application_at("shortlisted"), **facts) == sentence


def test_one_visit_is_coming_at_a_time():
    sentence = refusal(arrange, visit().application)
    assert sentence == SAID.a_visit_is_arranged_already


def test_a_held_visit_notes_who_came():
    arranged = visit(status="confirmed")
    came = [person.pk for person in arranged.attendees.all()]
    visits.hold(arranged, attended=came, absence_reason="", notes="Good talk", by=officer(), at=VISITING)
    arranged.refresh_from_db()
    assert (arranged.status, arranged.held_at, arranged.notes) == ("held", VISITING, "Good talk")
    assert list(arranged.attendees.values_list("attended", flat=True)) == [True] * 4
    assert trail.history(arranged.application).last().event == "visit held"


def test_b16_whoever_comes_in_someones_place_can_be_noted_as_present():
    arranged = visit(status="confirmed")
    facts = {"capacity": "", "name": "Flo Other", "email": "flo@example.org", "by": officer(), "at": ASSESSING}
    attendance.replace(arranged, attendee=arranged.attendees.get(capacity="funder"), **facts)
    came = list(arranged.attendees.values_list("pk", flat=True))
    visits.hold(arranged, attended=came, absence_reason="", notes="", by=officer(), at=VISITING)
    assert arranged.attendees.get(email="flo@example.org").attended is True
    assert set(arranged.attendees.values_list("attended", flat=True)) == {True}


def test_a_visit_is_not_held_before_it_begins():
    arranged = visit(status="confirmed")
    early = VISITING - timedelta(seconds=1)
    sentence = refusal(visits.hold, arranged, attended=[], absence_reason="x", notes="", by=officer(), at=early)
    assert sentence == SAID.the_visit_begins_at_it.format("2pm on Thursday 21 March 2019")


@pytest.mark.parametrize("capacity", list(attendance.MUST_ATTEND))
def test_an_absence_wants_a_reason(capacity):
    arranged = visit(status="confirmed")
    came = [person.pk for person in arranged.attendees.exclude(capacity=capacity)]
    held = {"attended": came, "notes": "", "by": officer(), "at": VISITING}
    assert refusal(visits.hold, arranged, absence_reason=" ", **held) == (
        SAID.the_visit_is_held_with_present.format(attendance.MUST_ATTEND[capacity])
    )
    visits.hold(arranged, absence_reason="Ill; we spoke by telephone.", **held)
    assert arranged.attendees.get(capacity=capacity).attended is False


def test_only_those_invited_can_have_come():
    arranged = visit(status="confirmed")
    sentence = refusal(visits.hold, arranged, attended=[10**9], absence_reason="x", notes="", by=officer(), at=VISITING)
    assert sentence == SAID.of_those_ticked_were_not.format("1")


@pytest.mark.parametrize("status", VisitStatus.values)
def test_every_step_from_every_status_moves_or_is_refused_and_leaves_the_visit(status):
    arranged = visit()
    facts = {"held_at": VISITING} if status == "held" else {}
    AssessmentVisit.objects.filter(pk=arranged.pk).update(status=status, **facts)
    ways = {
        "confirm": (visits.confirm, {}),
        "move": (visits.move, {"starts_at": VISITING + timedelta(days=1), "place": "Here"}),
        "hold": (visits.hold, {"attended": [], "absence_reason": "All ill", "notes": ""}),
        "cancel": (visits.cancel, {}),
    }
    allowed = {"proposed": {"confirm", "move", "cancel"}, "confirmed": {"move", "hold", "cancel"}}.get(status, set())
    for step in set(ways) - allowed:
        action, facts = ways[step]
        sentence = refusal(
            action,
            AssessmentVisit.objects.get(pk=arranged.pk),
            **facts,
            by=officer(),
            at=VISITING if step == "hold" else ASSESSING,
        )
        assert sentence.startswith(f"This assessment visit is {status}, so “{step}” is not possible now.")
        assert AssessmentVisit.objects.get(pk=arranged.pk).status == status


def test_two_who_move_a_visit_at_once_move_it_once():
    arranged = visit(status="confirmed")
    stale = AssessmentVisit.objects.get(pk=arranged.pk)
    moved = {"place": "Here", "by": officer(), "at": ASSESSING}
    visits.move(arranged, starts_at=VISITING + timedelta(days=1), **moved)
    assert SAID.someone_else_has_just_changed.format("assessment visit") in refusal(
        visits.move, stale, starts_at=VISITING + timedelta(days=2), **moved
    )


def test_everybody_invited_is_reminded_two_days_before_and_once(settings):
    settings.REMINDER_SOURCES = ["applications.reminders.visits_soon"]
    visit()
    two_days = VISITING - timedelta(days=2)
    assert post_due(two_days - timedelta(seconds=1)) == 0
    assert post_due(two_days) == 4
    assert post_due(two_days + timedelta(hours=5)) == 0
    letter = Letter.objects.filter(template="applications.visit_soon").first()
    assert letter.subject == "Reminder: assessment visit, 2pm on Thursday 21 March 2019"


def test_a_visit_arranged_the_day_before_reminds_nobody():
    arranged = visit()
    AssessmentVisit.objects.filter(pk=arranged.pk).update(arranged_at=VISITING - timedelta(days=1))
    assert [one for one in reminders.visits_soon(VISITING) if one.is_due(VISITING)] == []


def test_a_cancelled_visit_reminds_nobody():
    visits.cancel(visit(), by=officer(), at=ASSESSING)
    assert list(reminders.visits_soon(VISITING - timedelta(hours=1))) == []


def test_an_invitation_has_the_link_to_join_and_the_questions_to_prepare_for():
    facts = {"link": "https://meet.example.org/1", "questions": "Who would do her work meanwhile?"}
    visit = arrange(application_at("shortlisted"), **facts)
    assert (visit.link, visit.questions) == tuple(facts.values())
    for letter in Letter.objects.filter(template="applications.visit_invitation"):
        assert "- Link to join: https://meet.example.org/1" in letter.body
        assert facts["questions"] in letter.body
        assert str(event_in(letter)[1]["URL"]) == facts["link"]
