"""The assessment criteria of a call."""

from django.db import models

from applications.models.call import OF_PUBLISHED_CALL, TERMS, Call
from core.accounts.models import OfProgramme
from core.promises import Frozen


class Criterion(OfProgramme, models.Model):
    """One of a call's assessment criteria, scored from 0 to 4."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    letter = models.CharField(max_length=1)
    label = models.CharField(max_length=200)
    guidance = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    concerns_person = models.BooleanField(
        "concerns the person",
        default=False,
        help_text="Where names are hidden from assessors, this criterion is scored last, with the name.",
    )
    meanings = models.TextField("what each score means", help_text="Five lines, for the scores 0 to 4.")

    class Meta:
        ordering = ("call", "letter")
        verbose_name_plural = "criteria"
        constraints = (models.UniqueConstraint(fields=["call", "letter"], name="one criterion per letter of a call"),)

    class Promises:
        open = "id call letter label guidance weight concerns_person meanings"
        frozen = (Frozen("call letter label guidance weight concerns_person meanings", TERMS, OF_PUBLISHED_CALL),)

    def __str__(self) -> str:
        return f"({self.letter}) {self.label}"

    @property
    def scale(self) -> list[tuple[int, str]]:
        return list(enumerate(line.strip() for line in self.meanings.splitlines() if line.strip()))
