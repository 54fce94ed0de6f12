"""One person at two windows of one section: neither loses words to the other, and one window never to itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import drafts
from applications.autosave import SavedMeanwhile, SaveToken
from applications.models import SectionSave
from core.lifecycle import Refused
from tests.accounts.factories import editor_of
from tests.applications.factories import WRITING, an_application, lead
from tests.applications.test_forms import Writer, clock  # noqa: F401 - a fixture
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
SECTION = "experience"


@pytest.fixture
def writer(clock):  # noqa: F811 - the fixture above
    return Writer(an_application())


def save(application, text, *, seen, window, by, edits=0, while_typing=False, at=WRITING):
    question = application.call.questions.filter(section=SECTION).first()
    return drafts.save_section(
        application,
        SECTION,
        facts={},
        answers={question.pk: text},
        token=SaveToken(seen, window, edits),
        while_typing=while_typing,
        by=by,
        at=at,
    )


def kept(application):
    return [answer.text for answer in application.answers.exclude(text="")]


class Window:
    """A page of the form that somebody has open: it sends what its boxes hold, the hidden ones too."""

    def __init__(self, writer, page=None) -> None:
        self.writer, self.name = writer, writer.question(SECTION)
        page = page or writer.client.get(writer.address(SECTION))
        form = page.context["form"]
        self.holds = {field: form[field].value() for field in ("version", "writer", "window", "edits", self.name)}

    @property
    def mark(self):
        return self.holds["window"]

    def send(self, text, *, htmx=False):
        self.holds[self.name] = text
        headers = {"HX-Request": "true"} if htmx else {}
        return self.writer.client.post(self.writer.address(SECTION), self.holds, headers=headers)


# --- Saving ---


def test_the_button_pressed_while_the_form_was_saving_itself_is_no_conflict_however_long_that_took():
    application = an_application()
    by = lead(application.organisation)
    save(application, "While typing", seen=0, window="one", by=by)
    later = WRITING + timedelta(hours=3)
    assert save(application, "While typing, finished", seen=0, window="one", by=by, at=later) == 2
    assert kept(application) == ["While typing, finished"]


def test_what_a_page_sent_first_and_arrives_last_does_not_bring_the_older_words_back():
    application = an_application()
    by = lead(application.organisation)
    page = {"window": "one", "by": by}
    assert save(application, "The end of it", seen=0, edits=7, **page) == 1
    with pytest.raises(Refused, match=SAID.newer_words_from_this_page):
        save(application, "The en", seen=0, edits=5, while_typing=True, **page)
    assert kept(application) == ["The end of it"]
    assert save(application, "The end of it all", seen=1, edits=8, while_typing=True, **page) == 2
    assert save(application, "The end of it all", seen=1, edits=8, while_typing=True, **page) == 3
    assert save(application, "From a new page", seen=3, window="two", by=by, while_typing=True) == 4
    assert kept(application) == ["From a new page"]


def test_the_button_is_always_taken_however_often_its_page_was_changed():
    application = an_application()
    by = lead(application.organisation)
    save(application, "Typed", seen=0, window="one", edits=7, while_typing=True, by=by)
    assert save(application, "Pressed", seen=1, window="one", edits=0, by=by) == 2
    assert kept(application) == ["Pressed"]


@pytest.mark.parametrize("seconds", [0, 1, 29, 31])
def test_another_window_of_ones_own_overwrites_nothing_even_at_once(seconds):
    application = an_application()
    by = lead(application.organisation)
    save(application, "On the telephone", seen=0, window="telephone", by=by)
    with pytest.raises(SavedMeanwhile) as refusal:
        save(application, "Old", seen=0, window="computer", by=by, at=WRITING + timedelta(seconds=seconds))
    assert refusal.value.is_own
    assert refusal.value.sentence == (
        SAID.you_saved_this_section_in.format(
            "10am. We have not overwritten anything. Compare the two versions below, then save what you want to keep"
        )
    )
    assert kept(application) == ["On the telephone"]
    assert save(application, "Both", seen=1, window="computer", by=by) == 2


def test_a_save_of_another_day_is_told_with_its_day():
    application = an_application()
    by = lead(application.organisation)
    save(application, "Yesterday's", seen=0, window="one", by=by)
    with pytest.raises(SavedMeanwhile, match="in another window at 10am on Wednesday 20 February 2019\\."):
        save(application, "Old", seen=0, window="two", by=by, at=WRITING + timedelta(days=1))


def test_a_window_that_a_colleague_or_another_window_came_between_overtakes_nothing_any_more():
    application = an_application()
    by, colleague = lead(application.organisation), editor_of(application.organisation)
    save(application, "First", seen=0, window="one", by=by)
    save(application, "Second", seen=1, window="two", by=by)
    with pytest.raises(SavedMeanwhile):
        save(application, "Third", seen=1, window="one", by=by)
    save(application, "The colleague's", seen=2, window="three", by=colleague)
    with pytest.raises(SavedMeanwhile):
        save(application, "Fourth", seen=2, window="two", by=by)
    assert kept(application) == ["The colleague's"]


def test_no_mark_and_somebody_elses_mark_overtake_nothing():
    application = an_application()
    by, colleague = lead(application.organisation), editor_of(application.organisation)
    save(application, "Without", seen=0, window="", by=by)
    with pytest.raises(SavedMeanwhile):
        save(application, "Old", seen=0, window="", by=by)
    save(application, "With", seen=1, window="one", by=by)
    with pytest.raises(SavedMeanwhile):
        save(application, "Taken", seen=0, window="one", by=colleague)
    assert kept(application) == ["With"]


# --- The pages ---


def test_each_page_that_is_opened_has_a_mark_of_its_own_and_keeps_it_when_it_is_refused(writer):
    first, second = Window(writer), Window(writer)
    assert first.mark != second.mark
    refused = Window(writer, first.send("word " * 1000))
    assert refused.mark == first.mark
    worked_out = writer.post("secondment", work_out="yes", window="mine").context["form"]
    assert worked_out["window"].value() == "mine"


def test_a_window_that_saves_itself_and_is_then_pressed_with_its_old_number_is_taken(writer):
    window = Window(writer)
    assert "Saved at" in window.send("While typing", htmx=True).text
    assert window.send("While typing, finished").status_code == 302  # the answer with the new number never came
    assert SectionSave.objects.get().window == window.mark
    assert kept(writer.application) == ["While typing, finished"]


def test_the_second_window_gets_both_versions_and_is_told_that_the_other_is_ones_own(writer):
    telephone, computer = Window(writer), Window(writer)
    telephone.send("On the telephone", htmx=True)
    by_itself = computer.send("At the computer", htmx=True)
    assert SAID.too_press_save_to_see.format("Not saved. You saved this section in another window") in by_itself.text
    page = computer.send("At the computer")
    assert page.status_code == 409
    assert SAID.you_saved_this_section_in.format("10am. We have not overwritten anything") in page.text
    assert "You saved in another window, " in page.text
    assert "replaces what you saved there." in page.text
    assert str(writer.person) not in page.text.split("both-versions")[1].split("</section>")[0]
    again = Window(writer, page)
    assert (again.mark, kept(writer.application)) == (computer.mark, ["On the telephone"])
    assert again.send("On the telephone, at the computer").status_code == 302
    assert "saved this section in another window too" in telephone.send("On the telephone, more", htmx=True).text
    assert kept(writer.application) == ["On the telephone, at the computer"]


def test_signing_in_again_goes_on_in_the_same_window(writer):
    window = Window(writer)
    window.send("While typing", htmx=True)
    writer.client.logout()
    window.send("While typing, finished")
    writer.client.force_login(writer.person)
    again = Window(writer)
    assert (again.mark, again.holds[again.name]) == (window.mark, "While typing, finished")
    assert again.send("While typing, finished").status_code == 302  # with the number from before the save by itself


def test_words_that_are_kept_while_signing_in_and_opened_twice_are_two_windows(writer):
    window = Window(writer)
    writer.client.logout()
    window.send("Kept")
    writer.client.force_login(writer.person)
    first, second, third = Window(writer), Window(writer), Window(writer)
    assert len({first.mark, second.mark, third.mark}) == 3
    assert {one.holds[one.name] for one in (first, second, third)} == {"Kept"}
    first.send("Kept, and more", htmx=True)
    assert second.send("Kept").status_code == 409
    assert kept(writer.application) == ["Kept, and more"]


def test_a_save_while_typing_that_was_held_up_until_after_the_button_is_not_taken(writer):
    window = Window(writer)
    window.holds["edits"] = 12
    assert window.send("Pressed").status_code == 302
    window.holds["edits"] = 11
    late = window.send("Presse", htmx=True)
    assert "Not saved. We have already saved a newer version from this page." in late.content.decode()
    assert late.headers["X-Unsaved"] == "yes"
    assert kept(writer.application) == ["Pressed"]


def test_a_mark_that_is_none_of_ours_saves_but_overtakes_nothing(writer):
    window = Window(writer)
    window.holds["window"] = "x" * 33
    window.send("First", htmx=True)
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
            save(application, f"In window {number}", seen=0, window=f"window {number}", by=by)
        except SavedMeanwhile as refusal:
            return "told" if refusal.is_own else "told of a colleague"
        finally:
            connection.close()
        return f"window {number}"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(press, range(8)))
    assert outcomes[:7] == ["told"] * 7
    assert (SectionSave.objects.get().window, kept(application)) == (outcomes[7], [f"In {outcomes[7]}"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_one_window_that_saves_itself_and_is_pressed_at_once_both_are_taken():
    application = an_application()
    by = lead(application.organisation)
    together = Barrier(4)

    def press(number):
        together.wait()
        try:
            return save(application, f"Words {number}", seen=0, window="one", by=by)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [1, 2, 3, 4]
