"""Notices as people choose: each once, at once, in one email a day, or not at all; what is necessary always comes."""

import os
import shelve
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import celery
import pytest
from celery.beat import ScheduleEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from applications.actions.applications import withdraw
from applications.actions.assessments import declare_conflict
from cii.beat_schedule import beat_schedule
from cii.celery import app
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters import daily, delivery, outbox, preferences
from core.letters.actions.choices import choose_emails
from core.letters.kinds import kinds
from core.letters.models import EmailChoice, Letter, Status, Way
from core.letters.retention import LETTER, old
from core.lifecycle import Refused
from core.rights import account as leaving
from tests.accounts.factories import UserFactory, person_with
from tests.applications.factories import SUBMITTING, WRITING, an_application, application_at, officer
from tests.applications.panel import assigned, finish
from tests.letters.celery_worker import ask_for, wait_until, worker
from tests.letters.post_office import post_office

pytestmark = pytest.mark.django_db

EVENING = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)
BEFORE_SEVEN = datetime(2019, 3, 14, 6, 59, tzinfo=UTC)
SEVEN = datetime(2019, 3, 14, 7, tzinfo=UTC)
CV = "applications.candidate_sent_cv"
FACTS = {"candidate": {"name": "Cara Lind"}, "application": {"post": "Policy officer"}}
LINK = "http://localhost:8000/applications/D-1/"


def choose(person, way, *topics, at=EVENING):
    return choose_emails(person, ways=dict.fromkeys(topics or ["proposed"], way), by=person, at=at)


def notice(to, key="cv", at=EVENING, **facts):
    return outbox.post(CV, to=to, key=key, at=at, **{**FACTS, "link": LINK, **facts})


def state(letter):
    return Letter.objects.get(pk=letter.pk).status


@pytest.fixture(autouse=True)
def _no_process_sends_by_itself(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def test_an_email_that_costs_somebody_something_can_never_be_turned_off(ada):
    choose(ada, Way.OFF, "proposed", "payments", "placements", "cases", "assessing")
    necessary = [kind.template for kind in kinds().values() if kind.topic is None]
    assert {preferences.status_of(Letter(template=name, to_user=ada)) for name in necessary} == {Status.QUEUED}
    asks = (
        "invit",
        "decision",
        "agree",
        "overdue",
        "reminder",
        "code",
        "asked",
        "rights.",
        "moved",
        "returned",
        "visit",
    )
    assert [kind for kind in kinds().values() if kind.topic and any(word in kind.template for word in asks)] == []


def test_a_notice_is_sent_at_once_held_for_the_day_or_kept_unsent_as_its_recipient_chose(ada):
    assert state(notice(ada, "at once")) == Status.QUEUED
    choose(ada, Way.DAILY)
    assert state(notice(ada, "daily")) == Status.HELD
    assert state(notice(ada, "with a file", attachments=[("a.path",)])) == Status.QUEUED
    assert state(notice(ada, "secret", secret=True)) == Status.QUEUED
    choose(ada, Way.OFF)
    off = notice(ada, "off")
    assert (state(off), off.subject) == (Status.OFF, "Cara Lind has uploaded their CV")
    assert notice(ada, "off") is None
    assert state(notice("cara@example.org", "no account")) == Status.QUEUED


def test_the_daily_email_holds_each_notice_once_under_one_greeting_at_seven(ada, settings):
    choose(ada, Way.DAILY)
    first = notice(ada, "first")
    second = notice(ada, "second", candidate={"name": "<b>Dan</b>"}, at=EVENING + timedelta(hours=1))
    later = notice(ada, "later", at=SEVEN)
    assert daily.write_due(BEFORE_SEVEN) == 0
    assert (daily.write_due(SEVEN), daily.write_due(SEVEN), daily.write_due(SEVEN + timedelta(hours=3))) == (1, 0, 0)
    [letter] = Letter.objects.filter(template=preferences.DAILY)
    assert (letter.to_email, letter.key) == (ada.email, f"letters.daily:{ada.pk}:2019-03-14")
    assert [(part.pk, part.status) for part in letter.parts.order_by("pk")] == [
        (first.pk, Status.COLLECTED),
        (second.pk, Status.COLLECTED),
    ]
    assert state(later) == Status.HELD
    delivery.drain(SEVEN)
    assert (delivery.drain(SEVEN + timedelta(days=1)), len(mail.outbox)) == (0, 1)
    [message] = mail.outbox
    assert message.subject.startswith("2 ")
    assert message.subject.endswith("Thursday 14 March 2019")
    assert message.body.count("Hello Ada") == 1
    assert message.body.index("Cara Lind has uploaded their CV\n---") < message.body.index("<b>Dan</b> has uploaded")
    page = settings.SITE_URL + reverse("account_emails")
    assert message.body.endswith(f"{page}\n")
    html = message.alternatives[0].content
    assert "&lt;b&gt;Dan&lt;/b&gt; has uploaded their CV" in html
    assert (html.count(f'href="{LINK}"'), html.count(f'href="{page}"')) == (2, 1)
    assert message.extra_headers["List-Unsubscribe"] == f"<{page}>"


def test_a_day_without_a_clock_is_made_up_for(ada):
    choose(ada, Way.DAILY)
    notice(ada)
    assert daily.write_due(SEVEN + timedelta(days=5)) == 1
    assert Letter.objects.get(template=preferences.DAILY).key.endswith(":2019-03-19")


def test_seven_is_by_the_clock_on_the_wall():
    winter, summer = datetime(2019, 3, 30, 7, tzinfo=UTC), datetime(2019, 3, 31, 6, tzinfo=UTC)
    assert daily.last_morning(summer) == summer
    assert daily.last_morning(summer - timedelta(minutes=1)) == winter


def test_a_changed_choice_sends_what_waited_and_loses_nothing(ada):
    choose(ada, Way.DAILY, "proposed", "payments")
    one = notice(ada)
    assert choose(ada, Way.OFF, "payments") == 0
    assert state(one) == Status.HELD
    assert choose(ada, Way.OFF, at=EVENING + timedelta(hours=1)) == 1
    delivery.drain(EVENING + timedelta(hours=1))
    assert (state(one), [message.subject for message in mail.outbox]) == (Status.SENT, [one.subject])
    assert daily.write_due(SEVEN) == 0
    choose(ada, Way.AT_ONCE)
    assert set(EmailChoice.objects.values_list("topic", "way")) == {("payments", Way.OFF)}
    assert Entry.objects.filter(event="choice of emails changed").count() == 4
    with pytest.raises(Refused):
        choose(ada, Way.AT_ONCE)
    with pytest.raises(Refused):
        choose_emails(ada, ways={"proposed": Way.OFF}, by=UserFactory(), at=EVENING)


def test_what_was_withdrawn_is_left_out_also_of_a_daily_email_that_waits(ada):
    choose(ada, Way.DAILY)
    application = an_application()
    gone, stays = notice(ada, "gone", about=application), notice(ada, "stays")
    outbox.withdraw([application])
    assert (state(gone), state(stays)) == (Status.WITHDRAWN, Status.HELD)
    late = notice(ada, "late", about=application)
    daily.write_due(SEVEN)
    assert state(late) == Status.COLLECTED
    outbox.withdraw([application])
    [letter] = Letter.objects.filter(template=preferences.DAILY)
    assert (state(late), [part.key for part in letter.parts.all()]) == (Status.WITHDRAWN, ["stays"])
    outbox.withdraw([application])
    Letter.objects.filter(pk=stays.pk).update(status=Status.WITHDRAWN, daily=None)
    delivery.drain(SEVEN)
    assert (state(letter), mail.outbox) == (Status.WITHDRAWN, [])


def test_of_a_case_that_has_ended_only_the_notice_of_its_end_comes():
    application = application_at("submitted")
    lead, desk = application.organisation.memberships.get().person, officer()
    choose(lead, Way.DAILY)
    choose(desk, Way.DAILY, "cases")
    before = notice(lead, application=application, at=WRITING)
    withdraw(application, reason="We have no one.", by=lead, at=SUBMITTING + timedelta(minutes=5))
    end = Letter.objects.get(template="applications.withdrawn_office", to_user=desk)
    assert (state(before), state(end)) == (Status.WITHDRAWN, Status.HELD)
    assert daily.write_due(SUBMITTING + timedelta(days=2)) == 1
    assert state(end) == Status.COLLECTED


def test_who_has_a_conflict_since_or_has_left_reads_nothing_of_it():
    application = application_at("shortlisted")
    desk, gone = officer(), UserFactory()
    choose(desk, Way.DAILY)
    choose(gone, Way.DAILY)
    about, other = notice(desk, "about", application=application), notice(desk, "other")
    nobody = notice(gone, "nobody")
    declare_conflict(application, explanation="My sister works there.", by=desk, at=EVENING)
    leaving.leave(gone, by=None, at=EVENING)
    assert daily.write_due(SEVEN) == 1
    assert [state(one) for one in (about, other, nobody)] == [Status.WITHDRAWN, Status.COLLECTED, Status.WITHDRAWN]
    assert not EmailChoice.objects.filter(person=gone).exists()


def test_a_notice_of_a_case_that_the_person_still_assesses_waits_until_they_have_finished():
    application = application_at("shortlisted")
    both = person_with(Role.OFFICER, Role.FUNDER_ASSESSOR, works_for=application.call.programme.funder)
    choose(both, Way.DAILY)
    own = assigned(application, assessor=both)
    about = notice(both, "about", application=application)
    assert (daily.write_due(SEVEN), state(about)) == (0, Status.HELD)
    finish(own)
    assert (daily.write_due(SEVEN + timedelta(days=1)), state(about)) == (1, Status.COLLECTED)


def test_a_restriction_holds_a_notice_back_and_an_erasure_takes_it_out(ada, settings):
    settings.LETTER_HOLDS = "tests.letters.sources.first_is_held"
    choose(ada, Way.DAILY)
    first, second, third = (notice(ada, key) for key in ("1", "2", "3"))
    daily.write_due(SEVEN)
    assert [state(one) for one in (first, second, third)] == [Status.DEAD, Status.COLLECTED, Status.COLLECTED]
    settings.LETTER_HOLDS = "core.rights.restriction.held_letters"
    Letter.objects.filter(pk=second.pk).update(subject="", body="", erased_at=SEVEN)
    delivery.drain(SEVEN)
    [message] = mail.outbox
    assert message.body.count("has uploaded their CV\n-") == 1


def test_what_was_collected_or_turned_off_is_deleted_in_time(ada):
    choose(ada, Way.DAILY)
    collected = notice(ada)
    daily.write_due(SEVEN)
    choose(ada, Way.OFF)
    off = notice(ada, "off")
    due = old(LETTER.before(SEVEN + timedelta(days=400)))
    assert set(due.values_list("pk", flat=True)) == {collected.pk, off.pk}


def test_an_address_that_is_corrected_has_the_daily_email_too(ada):
    choose(ada, Way.DAILY)
    one = notice(ada)
    ada.email = "ada@elsewhere.example"
    ada.save()
    assert outbox.forward("ada@example.org", ada) == 1
    daily.write_due(SEVEN)
    assert Letter.objects.get(pk=one.pk).to_email == "ada@elsewhere.example"
    assert Letter.objects.get(template=preferences.DAILY).to_email == "ada@elsewhere.example"


def test_the_page_offers_what_concerns_a_person_and_says_what_it_has_saved(client):
    application = application_at("draft")
    lead = application.organisation.memberships.get().person
    client.force_login(lead)
    page = client.get(reverse("account_emails"))
    assert list(page.context["form"].fields) == ["proposed", "payments", "placements"]
    assert reverse("account_emails") in client.get(reverse("account_you")).content.decode()
    ways = {"proposed": "daily", "payments": "at_once", "placements": "at_once"}
    assert client.post(reverse("account_emails"), ways).status_code == 302
    notice(lead)
    said = client.get(reverse("account_emails")).content.decode()
    assert "We have saved your choice." in said
    assert "1 notice waits for your next daily email." in " ".join(said.split())
    client.post(reverse("account_emails"), ways | {"proposed": "off"})
    assert "We are sending 1 notice that waited." in client.get(reverse("account_emails")).content.decode()
    assert "Nothing has changed." in client.post(reverse("account_emails"), ways | {"proposed": "off"}).content.decode()
    client.force_login(officer())
    assert list(client.get(reverse("account_emails")).context["form"].fields) == ["placements", "cases", "assessing"]


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_writes_the_daily_email_and_sends_it_once(ada, broker, tmp_path, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    choose(ada, Way.DAILY)
    two_days_ago = timezone.now() - timedelta(days=2)
    parts = [notice(ada, f"of the worker {number}", at=two_days_ago) for number in range(3)]
    with post_office() as office, worker(tmp_path, EMAIL_URL=office.url):
        for _ in range(3):
            ask_for("core.letters.tasks.remind")
        wait_until(lambda: Letter.objects.filter(template=preferences.DAILY, status=Status.SENT).exists())
        ask_for("core.letters.tasks.remind")
        ask_for("core.letters.tasks.drain")
    [letter] = Letter.objects.filter(template=preferences.DAILY)
    assert office.received == [letter.message_id]
    assert {state(part) for part in parts} == {Status.COLLECTED}


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_clock_makes_the_daily_email_and_a_worker_that_is_killed_half_way_loses_and_doubles_nothing(
    ada, broker, tmp_path, settings
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    two_days_ago = timezone.now() - timedelta(days=2)
    people = [ada, *(UserFactory() for _ in range(7))]
    for person in people:
        choose(person, Way.DAILY)
    parts = [notice(person, f"{person.pk} {number}", at=two_days_ago) for person in people for number in range(2)]
    dailies = Letter.objects.filter(template=preferences.DAILY)
    beat = tmp_path / "beat"
    the_tick_of_ten_minutes_is_due(beat)
    with post_office(delay=0.5) as office:
        with worker(tmp_path, "--beat", f"--schedule={beat}", EMAIL_URL=office.url) as first:
            wait_until(lambda: len(office.received) >= 3)
            os.killpg(first.pid, signal.SIGKILL)
        in_flight = list(dailies.filter(status=Status.SENDING).values_list("message_id", flat=True))
        assert 1 <= dailies.filter(status=Status.SENT).count() < len(people)
        the_tick_of_ten_minutes_is_due(beat)
        with worker(tmp_path, "--beat", f"--schedule={beat}", EMAIL_URL=office.url):
            wait_until(lambda: dailies.filter(status=Status.SENT).count() == len(people) - len(in_flight))
        # What was in flight is claimed again once its claim has run out.
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        delivery.drain(timezone.now() + timedelta(minutes=11))
    assert set(dailies.values_list("to_user", "status")) == {(person.pk, Status.SENT) for person in people}
    assert dailies.count() == len(people)
    assert {state(part) for part in parts} == {Status.COLLECTED}
    received = Counter(office.received)
    assert set(received) == set(dailies.values_list("message_id", flat=True))
    assert [one for one in received if received[one] > 1 + (one in in_flight)] == []


def the_tick_of_ten_minutes_is_due(beat):
    """Have the clock's memory say that it asked for reminders and daily emails ten minutes ago."""
    for file in beat.parent.glob(f"{beat.name}*"):
        file.unlink()
    reminders, was = beat_schedule(30)["reminders"], datetime.now(tz=UTC) - timedelta(minutes=10)
    entry = ScheduleEntry(**reminders, name="reminders", app=app, last_run_at=was)
    with shelve.open(str(beat)) as memory:  # noqa: S301 - the test's own file
        memory.update(entries={"reminders": entry}, tz="UTC", utc_enabled=True, __version__=celery.__version__)
