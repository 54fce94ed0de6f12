"""What people complain of who use grant portals, each complaint a test by its name, through the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from icalendar import Calendar
from lxml import html
from pypdfium2 import PdfDocument

from applications import reminders
from applications.actions import applications, calls, candidates, drafts
from applications.completeness import FilledForm
from applications.lifecycle import CandidateStatus, Status
from applications.models import Application, Document
from core.dates import say_deadline, say_exactly
from core.letters.delivery import drain
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.text import count_words
from tests.accounts.factories import editor_of
from tests.applications.factories import (
    CLOSES,
    OPENS,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    confirmed_by_candidate,
    docx,
    fill,
    fresh,
    lead,
    officer,
    pdf,
    published_call,
    ready_application,
)
from tests.client import Client
from tests.documents import content_of, fetched, make_waiting
from tests.journeys.visitor import words_of
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)
DEADLINE = "5pm on Wednesday 13 March 2019"
PASSWORD = "lantern orchard teaspoon"
WORDS = "Since 2009 we have advised on 4,000 applications.\r\n\r\n- in three boroughs\r\n- with six partners"


@pytest.fixture
def clock():
    with time_machine.travel(WRITING, tick=False) as found:
        yield found


class Desk:
    """One person at one application, with the check against forgery on, as in a browser."""

    def __init__(self, application: Application, person=None) -> None:
        self.application = application
        self.person = person or lead(application.organisation)
        self.person.set_password(PASSWORD)
        self.person.save()
        self.client = Client(enforce_csrf_checks=True)
        self.sign_in()

    def sign_in(self) -> None:
        self.client.force_login(self.person, backend="core.accounts.sign_in.SignIn")

    def address(self, part: str = "") -> str:
        return f"/applications/{fresh(self.application).shown_reference}/{part}"

    def page(self, part: str = "") -> html.HtmlElement:
        return html.fromstring(self.client.get(self.address(part), follow=True).content)

    def says(self, part: str = "") -> str:
        return words_of(self.page(part).xpath("//main")[0])

    def hidden(self, part: str) -> dict[str, str]:
        """What the page's form holds without anybody typing."""
        named = self.page(part).xpath("//form[@method='post']//*[@name][not(@type='file' or @type='submit')]")
        chosen = [one for one in named if one.get("type") not in {"radio", "checkbox"} or one.get("checked")]
        return {one.get("name"): one.get("value") or one.text_content().lstrip("\n") for one in chosen}

    def send(self, part: str, held: dict[str, str] | None = None, **typed):
        return self.client.post(self.address(part), (held or self.hidden(part)) | typed)

    def question(self, section: str = "experience", place: int = 0) -> str:
        return f"question_{self.application.call.questions.filter(section=section)[place].pk}"

    def submit(self):
        return self.send("submit/", self.hidden("check/"), declaration="on")


def box(response_or_page, name: str) -> str:
    """What stands in a box of the page that came back, as its reader gets it."""
    page = html.fromstring(response_or_page.content) if hasattr(response_or_page, "content") else response_or_page
    (found,) = page.xpath("//textarea[@name=$name]", name=name)
    return found.text_content().lstrip("\n")


def sent(subject: str) -> list[mail.EmailMultiAlternatives]:
    """Let the worker come by, and return the mails that arrived with this subject."""
    drain(timezone.now() + timedelta(days=30))
    return [one for one in mail.outbox if subject in one.subject]


def words_of_pdf(content: bytes) -> str:
    paper = PdfDocument(content)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in paper)
    finally:
        paper.close()


# --- Lost drafts ---


@pytest.mark.parametrize("gone", ["the session", "every cookie"])
def test_lost_drafts_words_sent_after_the_session_ended_are_there_after_signing_in(clock, gone):
    desk = Desk(an_application())
    held, name = desk.hidden("experience/"), desk.question()
    if gone == "the session":
        del desk.client.cookies["sessionid"]
    else:
        desk.client.cookies.clear()
    answer = desk.send("experience/", held, **{name: WORDS})
    assert (answer.status_code, answer.headers["Location"].startswith("/accounts/login/")) == (302, True)
    entrance = html.fromstring(desk.client.get(answer.headers["Location"]).content)
    typed = {"login": desk.person.email, "password": PASSWORD}
    hidden = entrance.xpath("//form[.//input[@name='login']]//input[@type='hidden']")
    typed |= {one.get("name"): one.get("value") or "" for one in hidden}
    back = desk.client.post(answer.headers["Location"], typed, follow=True)
    assert back.redirect_chain[-1][0] == desk.address("experience/")
    assert box(back, name).split() == WORDS.split()
    assert SAID.your_words_were_kept in back.content.decode()


def test_lost_drafts_signing_in_in_another_window_does_not_lose_what_this_one_holds(clock):
    desk = Desk(an_application())
    held, name = desk.hidden("experience/"), desk.question()
    desk.client.post("/accounts/logout/", held)
    desk.sign_in()  # the forgery token of the open page is an old one from here on
    assert desk.send("experience/", held, **{name: WORDS}).status_code == 302
    assert box(desk.page("experience/"), name).split() == WORDS.split()


def test_lost_drafts_a_form_of_another_site_still_writes_nothing(clock):
    desk, other = Desk(an_application()), Desk(an_application())
    forged = other.hidden("experience/") | {"writer": signing.dumps(desk.person.pk, salt="made up")}
    for held in ({}, other.hidden("experience/"), forged):
        assert desk.client.post(desk.address("experience/"), held | {desk.question(): "Ha"}).status_code == 403
    assert not desk.application.answers.exclude(text="").exists()


def test_lost_drafts_one_wrong_figure_does_not_hold_up_the_rest(clock):
    desk = Desk(an_application())
    name = desk.question("secondment")
    answer = desk.send("secondment/", current_salary="£32,000", days_per_week="2", **{name: WORDS})
    assert answer.status_code == 200
    assert SAID.all_of_it_is_saved in answer.content.decode()
    assert box(answer, name).split() == WORDS.split()
    later = desk.page("secondment/")  # the page was closed, and opened again
    assert box(later, name).split() == WORDS.split()
    assert later.xpath("//input[@name='current_salary']/@value") == ["32,000"]
    corrected = html.fromstring(answer.content)
    again = {one.get("name"): one.get("value") or "" for one in corrected.xpath("//main//input[@type='hidden']")}
    assert desk.send("secondment/", again, days_per_week="3", **{name: WORDS}).status_code == 302  # by nobody overtaken


def test_lost_drafts_a_colleague_who_saved_first_does_not_cost_the_second_their_words(clock):
    application = an_application()
    first, second = Desk(application), Desk(application, editor_of(application.organisation))
    held, name = second.hidden("experience/"), first.question()
    assert first.send("experience/", **{name: "Ours, saved first."}).status_code == 302
    answer = second.send("experience/", held, **{name: WORDS})
    assert answer.status_code == 409
    assert box(answer, name).split() == WORDS.split()
    assert "Ours, saved first." in answer.content.decode()
    assert box(first.page("experience/"), name) == "Ours, saved first."


def test_lost_drafts_the_same_words_saved_by_a_script_and_by_the_button_are_the_same(clock):
    application = ready_application()
    desk, name = Desk(application), next(iter(application.call.questions.filter(section="candidate")))
    by_script = f"First line.\nSecond line, about {name.pk}."
    for words in (by_script, by_script.replace("\n", "\r\n")):
        desk.send("candidate/", **{f"question_{name.pk}": words})
        if application.candidates.get().status != CandidateStatus.CONFIRMED:
            confirmed_by_candidate(application)
    assert application.candidates.get().status == CandidateStatus.CONFIRMED
    assert Letter.objects.filter(template="applications.candidate_changed").count() == 1  # for the script's words only


# --- Limits found out at the end ---


def test_limits_found_out_at_the_end_are_all_told_before_anybody_registers(clock):
    call = published_call()
    public = Client()
    page = words_of(html.fromstring(public.get(call.get_absolute_url()).content))
    printed = words_of_pdf(content_of(fetched(public, f"{call.get_absolute_url()}blank.pdf")))
    desk = Desk(an_application(call))
    for question in call.questions.all():
        assert f"{question.label} – up to {question.word_limit} words" in page
        assert question.label in printed
        limits = desk.page(f"{question.section}/").xpath("//@data-word-limit")
        assert str(question.word_limit) in limits
        assert f"Up to {question.word_limit} words" in printed
    for told in (page, desk.says("documents/")):
        assert "PDF or Word" in told
        assert "at most 10 MB" in told or "up to 10 MB" in told


def test_limits_found_out_at_the_end_an_answer_too_long_is_said_at_once_by_how_much_and_stays_in_its_box(clock):
    desk = Desk(an_application())
    name = desk.question("conflicts")
    limit = desk.application.call.questions.get(pk=name.removeprefix("question_")).word_limit
    long = "word\r\n" * (limit + 2)
    answer = desk.send("conflicts/", **{name: long})
    said = words_of(html.fromstring(answer.content))
    assert f"has {limit + 2} words and the limit is {limit}. Take out 2 words." in said
    assert count_words(box(answer, name)) == limit + 2
    assert desk.send("conflicts/", **{name: "word\r\n" * limit}).status_code == 302  # line ends are no words


def test_limits_found_out_at_the_end_no_answer_that_was_kept_is_too_long_to_submit(clock):
    application = ready_application()
    for question in application.call.questions.all():
        words = " ".join(["word"] * question.word_limit)
        facts = {
            "facts": {},
            "answers": {question.pk: words},
        }
        drafts.save_section(application, question.section, **facts, by=lead(application.organisation), at=WRITING)
    confirmed_by_candidate(application)
    assert Desk(application).submit().headers["Location"].endswith("/receipt/")


# --- Drafts that cannot be sent ---


def test_drafts_that_cannot_be_sent_name_every_gap_with_a_link_that_lands_on_its_control(clock):
    desk = Desk(an_application())
    links = desk.page("check/").xpath("//div[contains(@class, 'cii-notice')]//li/a/@href")
    assert len(links) == len(FilledForm.current(Application.objects.get().pk).gaps)
    for link in links:
        address, _, anchor = str(link).partition("#")
        page = html.fromstring(desk.client.get(address).content)
        assert page.xpath("//*[@id=$anchor][self::input or self::textarea or self::select]", anchor=anchor), link


def test_drafts_that_cannot_be_sent_a_complete_one_has_its_button_and_goes(clock):
    desk = Desk(ready_application())
    assert SAID.it_cannot_be_submitted_yet not in desk.says("check/")
    assert desk.page("check/").xpath("//main//button[contains(., 'Submit the application')]")
    assert desk.submit().headers["Location"] == "/applications/CII-2019-001/receipt/"


def test_drafts_that_cannot_be_sent_whoever_may_not_send_is_told_who_may(clock):
    application = ready_application()
    told = Desk(application, editor_of(application.organisation)).says("check/")
    assert f"To submit, ask {lead(application.organisation)}" in told


def test_drafts_that_cannot_be_sent_a_forgotten_tick_costs_a_tick_and_no_words(clock):
    desk = Desk(ready_application())
    answer = desk.send("submit/", desk.hidden("check/"))
    assert answer.status_code == 200
    assert SAID.tick_the_box_to_declare in answer.content.decode()
    assert desk.submit().status_code == 302


# --- Forms that die at the deadline ---


def test_forms_that_die_at_the_deadline_the_button_is_there_in_the_last_second_and_works(clock):
    desk = Desk(ready_application())
    clock.move_to(CLOSES - timedelta(seconds=1))
    desk.sign_in()
    assert desk.page("check/").xpath("//main//button[contains(., 'Submit the application')]")
    held = desk.hidden("check/")
    clock.move_to(CLOSES - INSTANT)
    assert desk.send("submit/", held, declaration="on").headers["Location"].endswith("/receipt/")


def test_forms_that_die_at_the_deadline_a_click_in_time_counts_though_the_queue_was_long(clock):
    desk = Desk(ready_application(published_call(grace_seconds=60)))
    clock.move_to(CLOSES - timedelta(seconds=1))
    desk.sign_in()
    held = desk.hidden("check/")
    clock.move_to(CLOSES + timedelta(seconds=59))
    assert desk.send("submit/", held, declaration="on").headers["Location"].endswith("/receipt/")


def test_forms_that_die_at_the_deadline_words_that_come_too_late_are_still_in_the_box(clock):
    desk = Desk(an_application())
    clock.move_to(CLOSES - timedelta(minutes=1))
    desk.sign_in()
    held, name = desk.hidden("experience/"), desk.question()
    clock.move_to(CLOSES)
    answer = desk.send("experience/", held, **{name: WORDS})
    assert answer.status_code == 409
    assert SAID.the_deadline_was.format(DEADLINE, "UK time") in answer.content.decode()
    assert box(answer, name).split() == WORDS.split()


def test_forms_that_die_at_the_deadline_a_draft_can_be_read_and_taken_away_afterwards(clock):
    application = an_application()
    fill(application)
    desk = Desk(application)
    clock.move_to(CLOSES + timedelta(days=3))
    desk.sign_in()
    assert f"The deadline was {DEADLINE} (UK time). You can read it, but you cannot change or submit it." in desk.says()
    copy = content_of(fetched(desk.client, desk.address("application.pdf")))
    assert "About: Your track record" in words_of_pdf(copy)


def test_forms_that_die_at_the_deadline_come_alive_when_the_call_is_extended(clock):
    desk = Desk(ready_application())
    later = CLOSES + timedelta(days=2)
    clock.move_to(CLOSES + timedelta(hours=1))
    desk.sign_in()
    assert desk.submit().status_code == 409
    calls.extend(desk.application.call, closes_at=later, reason="The line was down.", by=officer(), at=CLOSES)
    said = f"Closes at {say_deadline(later)}"
    assert said in desk.says()
    assert desk.submit().headers["Location"].endswith("/receipt/")


# --- Attachments that vanish ---


def test_attachments_that_vanish_a_good_file_is_kept_when_the_other_is_refused(clock):
    desk = Desk(an_application())
    wrong = SimpleUploadedFile("statement.txt", b"We support this.", "text/plain")
    answer = desk.send("documents/", cv=pdf("life.pdf"), statement=wrong)
    assert answer.status_code == 200
    assert "life.pdf" in desk.says("documents/")
    assert "life.pdf" in desk.says("check/")


def test_attachments_that_vanish_are_there_byte_for_byte_through_submit_reopen_and_submit(clock):
    application = ready_application()
    cv = pdf("life.pdf", "A long life")
    content = cv.read()
    cv.seek(0)
    desk = Desk(application)
    assert desk.send("documents/", cv=cv).status_code == 302
    confirmed_by_candidate(application)
    clock.move_to(SUBMITTING)
    desk.sign_in()

    def is_there() -> bool:
        document = Document.objects.get(application=application, kind="cv", replaced_at__isnull=True)
        link = f"{desk.address('documents/')}{document.pk}/"
        shown = html.tostring(desk.page("documents/")).decode()  # of what was submitted: the application's page
        return link in shown and content_of(desk.client.get(link)) == content

    assert is_there()
    assert desk.submit().status_code == 302
    assert is_there()
    desk.send("reopen/", desk.hidden("reopen/"))
    assert fresh(application).status == Status.DRAFT
    assert is_there()
    assert desk.submit().status_code == 302
    assert is_there()
    assert "life.pdf" in words_of_pdf(content_of(fetched(desk.client, desk.address("application.pdf"))))


def test_attachments_that_vanish_sending_one_file_leaves_the_other_alone(clock):
    desk = Desk(an_application())
    desk.send("documents/", cv=pdf("life.pdf"), statement=docx("support.docx"))
    desk.send("documents/", statement=docx("better.docx", "We support this more."))
    shown = desk.says("documents/")
    assert ("life.pdf" in shown, "better.docx" in shown, "support.docx" in shown) == (True, True, False)


# --- Mail that contradicts itself ---


def test_mail_that_contradicts_itself_receipt_page_letter_and_copy_name_one_reference_and_one_second(clock):
    desk = Desk(ready_application())
    clock.move_to(SUBMITTING + timedelta(seconds=7))
    desk.sign_in()
    receipt = desk.client.get(desk.submit().headers["Location"]).content.decode()
    moment = say_exactly(fresh(desk.application).submitted_at)
    assert moment == "Tuesday 12 March 2019 at 4:00:07pm"
    make_waiting()  # the letter waits for its copy
    (letter,) = [one for one in sent("CII-2019-001") if one.to == [desk.person.email]]
    (_, copy, kind) = letter.attachments[0]
    assert kind == "application/pdf"
    for text in (receipt, letter.body, words_of_pdf(copy), desk.says()):
        assert "CII-2019-001" in text
        assert moment in text


def test_mail_that_contradicts_itself_everybody_told_of_the_submit_is_told_of_the_reopening(clock):
    application = application_at(Status.SUBMITTED)
    editor_of(application.organisation)
    clock.move_to(SUBMITTING)
    desk = Desk(application)
    told = {one.to_email for one in Letter.objects.filter(template__startswith="applications.received")}
    desk.send("reopen/", desk.hidden("reopen/"))
    again = {one.to_email for one in Letter.objects.filter(template__startswith="applications.reopened")}
    assert told <= again
    letters = [*sent(SAID.submit_application_again), *sent("has been reopened")]
    assert {one.to[0] for one in letters} == again
    assert [one.subject for one in letters if DEADLINE not in one.body] == []
    assert SAID.reopened_it_is_not_submitted in desk.says()


def test_mail_that_contradicts_itself_the_deadline_is_one_wherever_it_is_said(clock):
    application = an_application()
    fill(application)
    desk = Desk(application)
    call = application.call
    token = candidates.ask(candidate_of(application), by=desk.person, at=WRITING)
    reminded = CLOSES - timedelta(days=2)
    post_due(reminded)
    places = {
        "the list of calls": Client().get("/calls/").content.decode(),
        "the call": Client().get(call.get_absolute_url()).content.decode(),
        "the task list": desk.says(),
        "a section": desk.says("experience/"),
        "the documents": desk.says("documents/"),
        "the check": desk.says("check/"),
        "the secondee's page": Client().get(f"/candidate/{token}/").content.decode(),
        "the secondee's letter": sent("proposes you")[0].body,
        "the blank copy": words_of_pdf(content_of(fetched(Client(), f"{call.get_absolute_url()}blank.pdf"))),
        "the reminder": Letter.objects.filter(template="applications.unfinished")[0].body,
    }
    assert [place for place, text in places.items() if DEADLINE not in " ".join(text.split())] == []
    stray = re.compile(r"\b\d{1,2}(?::\d\d)?(?:am|pm) on \w+day \d{1,2} \w+ 20\d\d")
    for place, text in places.items():
        assert set(stray.findall(text)) <= {DEADLINE, say_deadline(OPENS)}, place
    (event,) = Calendar.from_ical(content_of(Client().get(f"{call.get_absolute_url()}deadline.ics"))).walk("VEVENT")
    assert CLOSES in {event[name].dt for name in ("DTSTART", "DTEND") if name in event}


def test_mail_that_contradicts_itself_no_reminder_to_hurry_reaches_whoever_has_submitted(clock):
    application = application_at(Status.SUBMITTED)
    due = [one for one in reminders.due(CLOSES - timedelta(hours=2)) if one.template == "applications.unfinished"]
    assert due == []
    applications.reopen(application, by=lead(application.organisation), at=SUBMITTING)
    due = [one for one in reminders.due(CLOSES - timedelta(hours=2)) if one.template == "applications.unfinished"]
    assert {one.to for one in due} == {lead(application.organisation)}


def test_mail_that_contradicts_itself_an_extension_gives_every_letter_the_new_date(clock):
    application = an_application()
    desk = Desk(application)
    later = CLOSES + timedelta(days=2)
    calls.extend(application.call, closes_at=later, reason="The line was down.", by=officer(), at=WRITING)
    (letter,) = Letter.objects.filter(template="applications.call_extended", to_email=desk.person.email)
    assert say_deadline(later) in letter.body
    assert say_deadline(later) in desk.says()
    assert DEADLINE not in desk.says()
    post_due(later - timedelta(days=2))
    (reminder,) = Letter.objects.filter(template="applications.unfinished", to_email=desk.person.email)
    assert (say_deadline(later) in reminder.body, DEADLINE in reminder.body) == (True, False)
