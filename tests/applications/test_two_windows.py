"""Two people, or one person in two windows, in one section: each box is saved by itself, and no text is lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import drafts
from applications.autosave import SaveToken, fingerprint
from applications.models import AnswerRevision, FieldSave
from core.lifecycle import Refused
from core.retention import run
from tests.accounts.factories import editor_of
from tests.applications.factories import WRITING, an_application, fresh, lead
from tests.applications.test_forms import Writer, clock  # noqa: F401 - a fixture
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
SECTION = "experience"


@pytest.fixture
def writer(clock):  # noqa: F811 - the fixture above
    return Writer(an_application())


@pytest.fixture
def colleague(writer):
    return Writer(writer.application, editor_of(writer.application.organisation))


def save(application, text, *, by, seen="", window="", edits=0, while_typing=False, at=WRITING):
    """Save the first question's box from a page that has seen the text `seen` in it."""
    question = application.call.questions.filter(section=SECTION).first()
    return drafts.save_section(
        application,
        SECTION,
        facts={},
        answers={question.pk: text},
        token=SaveToken({f"question_{question.pk}": fingerprint(seen)}, window, edits),
        while_typing=while_typing,
        by=by,
        at=at,
    )


def kept(application):
    return [answer.text for answer in application.answers.exclude(text="")]


class Window:
    """A page of the form that somebody has open: it sends what its boxes hold, the hidden ones too."""

    def __init__(self, writer, page=None, section=SECTION) -> None:
        self.writer, self.section = writer, section
        page = page or writer.client.get(writer.address(section))
        self.page, form = page, page.context["form"]
        self.boxes = form.box_names
        self.name = self.boxes[0]
        self.holds = {field: form[field].value() for field in ("seen", "writer", "window", "edits", *self.boxes)}
        self.holds = {name: "" if value is None else value for name, value in self.holds.items()}

    @property
    def mark(self):
        return self.holds["window"]

    def send(self, text=None, *, htmx=False, **boxes):
        self.holds |= boxes if text is None else {self.name: text}
        headers = {"HX-Request": "true"} if htmx else {}
        answer = self.writer.client.post(self.writer.address(self.section), self.holds, headers=headers)
        if htmx and "id_seen" in answer.text:
            self.holds["seen"] = json.dumps(answer.context["seen"] and json.loads(answer.context["seen"]))
        return answer


# --- Each box by itself ---


def test_f2_who_did_not_touch_a_box_does_not_change_it(writer, colleague):
    amara, sunita = Window(writer), Window(colleague)
    first, second = amara.boxes[:2]
    assert amara.send(**{first: "By Amara"}, htmx=True).status_code == 200
    assert sunita.send(**{second: "By Sunita"}, htmx=True).status_code == 200
    assert sunita.send(**{second: "By Sunita, finished"}).status_code == 302
    assert amara.send(**{first: "By Amara, finished"}).status_code == 302
    assert kept(writer.application) == ["By Amara, finished", "By Sunita, finished"]


def test_f2_a_stale_page_brings_no_old_fact_back(writer, colleague):
    amara = Window(writer, section="conflicts")
    amara.send(other_funding="None", declared_conflicts="None")
    stale, sunita = Window(writer, section="conflicts"), Window(colleague, section="conflicts")
    sunita.send(other_funding="A grant until 2027")
    assert stale.send(declared_conflicts="One").status_code == 302
    application = fresh(writer.application)
    assert (application.other_funding, application.declared_conflicts) == ("A grant until 2027", "One")


def test_f2_a_page_that_is_shown_again_has_what_a_colleague_saved_in_the_other_boxes(writer, colleague):
    amara, sunita = Window(writer), Window(colleague)
    first, second = amara.boxes[:2]
    sunita.send(**{second: "By Sunita"})
    page = amara.send(**{first: "word " * 1000})
    again = Window(writer, page)
    assert again.holds[second] == "By Sunita"
    assert again.send(**{first: "By Amara", second: "By Sunita and Amara"}).status_code == 302
    assert kept(writer.application) == ["By Amara", "By Sunita and Amara"]


@pytest.mark.parametrize(
    ("choice", "result"),
    [("theirs", "By Sunita"), ("mine", "By Amara"), ("both", "By Sunita\n\nBy Amara")],
)
def test_f2_when_both_changed_one_box_the_page_asks_which_to_keep(writer, colleague, choice, result):
    amara, sunita = Window(writer), Window(colleague)
    first, second = amara.boxes[:2]
    sunita.send("By Sunita")
    page = amara.send(**{first: "By Amara", second: "Amara's second"})
    assert page.status_code == 409
    assert SAID.two_versions_of_the_same_box in page.text
    assert kept(writer.application) == ["By Sunita", "Amara's second"]
    again = Window(writer, page)
    assert again.holds[first] == "By Amara"
    assert again.send(**{f"keep_{first}": choice, f"theirs_{first}": "By Sunita"}).status_code == 302
    assert kept(writer.application) == [result, "Amara's second"]


def test_f2_a_choice_made_over_a_text_that_has_changed_again_is_asked_anew(writer, colleague):
    amara, sunita = Window(writer), Window(colleague)
    sunita.send("By Sunita")
    page = amara.send("By Amara")
    sunita.send("By Sunita, more")
    again = Window(writer, page)
    assert again.send(**{f"keep_{again.name}": "mine"}).status_code == 409
    assert kept(writer.application) == ["By Sunita, more"]


def test_f2_what_was_replaced_can_be_brought_back_for_thirty_days(writer, colleague, clock):  # noqa: F811
    Window(writer).send("By Amara")
    Window(colleague).send("By Sunita")
    (version,) = AnswerRevision.objects.all()
    assert (version.text, version.written_by, version.replaced_at) == ("By Amara", writer.person, WRITING)
    page = writer.client.get(writer.address(SECTION), {"versions": "yes"})
    assert f"?earlier={version.pk}" in page.text
    page = writer.client.get(writer.address(SECTION), {"earlier": version.pk})
    assert SAID.an_earlier_version_is_in_its in page.text
    assert kept(writer.application) == ["By Sunita"]
    assert Window(writer, page).send().status_code == 302
    assert kept(writer.application) == ["By Amara"]
    clock.shift(timedelta(days=30, seconds=1))
    writer.client.force_login(writer.person)
    run.run(WRITING + timedelta(days=30, seconds=1))
    assert not AnswerRevision.objects.exists()


def test_f2_earlier_versions_are_shown_to_nobody_outside(writer, colleague):
    Window(writer).send("By Amara")
    Window(colleague).send("By Sunita")
    version = AnswerRevision.objects.get()
    stranger = Writer(an_application())
    assert stranger.client.get(writer.address(SECTION), {"earlier": version.pk}).status_code == 404
    own = stranger.client.get(stranger.address(SECTION), {"earlier": version.pk})
    assert "By Amara" not in own.text


def test_typing_in_one_page_keeps_one_version_in_ten_minutes():
    application = an_application()
    by = lead(application.organisation)
    save(application, "The beginning", by=by, window="one", while_typing=True)
    for number in range(5):
        at = WRITING + timedelta(seconds=10 * number)
        save(application, f"Word {number}", by=by, window="one", edits=number, while_typing=True, at=at)
    assert [one.text for one in AnswerRevision.objects.all()] == ["The beginning"]


# --- One page ---


def test_the_button_pressed_while_the_form_was_saving_itself_is_no_conflict_however_long_that_took():
    application = an_application()
    by = lead(application.organisation)
    save(application, "While typing", window="one", by=by)
    later = WRITING + timedelta(hours=3)
    assert not save(application, "While typing, finished", window="one", by=by, at=later).conflicts
    assert kept(application) == ["While typing, finished"]


def test_what_a_page_sent_first_and_arrives_last_does_not_bring_the_older_words_back():
    application = an_application()
    by = lead(application.organisation)
    page = {"window": "one", "by": by}
    save(application, "The end of it", edits=7, **page)
    with pytest.raises(Refused, match=SAID.newer_text_from_this_page):
        save(application, "The en", edits=5, while_typing=True, **page)
    assert kept(application) == ["The end of it"]
    save(application, "The end of it all", edits=8, while_typing=True, **page)
    assert kept(application) == ["The end of it all"]


def test_the_button_is_always_taken_however_often_its_page_was_changed():
    application = an_application()
    by = lead(application.organisation)
    save(application, "Typed", window="one", edits=7, while_typing=True, by=by)
    save(application, "Pressed", window="one", edits=0, by=by)
    assert kept(application) == ["Pressed"]


def test_what_is_deleted_in_a_page_is_deleted_though_it_is_what_the_page_began_with():
    application = an_application()
    by = lead(application.organisation)
    save(application, "A thought", window="one", by=by)  # the answer with the new fingerprint never came
    save(application, "", window="one", by=by)
    assert kept(application) == []


def test_no_mark_and_somebody_elses_mark_overtake_nothing():
    application = an_application()
    by, colleague = lead(application.organisation), editor_of(application.organisation)
    save(application, "Without", window="", by=by)
    assert save(application, "Old", window="", by=by).conflicts
    save(application, "With", seen="Without", window="one", by=by)
    assert save(application, "Taken", window="one", by=colleague).conflicts
    assert kept(application) == ["With"]


@pytest.mark.parametrize("seen", ["", "[]", "nonsense", "{", '{"question_1": 7}'])
def test_a_page_that_says_nothing_of_what_it_has_seen_overwrites_nothing(writer, seen):
    Window(writer).send("First")
    other = Window(writer)
    other.holds["seen"] = seen
    assert other.send("Second").status_code == 409
    assert kept(writer.application) == ["First"]


# --- The pages ---


def test_each_page_that_is_opened_has_a_mark_of_its_own_and_keeps_it_when_it_is_marked(writer):
    first, second = Window(writer), Window(writer)
    assert first.mark != second.mark
    marked = Window(writer, first.send("word " * 1000))
    assert marked.mark == first.mark
    worked_out = writer.post("secondment", work_out="yes", window="mine").context["form"]
    assert worked_out["window"].value() == "mine"


def test_a_window_that_saves_itself_and_is_then_pressed_with_its_old_fingerprints_is_taken(writer):
    window = Window(writer)
    old = window.holds["seen"]
    assert "Saved at" in window.send("While typing", htmx=True).text
    window.holds["seen"] = old  # the answer never came
    assert window.send("While typing, finished").status_code == 302
    assert FieldSave.objects.get().window == window.mark
    assert kept(writer.application) == ["While typing, finished"]


def test_the_second_window_gets_both_texts_and_is_told_that_the_other_is_ones_own(writer):
    telephone, computer = Window(writer), Window(writer)
    telephone.send("On the telephone", htmx=True)
    label = telephone.page.context["form"].fields[telephone.name].label
    by_itself = computer.send("At the computer", htmx=True)
    assert SAID.changed_too_so_yours_is.format("You (in another window)", label) in by_itself.text
    page = computer.send("At the computer")
    assert page.status_code == 409
    assert "The one from the other window" in page.text
    again = Window(writer, page)
    assert (again.mark, kept(writer.application)) == (computer.mark, ["On the telephone"])
    assert again.send("On the telephone, at the computer").status_code == 302
    assert telephone.send("On the telephone, more", htmx=True).headers["X-Unsaved"] == "yes"
    assert kept(writer.application) == ["On the telephone, at the computer"]


# --- A session that ended ---


def test_signing_in_again_goes_on_in_the_same_window_and_saves_at_once(writer):
    window = Window(writer)
    window.send("While typing", htmx=True)
    writer.client.logout()
    window.send("While typing, finished")
    writer.client.force_login(writer.person)
    again = Window(writer)
    assert (again.mark, again.holds[again.name]) == (window.mark, "While typing, finished")
    assert kept(writer.application) == ["While typing, finished"]
    assert again.send("While typing, finished, more").status_code == 302


def test_f3_kept_words_are_not_forgotten_by_saving_another_section(writer):
    window = Window(writer)
    writer.client.logout()
    window.send("Kept")
    writer.client.force_login(writer.person)
    assert writer.post("conflicts", other_funding="None").status_code == 302
    again = Window(writer)
    assert (again.holds[again.name], kept(writer.application)) == ("Kept", ["Kept"])


def test_f3_kept_words_do_not_overwrite_what_a_colleague_saved_meanwhile(writer, colleague):
    window = Window(writer)
    writer.client.logout()
    window.send("Kept")
    Window(colleague).send("By Sunita")
    writer.client.force_login(writer.person)
    page = writer.client.get(writer.address(SECTION))
    assert page.status_code == 409
    assert (kept(writer.application), Window(writer, page).holds[window.name]) == (["By Sunita"], "Kept")


def test_a_save_while_typing_that_was_held_up_until_after_the_button_is_not_taken(writer):
    window = Window(writer)
    window.holds["edits"] = 12
    assert window.send("Pressed").status_code == 302
    window.holds["edits"] = 11
    late = window.send("Presse", htmx=True)
    assert f"Not saved. {SAID.newer_text_from_this_page}" in late.text
    assert late.headers["X-Unsaved"] == "yes"
    assert kept(writer.application) == ["Pressed"]


def test_a_mark_that_is_none_of_ours_saves_but_overtakes_nothing(writer):
    window = Window(writer)
    window.holds["window"] = "x" * 33
    window.send("First")
    assert window.send("Second").status_code == 409
    assert kept(writer.application) == ["First"]


# --- At once ---


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_windows_of_one_person_that_save_at_once_one_wins_and_the_others_are_told():
    application = an_application()
    by = lead(application.organisation)
    together = Barrier(8)

    def press(number):
        together.wait()
        try:
            saved = save(application, f"In window {number}", window=f"window {number}", by=by)
            return "told" if saved.conflicts else f"window {number}"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(press, range(8)))
    assert outcomes[:7] == ["told"] * 7
    assert (FieldSave.objects.get().window, kept(application)) == (outcomes[7], [f"In {outcomes[7]}"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_one_window_that_saves_itself_and_is_pressed_at_once_both_are_taken():
    application = an_application()
    by = lead(application.organisation)
    together = Barrier(4)

    def press(number):
        together.wait()
        try:
            return save(application, f"Words {number}", window="one", by=by).conflicts
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, range(4))) == [()] * 4
