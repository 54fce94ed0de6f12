"""Notes on a case: the office's alone; a mention is emailed without the words and waits until it is read."""

from datetime import timedelta

import pytest

from applications.actions import assessments, notes
from applications.models import CaseNote, Mention
from applications.models.note import EDITABLE_FOR, NoteEvent
from applications.rules.notes import colleagues
from applications.work_queue.notes import items
from core.accounts.roles import Role
from core.audit import trail
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import person_with, programme
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import ASSESSING, WRITING, application_at, lead, officer
from tests.applications.panel import assigned, committee, complete
from tests.grants.factories import director, second_officer

pytestmark = pytest.mark.django_db
SECRET = "Their treasurer has left"
LATER = ASSESSING + timedelta(minutes=10)


@pytest.fixture
def application():
    return application_at("shortlisted")


def write(application, text=SECRET, by=None, at=ASSESSING, **more):
    return notes.write(application, text=text, by=by or officer(), at=at, **more)


def refusal(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return refused.value


def stand_aside(application, person):
    assessments.declare_conflict(application, explanation="I am a trustee there.", by=person, at=ASSESSING)
    return type(person).objects.get(pk=person.pk)


def mentions(text, people):
    return [str(person) for person in notes.named_in(text, people)]


def test_the_office_reads_a_note_and_nobody_else(application):
    assessor = complete(application).assessor
    note = write(application)
    page, own_page = url("application", "change", application.pk), url("casenote", "change", note.pk)
    for person in (officer(), second_officer(), director()):
        assert SECRET in text_of(as_(person).get(page))
        assert SECRET in text_of(as_(person).get(own_page))
    for person in (assessor, committee()):
        assert SECRET not in text_of(as_(person).get(page))
        assert as_(person).get(own_page).status_code != 200
    shown_to_applicant = as_(lead(application.organisation)).get(application.get_absolute_url())
    assert SECRET not in text_of(shown_to_applicant)


def test_who_has_a_conflict_of_interest_reads_no_note_and_cannot_be_mentioned_or_told(application):
    note = write(application)
    notes.write(application, text="Look.", mentioned=[director()], by=officer(), at=ASSESSING)
    aside = stand_aside(application, director())
    assert list(visible(CaseNote, aside)) == []
    assert list(items(aside, ASSESSING)) == []
    assert as_(aside).get(url("casenote", "change", note.pk)).status_code != 200
    assert str(aside) not in text_of(as_(officer()).get(step("application", application.pk, "note")))
    assert refusal(write, application, mentioned=[aside]).field == "mentioned"
    assert refusal(write, application, f"Ask @{aside} first").code == "nobody"
    assert refusal(write, application, by=aside).code == "applications.add_casenote"


def test_an_officer_who_has_yet_to_declare_reads_no_note(application):
    write(application)
    both = person_with(Role.OFFICER, Role.FUNDER_ASSESSOR, works_for=programme().funder)
    assert list(visible(CaseNote, both)) == list(CaseNote.objects.all())
    assigned(application, assessor=both)
    both = type(both).objects.get(pk=both.pk)
    assert list(colleagues(application)) == [officer()]
    assert not visible(CaseNote, both).exists()


def test_a_mention_is_emailed_without_the_words_and_waits_until_it_is_read(application):
    note = write(application, f"@{director()}: {SECRET}")
    letter = Letter.objects.get(template="applications.mentioned")
    assert letter.to_email == director().email
    assert SECRET not in letter.subject + letter.body + str(letter.fields)
    assert url("casenote", "change", note.pk) in letter.body
    (item,) = items(director(), ASSESSING)
    assert (item.url, SECRET in item.sentence) == (url("casenote", "change", note.pk), False)
    assert list(items(second_officer(), ASSESSING)) == []
    page = as_(director()).get(item.url)
    assert [one["name"] for one in page.context["step_buttons"]] == ["read"]
    as_(director()).post(step("casenote", note.pk, "read"))
    assert list(items(director(), ASSESSING)) == []
    assert Mention.objects.get().read_at is not None


def test_who_answers_with_a_note_has_read_what_mentions_them(application):
    write(application, mentioned=[director()])
    write(application, "I have asked.", by=director(), at=LATER)
    assert list(items(director(), LATER)) == []


def test_a_colleague_is_named_by_the_whole_name_whatever_its_case_and_nobody_twice(application):
    people = list(colleagues(application)) or [officer()]
    name = str(officer())
    assert mentions(f"@{name.lower()}, look. Mail a@example.org.", [officer()]) == [name]
    assert refusal(mentions, f"@{name}sson", people).code == "nobody"
    assert refusal(mentions, "Ask @Somebody.", people).field == "text"
    write(application, f"@{director()} and @{director()}", mentioned=[director()])
    assert Mention.objects.count() == Letter.objects.filter(template="applications.mentioned").count() == 1


def test_a_note_is_edited_for_some_minutes_by_its_author_and_what_it_said_is_kept(application):
    note = write(application, "First")
    notes.edit(note, text="Second", seen="First", by=officer(), at=LATER)
    note.refresh_from_db()
    assert (note.text, note.edited_at, [one.text for one in note.versions.all()]) == ("Second", LATER, ["First"])
    assert refusal(notes.edit, note, text="Third", seen="First", by=officer(), at=LATER).code == "changed_meanwhile"
    over = note.written_at + EDITABLE_FOR
    assert refusal(notes.edit, note, text="Third", by=officer(), at=over).code == "too_late"
    other = refusal(notes.edit, note, text="Third", by=director(), at=LATER)
    assert other.code == "applications.change_casenote"
    assert refusal(notes.edit, note, text=" ", by=officer(), at=LATER).field == "text"


def test_an_edit_tells_only_whoever_is_mentioned_for_the_first_time(application):
    note = write(application, mentioned=[director()])
    notes.edit(note, text=SECRET, mentioned=[director(), second_officer()], by=officer(), at=LATER)
    letters = Letter.objects.filter(template="applications.mentioned").values_list("to_email", flat=True)
    assert sorted(letters) == sorted([director().email, second_officer().email])


def test_the_trail_says_who_wrote_and_edited_a_note_without_its_words(application):
    note = write(application)
    notes.edit(note, text=f"{SECRET}.", by=officer(), at=LATER)
    lines = [entry.event for entry in trail.history(application) if entry.event in NoteEvent.values]
    assert lines == [NoteEvent.WRITTEN, NoteEvent.EDITED]
    assert not Entry.objects.filter(detail__icontains=SECRET).exists()


def test_a_draft_of_an_organisation_has_no_notes():
    draft = application_at("draft")
    assert refusal(write, draft, at=WRITING).code == "applications.add_casenote"


def test_a_note_is_written_and_edited_on_the_pages_of_the_office(application):
    client = as_(officer())
    answer = client.post(step("application", application.pk, "note"), {"text": ""})
    assert answer.status_code == 200
    assert not CaseNote.objects.exists()
    answer = client.post(step("application", application.pk, "note"), {"text": SECRET}, follow=True)
    assert len(said(answer)) == 1
    assert SECRET in text_of(answer)
    assert SECRET in text_of(client.get(url("casenote", "changelist")))
