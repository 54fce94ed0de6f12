"""The trail: who did what to which thing when."""

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models

from core.dates import say_day, say_moment
from core.promises import Frozen, Kept


class Entry(models.Model):
    """One line of the trail; it outlives the thing, so it holds no foreign key to it.

    `programme` is None for what belongs to the installation, like people and organisations.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    event = models.CharField(max_length=100)
    thing_type = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    thing_label = models.CharField(max_length=200)
    programme = models.ForeignKey(settings.PROGRAMME_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = "trail entry"
        verbose_name_plural = "audit trail"
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

    def __str__(self) -> str:
        return f"{self.event}: {self.thing_label}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The detail as pairs of words to read: ("due on", "Wednesday 13 March 2019")."""
        told = ((name, value) for name, value in self.detail.items() if name != "through")  # said with the event
        return [(name.replace("_", " "), in_words(value)) for name, value in told]


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
        return say_moment(datetime.fromisoformat(text))
    return text
