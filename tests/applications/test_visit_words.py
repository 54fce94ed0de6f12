"""What people need at a visit, and the notes that each visitor writes after it."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from applications.actions import assessments, attendance, visit_notes, visits
from applications.models import AccessNeeds, Attendee, Call, VisitNote
from applications.models.visit_words import needs_token
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from core.retention.rules import rules
from tests.accounts.factories import address
from tests.applications.desk import as_, text_of, url
from tests.applications.factories import ASSESSING, application_at, lead, officer, programme
from tests.applications.panel import (
    VISITING,
    assigned,
    choose,
    committee,
    funder_assessor,
    host_assessor,
    of,
    offer,
    says_none,
    visit,
)
from tests.client import Client

pytestmark = pytest.mark.django_db
AFTER = VISITING + timedelta(hours=2)
BASE_DIR = settings.BASE_DIR
RAMP = "Step-free access, please."


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


def chosen(**facts):
    application = application_at("shortlisted")
    [slot] = offer(application)
    return choose(application, slot, **facts)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def held(arranged, *, absent=()):
    people = [one.pk for one in arranged.attendees.all() if one.email not in absent]
    visits.hold(arranged, attended=people, absence_reason="Ill.", notes="", by=officer(), at=AFTER)
    return fresh(arranged)


def code(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.code


def page_of(arranged, person):
    return text_of(as_(person).get(reverse("visit", args=[arranged.uid])))


# --- what people need ---


def link_of(arranged, capacity):
    return reverse("visit_needs", args=[needs_token(arranged.attendees.get(capacity=capacity))])


def needing(text=RAMP, capacity="candidate", application=None):
    """A visit to come, and what one of those who come has said by their link."""
    arranged = visit(application, status="confirmed")
    assert Client().post(link_of(arranged, capacity), {"text": text}).status_code == 302
    return arranged


def tables_with(text):
    """The models in whose rows a text stands."""
    rows = {model._meta.label: repr(list(model._base_manager.values_list())) for model in apps.get_models()}
    return {label for label, values in rows.items() if text in values}


def test_each_person_who_comes_is_asked_by_a_link_of_their_own_that_the_list_of_emails_does_not_show():
    arranged = visit()
    asked = Letter.objects.filter(template="applications.visit_needs_asked")
    assert sorted(asked.values_list("to_email", flat=True)) == sorted(
        arranged.attendees.values_list("email", flat=True)
    )
    for letter in asked:
        attendee = arranged.attendees.get(email=letter.to_email)
        assert needs_token(attendee) in letter.text
        assert letter.is_secret
        assert needs_token(attendee) not in letter.body + str(letter.fields)
    assert len({needs_token(one) for one in arranged.attendees.all()}) == 4


def test_whoever_chooses_the_time_asks_everybody_too():
    chosen()
    assert Letter.objects.filter(template="applications.visit_needs_asked").count() == 4


def test_what_somebody_needs_stands_in_one_row_and_in_no_email_calendar_trail_search_or_other_table():
    people = readers()
    arranged = needing()
    assert tables_with(RAMP) == {"applications.AccessNeeds"}
    entry = list(trail.history(arranged))[-1]
    assert (entry.event, entry.by_id) == ("access needs of the visit said or changed", None)
    assert "Sana" not in str(entry.detail)
    told = Letter.objects.filter(template="applications.visit_access_needs")
    assert set(told.values_list("to_email", flat=True)) == {one.email for one in people}
    assert not any("Sana" in one.text or "Sana" in one.subject for one in told)


def readers():
    return [officer(), funder_assessor(), host_assessor()]


def test_the_office_and_the_visitors_read_what_the_organisations_people_need():
    readers()
    arranged = needing()
    assert RAMP in text_of(as_(officer()).get(url("assessmentvisit", "change", arranged.pk)))
    assert all(RAMP in page_of(arranged, one) for one in (funder_assessor(), host_assessor()))


def test_what_a_visitor_needs_is_read_by_the_office_and_themselves_alone():
    readers()
    arranged = needing(capacity="host")
    assert RAMP in text_of(as_(officer()).get(url("assessmentvisit", "change", arranged.pk)))
    assert RAMP in page_of(arranged, host_assessor())
    assert RAMP not in page_of(arranged, funder_assessor())
    told = Letter.objects.filter(template="applications.visit_access_needs")
    assert list(told.values_list("to_email", flat=True)) == [officer().email]


def test_the_employer_an_assessor_who_does_not_visit_and_the_committee_do_not_read_what_somebody_needs():
    arranged = needing()
    application = arranged.application
    other = of(Role.FUNDER_ASSESSOR, address("flora"), "Flora Funder", programme().funder)
    assigned(application, assessor=other)
    for person in (other, says_none(committee())):
        assert RAMP not in text_of(as_(person).get(url("assessmentvisit", "change", arranged.pk)))
        assert as_(person).get(reverse("visit", args=[arranged.uid])).status_code == 404
    employer = as_(lead(application.organisation))
    assert RAMP not in text_of(employer.get(reverse("application_visit", args=[application.shown_reference])))
    assert RAMP not in text_of(employer.get(application.get_absolute_url()))
    assert employer.get(reverse("visit", args=[arranged.uid])).status_code == 404
    answer = employer.get(link_of(arranged, "candidate"))
    assert (answer.status_code, RAMP in text_of(answer)) == (403, False)


@pytest.mark.parametrize("person", [officer, funder_assessor, lambda: says_none(committee())])
def test_no_list_or_search_of_the_admin_shows_or_finds_what_somebody_needs(person):
    arranged = needing()
    client = as_(person())
    for model in ("assessmentvisit", "application"):
        address = reverse(f"admin:applications_{model}_changelist")
        assert RAMP not in text_of(client.get(address))
        assert arranged.application.reference not in text_of(client.get(address, {"q": "Step-free"}))
        assert client.get(address, {f"{WAYS[model]}__text__contains": "Step"}).status_code == 400


WAYS = {
    "assessmentvisit": "attendees__access_needs",
    "application": "visits__attendees__access_needs",
}


def test_no_export_and_no_file_of_a_case_has_what_somebody_needs():
    sources = [path for path in BASE_DIR.glob("*/**/*.py") if path.parts[-2] == "exports" or path.stem == "exports"]
    others = [BASE_DIR / "grants/admin/dossier.py", BASE_DIR / "applications/documents.py", *sources]
    assert len(others) > 3
    assert not [path for path in others if re.search("AccessNeeds|access_needs|needs_for", path.read_text("utf-8"))]


def test_a_recused_visitor_finds_no_trace_of_what_anybody_needs():
    readers()
    arranged = needing()
    own = link_of(arranged, "host")
    assert Client().post(own, {"text": "A break."}).status_code == 302
    hal = host_assessor()
    given = assigned(arranged.application, party="host")
    assessments.declare(given, has_conflict=True, explanation="My sister.", by=hal, at=ASSESSING)
    assert as_(hal).get(reverse("visit", args=[arranged.uid])).status_code == 404
    assert as_(hal).get(own).status_code == 404
    assert as_(hal).get(url("assessmentvisit", "change", arranged.pk)).status_code in {302, 403, 404}
    assert not AccessNeeds.objects.filter(text="A break.").exists()
    before = Letter.objects.filter(to_email=hal.email).count()
    Client().post(link_of(arranged, "candidate"), {"text": "A hearing loop."})
    assert Letter.objects.filter(to_email=hal.email).count() == before
    waiting = Letter.objects.filter(to_email=hal.email, template__contains="needs", status="queued")
    assert not waiting.exists()


def test_an_officer_with_a_conflict_of_interest_neither_reads_what_somebody_needs_nor_hears_of_it():
    arranged = needing()
    assessments.declare_conflict(arranged.application, explanation="My sister.", by=officer(), at=ASSESSING)
    before = Letter.objects.filter(to_email=officer().email).count()
    Client().post(link_of(arranged, "candidate"), {"text": "A hearing loop."})
    assert Letter.objects.filter(to_email=officer().email).count() == before
    page = as_(officer()).get(url("assessmentvisit", "change", arranged.pk))
    assert "A hearing loop." not in text_of(page)


def test_an_assessor_who_reads_without_names_reads_what_the_secondee_needs_without_the_name():
    application = application_at("shortlisted")
    Call.objects.filter(pk=application.call_id).update(hides_names=True)
    funder_assessor()
    arranged = needing("Sana Secondee needs a ramp.", application=application)
    page = page_of(arranged, funder_assessor())
    assert "a ramp." in page
    assert "Sana" not in page


def test_somebody_changes_what_they_need_and_takes_it_back():
    arranged = needing()
    link = link_of(arranged, "candidate")
    assert RAMP in text_of(Client().get(link))
    for text in ("A break.", "A break.", " "):
        Client().post(link, {"text": text})
    assert not AccessNeeds.objects.exists()
    said = [one for one in trail.history(arranged) if one.event == "access needs of the visit said or changed"]
    assert len(said) == 3


def test_a_link_that_was_guessed_or_was_sent_to_an_address_before_leads_nowhere():
    arranged = visit()
    attendee = arranged.attendees.get(capacity="senior")
    link = reverse("visit_needs", args=[needs_token(attendee)])
    Attendee.objects.filter(pk=attendee.pk).update(email="new@example.org")
    assert Client().get(link).status_code == 404
    for token in ("guessed", f"{attendee.pk}:guessed", "9" * 40 + ":x", "\u0661:x", ":"):
        assert Client().get(reverse("visit_needs", args=[token])).status_code == 404


@pytest.mark.parametrize("end", ["held", "cancelled"])
def test_what_people_need_is_deleted_when_the_visit_is_over_and_who_was_typing_keeps_it(end, time_machine):
    arranged = needing()
    link = link_of(arranged, "candidate")
    if end == "held":
        time_machine.move_to(AFTER, tick=False)
        held(arranged)
    else:
        visits.cancel(arranged, by=officer(), at=ASSESSING)
    assert not AccessNeeds.objects.exists()
    browser = Client(headers={"sec-fetch-mode": "navigate"})
    browser.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    before = Session.objects.count()
    answer = browser.post(link, {"text": "A hearing loop."})
    assert (answer.status_code, Session.objects.count()) == (200, before), "the page is not kept in a session"
    assert "A hearing loop." in text_of(answer)
    assert answer.context["form"].refusal.code == "wrong_state"
    assert "form" not in Client().get(link).context
    assert not AccessNeeds.objects.exists()


def test_what_somebody_needs_goes_with_them_when_somebody_else_comes_who_is_asked_anew():
    arranged = needing(capacity="senior")
    new = {"name": "Ned New", "email": "ned@example.org", "sure_of": ["ned@example.org"]}
    old = link_of(arranged, "senior")
    senior = arranged.attendees.get(capacity="senior")
    attendance.replace(arranged, attendee=senior, **new, by=officer(), at=ASSESSING)
    assert not AccessNeeds.objects.exists()
    assert Client().get(old).status_code == 404
    asked = Letter.objects.filter(template="applications.visit_needs_asked")
    assert asked.latest("pk").to_email == "ned@example.org"


def test_what_people_need_is_deleted_a_week_after_a_visit_that_nobody_recorded():
    needing()
    [rule] = [one for one in rules() if one.what.startswith("What people need")]
    assert not rule.things(VISITING + timedelta(days=6)).exists()
    assert rule.things(VISITING + timedelta(days=8)).count() == 1


def test_whoever_changes_their_address_keeps_what_they_said_and_has_a_new_link():
    hal = host_assessor()
    arranged = needing(capacity="host")
    old, before = link_of(arranged, "host"), hal.email
    User.objects.filter(pk=hal.pk).update(email="hal.new@example.org")
    attendance.follow_address(User.objects.get(pk=hal.pk), before, at=ASSESSING + timedelta(hours=1))
    assert Client().get(old).status_code == 404
    assert RAMP in text_of(Client().get(link_of(arranged, "host")))
    asked = Letter.objects.filter(template="applications.visit_needs_asked")
    assert asked.latest("pk").to_email == "hal.new@example.org"


def test_who_comes_and_has_an_account_is_led_to_say_what_they_need():
    arranged = chosen()
    by = lead(arranged.application.organisation)
    page = reverse("application_visit", args=[arranged.application.shown_reference])
    assert link_of(arranged, "senior") in as_(by).get(page).text
    assert link_of(arranged, "funder") in as_(funder_assessor()).get(reverse("visit", args=[arranged.uid])).text


# --- notes ---


def test_visitors_read_each_others_notes_once_both_are_in_and_then_nothing_changes(time_machine):
    arranged = held(chosen())
    time_machine.move_to(AFTER, tick=False)
    fay, hal = funder_assessor(), host_assessor()
    assert set(
        Letter.objects.filter(template="applications.visit_notes_wanted").values_list("to_email", flat=True)
    ) == {
        fay.email,
        hal.email,
    }
    mine = as_(fay).post(reverse("visit", args=[arranged.uid]), {"text": "Well prepared."})
    assert mine.status_code == 302
    assert "Well prepared." in page_of(arranged, fay)
    assert "Well prepared." not in page_of(arranged, hal)
    assert hal.name in page_of(arranged, fay)
    visit_notes.write(arranged, text="Very well prepared.", by=fay, at=AFTER)
    as_(hal).post(reverse("visit", args=[arranged.uid]), {"text": "A busy place."})
    for reader in (fay, hal):
        assert "Very well prepared." in page_of(arranged, reader)
        assert "A busy place." in page_of(arranged, reader)
    assert code(visit_notes.write, arranged, text="Other.", by=fay, at=AFTER) == "all_in"
    late = as_(hal).post(reverse("visit", args=[arranged.uid]), {"text": "One more thing."})
    assert "One more thing." in text_of(late)
    assert [one.event for one in trail.history(arranged)][-3:] == [
        "notes of the visit written",
        "notes of the visit changed",
        "notes of the visit written",
    ]


def test_the_office_reads_notes_at_once_the_committee_when_all_are_in():
    arranged = held(chosen())
    visit_notes.write(arranged, text="Well prepared.", by=funder_assessor(), at=AFTER)
    page = url("assessmentvisit", "change", arranged.pk)
    cora = says_none(committee())
    assert "Well prepared." in text_of(as_(officer()).get(page))
    assert "Well prepared." not in text_of(as_(cora).get(page))
    visit_notes.write(arranged, text="A busy place.", by=host_assessor(), at=AFTER)
    assert "Well prepared." in text_of(as_(cora).get(page))


def test_who_was_absent_is_not_waited_for():
    arranged = chosen()
    arranged = held(arranged, absent=[host_assessor().email])
    visit_notes.write(arranged, text="Well prepared.", by=funder_assessor(), at=AFTER)
    assert code(visit_notes.write, arranged, text="Other.", by=funder_assessor(), at=AFTER) == "all_in"


def test_a_recused_visitor_reads_nothing_and_is_not_waited_for_and_their_notes_stay():
    arranged = held(chosen())
    fay, hal = funder_assessor(), host_assessor()
    visit_notes.write(arranged, text="Well prepared.", by=hal, at=AFTER)
    own = assigned(arranged.application, party="host")
    assessments.declare(own, has_conflict=True, explanation="My sister.", by=hal, at=AFTER)
    assert as_(hal).get(reverse("visit", args=[arranged.uid])).status_code == 404
    assert (
        code(visit_notes.write, arranged, text="Other.", by=host_assessor(), at=AFTER)
        == "applications.note_assessmentvisit"
    )
    visit_notes.write(arranged, text="A busy place.", by=fay, at=AFTER)
    assert "Well prepared." in page_of(arranged, fay)


def test_the_notes_of_who_is_replaced_stay():
    arranged = chosen()
    fay = funder_assessor()
    visit_notes.write(arranged, text="Well prepared.", by=fay, at=AFTER)
    attendee = arranged.attendees.get(email=fay.email)
    new = {"name": "Flo", "email": "flo@example.org", "sure_of": ["flo@example.org"]}
    attendance.replace(arranged, attendee=attendee, **new, by=officer(), at=AFTER)
    assert VisitNote.objects.get().written_by == fay
    assert "Well prepared." in text_of(as_(officer()).get(url("assessmentvisit", "change", arranged.pk)))


def test_notes_are_not_written_before_the_visit_begins_nor_by_who_does_not_visit():
    arranged = chosen()
    facts = {"text": "Well prepared.", "at": VISITING - timedelta(minutes=1)}
    assert code(visit_notes.write, arranged, **facts, by=funder_assessor()) == "too_early"
    assert code(visit_notes.write, arranged, **facts, by=officer()) == "applications.note_assessmentvisit"


def test_an_officer_who_visits_reads_the_others_notes_after_their_own():
    application = application_at("shortlisted")
    [slot] = offer(application, funder_visitor=officer())
    arranged = held(choose(application, slot))
    visit_notes.write(arranged, text="A busy place.", by=host_assessor(), at=AFTER)
    page = url("assessmentvisit", "change", arranged.pk)
    assert "A busy place." not in text_of(as_(officer()).get(page))
    visit_notes.write(arranged, text="Well prepared.", by=officer(), at=AFTER)
    assert "A busy place." in text_of(as_(officer()).get(page))
