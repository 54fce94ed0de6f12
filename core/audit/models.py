"""The trail: who did what to which thing when."""

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models

from core.dates import say_day, say_exactly
from core.promises import THING, About, Frozen, Kept


class Entry(models.Model):
    """One line of the trail; it outlives the thing, so it holds no foreign key to it.

    `programme` is None for what belongs to the installation, like people and organisations.
    """

    at = models.DateTimeField("time", db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    event = models.CharField(max_length=100)
    thing_type = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    thing_label = models.CharField("about", max_length=200)
    programme = models.ForeignKey(settings.PROGRAMME_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = "line of the trail"
        verbose_name_plural = "lines of the trail"
        indexes = (models.Index(fields=["thing_type", "thing_id", "at"], name="trail_of_a_thing"),)

    class Promises:
        open = "id at event thing_type thing_id programme"
        personal = "by thing_label detail"
        frozen = (
            Frozen(
                "at by event thing_type thing_id thing_label programme detail", "The audit trail cannot be changed."
            ),
        )
        kept = (
            Kept(
                "by thing_label detail",
                because="who did what when, which is what the trail is for; the words of what was deleted leave it",
            ),
        )
        about = (About(THING, "thing_label detail", in_confidence="detail"),)

    def __str__(self) -> str:
        return f"{self.event}: {self.thing_label}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        told = ((name, value) for name, value in self.detail.items() if name != "through")  # said with the event
        return [(name.replace("_", " "), in_words(value)) for name, value in told]


class Seal(models.Model):
    """The hash of frozen columns of one row, written by the action that froze them (core/audit/seals.py).

    `part` is the place of the columns among the model's `frozen` promises. The root is the row whose action froze this
    one: the application of an answer, or the row itself.
    """

    root_type = models.CharField(max_length=60)
    root_id = models.CharField(max_length=40)
    thing_type = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    part = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["root_type", "root_id"], name="seals_of_a_root"),)
        constraints = (models.UniqueConstraint(fields=["thing_type", "thing_id", "part"], name="one seal a part"),)

    class Promises:
        open = "id root_type root_id thing_type thing_id part sha256 sealed_at"

    def __str__(self) -> str:
        return f"{self.thing_type} {self.thing_id}"


class TrailBatch(models.Model):
    """Lines of the trail that were sealed together; `head` is the hash of the previous head and of these lines."""

    number = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=64, blank=True)
    head = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    last_line = models.PositiveBigIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)

    class Promises:
        open = "id number previous head size last_line sealed_at"
        frozen = (Frozen("number previous head size last_line sealed_at", "A seal of the trail cannot be changed."),)

    def __str__(self) -> str:
        return f"{self.number}: {self.head}"


class SealedEntry(models.Model):
    """One sealed line of the trail, without a foreign key to it, so that a deleted line leaves its seal behind.

    `words` is the salted hash of the columns that the law may empty, as they were when the line was sealed; the chain
    is made from it. `words_now` is the same hash of what erasure has left of them.
    """

    entry = models.PositiveBigIntegerField(unique=True)
    batch = models.ForeignKey(TrailBatch, models.PROTECT, related_name="entries")
    salt = models.CharField(max_length=32)
    words = models.CharField(max_length=64)
    words_now = models.CharField(max_length=64)

    class Promises:
        open = "id entry batch salt words words_now"
        frozen = (Frozen("entry batch words", "A seal of the trail cannot be changed."),)
        changing = "salt words_now"

    def __str__(self) -> str:
        return str(self.entry)


class TriggerBypass(models.Model):
    """A row here disables the immutability triggers for the current transaction; none is ever committed."""

    class Promises:
        open = "id"


def in_words(value: Any) -> str:
    """Say a JSON value as a person would: yes, no, nothing, or the parts of a list with commas."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(in_words(part) for part in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {in_words(part)}" for name, part in value.items()) or "nothing"
    return day_in_words(value) if isinstance(value, str) else str(value)


def day_in_words(text: str) -> str:
    """Say a day or an instant that was kept in ISO form as people read it; leave any other text as it is."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return say_day(date.fromisoformat(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", text):
        return say_exactly(datetime.fromisoformat(text))
    return text
