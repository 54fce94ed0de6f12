"""Lifecycles as tables, and what a step does to a row in the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from core.lifecycle import Lifecycle, Refused, Step
from tests.sentences import SAID


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    LOST = "lost", "Lost in the post"


LETTER = Lifecycle(
    start=Status.DRAFT,
    steps={
        "send": Step(sources=(Status.DRAFT,), target=Status.SENT),
        "send_again": Step(sources=(Status.SENT,), target=Status.SENT),
        "lose": Step(sources=(Status.DRAFT, Status.SENT), target=Status.LOST, verb="report lost"),
    },
)


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (Status.DRAFT, ["send", "lose"]),
        (Status.SENT, ["send_again", "lose"]),
        (Status.LOST, []),
        ("draft", ["send", "lose"]),
        ("never heard of", []),
    ],
)
def test_the_steps_from_a_status_are_those_whose_sources_name_it(status: str, steps: list[str]) -> None:
    assert LETTER.steps_from(status) == steps
    assert [name for name in LETTER.steps if LETTER.allows(status, name)] == steps


def test_a_step_that_is_not_in_the_table_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError, match="burn"):
        LETTER.allows(Status.DRAFT, "burn")


def test_the_diagram_shows_each_way_and_where_it_ends() -> None:
    assert LETTER.diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> sent: send",
        "    sent --> sent: send again",
        "    draft --> lost: report lost",
        "    sent --> lost: report lost",
        "    lost --> [*]",
    ]


def test_a_refusal_is_its_sentence_and_may_name_a_field() -> None:
    refusal = Refused("The file is empty. Choose another.", field="cv")
    assert (str(refusal), refusal.sentence, refusal.field) == (
        "The file is empty. Choose another.",
        "The file is empty. Choose another.",
        "cv",
    )
    assert Refused("Too late.").field is None


@pytest.fixture
def letter(db: None) -> Iterator[models.Model]:
    """A draft of a model of this test's own, over a table that lives as long as the test."""
    with isolate_apps("django.contrib.contenttypes"), connection.cursor() as cursor:

        class Letter(models.Model):
            status = models.CharField(max_length=9, choices=Status, default=LETTER.start)
            sent_by = models.CharField(max_length=9, default="")

            class Meta:
                app_label = "cii"
                managed = False
                db_table = "test_letter"

        cursor.execute(
            "CREATE TEMPORARY TABLE test_letter (id integer PRIMARY KEY, status varchar(9), sent_by varchar(9))"
        )
        yield Letter.objects.create(id=1)
        cursor.execute("DROP TABLE test_letter")


def test_a_step_changes_the_row_and_the_instance_and_carries_its_fields(letter: models.Model) -> None:
    LETTER.advance(letter, "send", sent_by="Anna")
    stored = type(letter).objects.get()
    assert (letter.status, letter.sent_by) == (stored.status, stored.sent_by) == ("sent", "Anna")


def test_a_step_that_is_not_open_is_refused_in_words_and_changes_nothing(letter: models.Model) -> None:
    LETTER.advance(letter, "lose")
    with pytest.raises(Refused) as refusal:
        LETTER.advance(letter, "send_again", sent_by="Ben")
    assert refusal.value.sentence == (
        SAID.reload_the_page_to_see.format(SAID.this_is_so_is_not.format("letter", "lost in the post", "send again"))
    )
    assert (letter.status, letter.sent_by, type(letter).objects.get().sent_by) == ("lost", "", "")


def test_of_two_people_who_saw_the_same_only_the_first_gets_through(letter: models.Model) -> None:
    seen_by_another = type(letter).objects.get()
    LETTER.advance(letter, "send", sent_by="Anna")
    with pytest.raises(Refused) as refusal:
        LETTER.advance(seen_by_another, "lose", sent_by="Ben")
    assert refusal.value.sentence == (
        SAID.reload_the_page_to_see_its.format(SAID.someone_else_has_just_changed.format("letter"))
    )
    stored = type(letter).objects.get()
    assert (stored.status, stored.sent_by, seen_by_another.status) == ("sent", "Anna", "draft")


def test_a_status_without_words_is_named_as_it_is(letter: models.Model) -> None:
    type(letter).objects.update(status="burnt")
    letter.refresh_from_db()
    with pytest.raises(Refused, match=r"^This letter is burnt, so “report lost” is not possible now\."):
        LETTER.advance(letter, "lose")
