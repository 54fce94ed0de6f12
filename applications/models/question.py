"""The questions that a call asks of its own, each with its kind of answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from applications.models.call import OF_PUBLISHED_CALL, TERMS, Call
from applications.models.criterion import Criterion
from applications.models.section import LONGEST_KEY
from core.accounts.models import OfProgramme
from core.dates import say_day
from core.promises import Frozen
from core.text import plural

FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 40, 150
MOST_WORDS, MOST_CHARACTERS = 3_000, 20_000
MOST_QUESTIONS = 60
LARGEST = Decimal(999_999_999)
DECIMAL_PLACES = 2
YES_NO = {"yes": "Yes", "no": "No"}
CLOSE_UP = ("%", "°")
MOST_RADIOS = 8


def in_figures(number: Decimal) -> str:
    """A number as it is read: 1,250 or 0.5."""
    figures = f"{number.normalize():,f}"
    return "0" if figures == "-0" else figures


class Question(OfProgramme, models.Model):
    """A question of one call, with the kind of its answer, its limits and the criterion it serves.

    An answer is kept as text (`Answer.text`): a choice as its option, a number in figures, a day as YYYY-MM-DD, yes or
    no as `yes` or `no`. A limit of 0 is none.
    """

    class Kind(models.TextChoices):
        """What an answer is."""

        TEXT = "text", "Text"
        CHOICE = "choice", "One of a list"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        YES_NO = "yes_no", "Yes or no"

    programme_through = "call"

    call = models.ForeignKey(Call, models.CASCADE, related_name="questions")
    section = models.CharField(max_length=LONGEST_KEY)
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField("question", max_length=250)
    hint = models.TextField("help text", blank=True)
    kind = models.CharField("kind of answer", max_length=10, choices=Kind, default=Kind.TEXT)
    is_required = models.BooleanField(
        "must be answered", default=True, help_text="Without an answer the application cannot be submitted."
    )
    word_limit = models.PositiveSmallIntegerField(
        "most words", default=0, validators=[MaxValueValidator(MOST_WORDS)], help_text="For a text. 0 for no limit."
    )
    character_limit = models.PositiveSmallIntegerField(
        "most characters",
        default=0,
        validators=[MaxValueValidator(MOST_CHARACTERS)],
        help_text="For a text, spaces included. 0 for no limit.",
    )
    options = models.TextField(
        "choices", blank=True, help_text=f"For one of a list: one on each line, at most {MOST_OPTIONS}."
    )
    least = models.DecimalField(
        "least", max_digits=11, decimal_places=DECIMAL_PLACES, null=True, blank=True, help_text="For a number."
    )
    most = models.DecimalField(
        "most", max_digits=11, decimal_places=DECIMAL_PLACES, null=True, blank=True, help_text="For a number."
    )
    unit = models.CharField(max_length=20, blank=True, help_text="For a number, such as people, % or £.")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="questions")

    class Meta:
        ordering = ("call", "section", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["text", "choice", "number", "date", "yes_no"]),
                name="a question has a known kind of answer",
            ),
            models.CheckConstraint(
                condition=~Q(kind="choice") | ~Q(options=""), name="a question with a list has choices"
            ),
            models.CheckConstraint(
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gte=F("least")),
                name="the least of a number is not above its most",
            ),
        )

    class Promises:
        open = (
            "id call section position label hint kind is_required word_limit character_limit options least most unit "
            "criterion"
        )
        frozen = (
            Frozen(
                "call section position label hint kind is_required word_limit character_limit options least most unit "
                "criterion",
                TERMS,
                OF_PUBLISHED_CALL,
            ),
        )

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if faults := self.faults:
            raise ValidationError(faults)

    @property
    def field(self) -> str:
        """The name of its control in the form."""
        return f"question_{self.pk}"

    @property
    def choices(self) -> list[str]:
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    @property
    def has_radios(self) -> bool:
        """Tell whether it is answered by radio buttons; a long list is a drop-down."""
        return self.kind == self.Kind.YES_NO or (self.kind == self.Kind.CHOICE and len(self.choices) <= MOST_RADIOS)

    def in_words(self, text: str) -> str:
        """Say an answer as people read it; what is no answer of this kind stays as it is."""
        if self.kind == self.Kind.YES_NO:
            return YES_NO.get(text, text)
        if self.kind not in {self.Kind.NUMBER, self.Kind.DATE} or not text:
            return text
        try:
            return say_day(date.fromisoformat(text)) if self.kind == self.Kind.DATE else self._with_unit(Decimal(text))
        except (ValueError, InvalidOperation):
            return text

    def _with_unit(self, number: Decimal) -> str:
        if self.unit == "£":
            return f"{'-' if number < 0 else ''}£{in_figures(abs(number))}"
        return f"{in_figures(number)}{'' if not self.unit or self.unit in CLOSE_UP else ' '}{self.unit}"

    def accepts(self, text: str) -> bool:
        """Tell whether this text, as it is kept, is an answer of this kind; how long it is does not matter."""
        if self.kind == self.Kind.CHOICE:
            return text in self.choices
        if self.kind == self.Kind.YES_NO:
            return text in YES_NO
        try:
            if self.kind == self.Kind.DATE:
                date.fromisoformat(text)
            if self.kind == self.Kind.NUMBER:
                number = Decimal(text)
                return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)
        except (ValueError, InvalidOperation):
            return False
        return True

    @property
    def asks(self) -> str:
        """What kind of answer is asked for, in words that go after the question: "up to 300 words"."""
        kind = self.asks_number if self.kind == self.Kind.NUMBER else self._kind_in_words()
        return kind if self.is_required else f"{kind}, optional"

    def _kind_in_words(self) -> str:
        if self.kind == self.Kind.TEXT:
            limits = [plural(self.word_limit, "word")] * bool(self.word_limit)
            limits += [plural(self.character_limit, "character")] * bool(self.character_limit)
            return f"up to {' and '.join(limits)}" if limits else "text"
        return {"choice": "choose one", "date": "a date", "yes_no": "yes or no"}[self.kind]

    @property
    def asks_number(self) -> str:
        low, high = (None if number is None else self._with_unit(number) for number in (self.least, self.most))
        if low and high:
            first = low if self.unit == "£" or self.least is None else in_figures(self.least)
            return f"a number from {first} to {high}"
        if low or high:
            return f"a number, {low} or more" if low else f"a number, {high} or less"
        return f"a number ({self.unit})" if self.unit else "a number"

    @property
    def faults(self) -> dict[str, str]:
        """What an officer must put right in the question itself: a sentence for each field."""
        faults: dict[str, str] = {}
        if self.kind == self.Kind.TEXT and not (self.word_limit or self.character_limit):
            faults["word_limit"] = "Enter how many words, or how many characters, a text may have."
        if self.kind == self.Kind.CHOICE and (sentence := self._fault_of_choices()):
            faults["options"] = sentence
        if (
            self.kind == self.Kind.NUMBER
            and self.least is not None
            and self.most is not None
            and self.most < self.least
        ):
            faults["most"] = f"The most must be {in_figures(self.least)}, the least, or more."
        return faults

    def _fault_of_choices(self) -> str:
        choices = self.choices
        if len(choices) < FEWEST_OPTIONS:
            return f"Enter at least {FEWEST_OPTIONS} choices, each on its own line."
        if len(choices) > MOST_OPTIONS:
            return f"Enter at most {MOST_OPTIONS} choices. There are {len(choices)}."
        if long := next((choice for choice in choices if len(choice) > LONGEST_OPTION), ""):
            return f"“{long[:40]}…” has {len(long)} characters. Use at most {LONGEST_OPTION} for a choice."
        seen: set[str] = set()
        for choice in choices:
            if choice.casefold() in seen:
                return f"“{choice}” is there twice. Take one out."
            seen.add(choice.casefold())
        return ""
