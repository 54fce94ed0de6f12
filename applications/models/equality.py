"""Equality monitoring: questions, and how often each answer was given. No row of a person exists to be matched."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Q

from applications.lifecycle import CallStatus
from applications.models.call import Call
from applications.periods import EQUALITY_LINK
from core.accounts.models import OfProgramme, Programme
from core.dates import at_london, london
from core.promises import Kept


class EqualityQuestion(models.Model):
    """A voluntary question; “prefer not to say” is added to the answers wherever they are offered."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="equality_questions")
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=250)
    answers = models.TextField(
        help_text="One on each line. We count answers by their words, so do not change them during a call."
    )

    class Meta:
        ordering = ("programme", "position", "pk")

    class Promises:
        open = "id programme position label answers"

    def __str__(self) -> str:
        return self.label

    @property
    def choices(self) -> list[str]:
        return [*(line.strip() for line in self.answers.splitlines() if line.strip()), PREFER_NOT_TO_SAY]


PREFER_NOT_TO_SAY = "Prefer not to say"


class EqualityTally(OfProgramme, models.Model):
    """How often one answer was given in one call: a number that goes up, and nothing else.

    A call without a close is counted by half-year. The rows of all answers of a call and half-year are made together,
    before the first is counted: were each made when it is first given, the order of the keys would tell what the first
    person answered.
    """

    programme_through = "call"

    call = models.ForeignKey(Call, models.PROTECT, related_name="equality_tallies")
    half_year = models.CharField(max_length=6, blank=True, help_text="Like 2026-1; empty: the whole time of the call.")
    question = models.ForeignKey(EqualityQuestion, models.PROTECT, related_name="tallies")
    answer = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("call", "half_year", "question", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["call", "half_year", "question", "answer"],
                name="one tally per call, half-year, question and answer",
            ),
        )

    class Promises:
        open = "id call half_year question answer"
        special = "count"
        kept = (Kept("count", because="a count, not of a person"),)
        impersonal = "count"

    def __str__(self) -> str:
        return f"{self.answer}: {self.question}"


LINKS_LAST = timedelta(days=EQUALITY_LINK.days)  # computed from the call's close: the link has no times
JUNE = 6


def links_end_at(call: Call) -> datetime | None:
    return call.closes_at and call.closes_at + LINKS_LAST


def half_year(at: datetime) -> str:
    """The half-year in which an instant falls in local time, like "2026-1"."""
    day = london(at)
    return f"{day.year}-{1 if day.month <= JUNE else 2}"


def half_year_ends_at(name: str) -> datetime:
    """The end of the half-year of this name: local midnight."""
    year, half = (int(part) for part in name.split("-"))
    return at_london(date(year, JUNE + 1, 1) if half == 1 else date(year + 1, 1, 1), time())


class EqualityLinkQuerySet(models.QuerySet["EqualityLink"]):
    """Links, by whether they still work."""

    def working(self, now: datetime) -> "EqualityLinkQuerySet":
        return self.filter(
            Q(call__closes_at__isnull=True) | Q(call__closes_at__gt=now - LINKS_LAST), call__status=CallStatus.PUBLISHED
        )


class EqualityLink(OfProgramme, models.Model):
    """A link that can be used once; it names a call and nobody, has no times, and is deleted when it is used."""

    programme_through = "call"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="equality_links")
    token_digest = models.CharField(max_length=64, unique=True)

    objects = EqualityLinkQuerySet.as_manager()

    class Promises:
        open = "id call token_digest"

    def __str__(self) -> str:
        return f"A link of {self.call}"
