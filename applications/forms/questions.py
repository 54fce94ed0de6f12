"""The field of the form for each kind of question, and what its answer is as text."""

from __future__ import annotations

import re
from collections.abc import Callable

from django import forms

from applications.models.question import DECIMAL_PLACES, LARGEST, YES_NO, Question, in_figures
from core.form_fields import DayField, NumberField, ProseField
from core.text import count_words, plural

WORDS_PER_ROW, CHARACTERS_PER_ROW = 25, 150
FEWEST_ROWS = 5
ONE_LINE = 120  # characters
NO_ANSWER = ("", "No answer")


def field_of(question: Question) -> forms.Field:
    """The field in which a question is answered; empty is always right while the application is a draft."""
    field = FIELDS[Question.Kind(question.kind)](question)
    field.label, field.help_text, field.required = question.label, help_of(question), False
    return field


def help_of(question: Question) -> str:
    """The officer's help text, and whatever else somebody must know before answering."""
    said = [question.hint.strip()] if question.hint.strip() else []
    if question.kind == Question.Kind.NUMBER and (question.least, question.most, question.unit) != (None, None, ""):
        said.append(f"{question.asks_number[:1].upper()}{question.asks_number[1:]}.")
    if not question.is_required:
        said.append("You can leave this empty.")
    return " ".join(said)


def prose(label: str, hint: str, limit: int) -> ProseField:
    """A text of several lines, of so many words at most."""
    attrs = {"rows": max(FEWEST_ROWS, limit // WORDS_PER_ROW), "data-word-limit": limit}
    return ProseField(label=label, help_text=hint, required=False, widget=forms.Textarea(attrs=attrs))


def _text(question: Question) -> forms.Field:
    limit = question.character_limit
    if question.word_limit or not limit:
        return prose(question.label, question.hint, question.word_limit)
    rows = 2 if limit <= ONE_LINE else max(FEWEST_ROWS, limit // CHARACTERS_PER_ROW)
    return ProseField(widget=forms.Textarea(attrs={"rows": rows, "data-character-limit": limit}))


def _choice(question: Question) -> forms.Field:
    options = [(option, option) for option in question.choices]
    sentence = {"invalid_choice": "Choose one from the list."}
    if not question.has_radios:
        return forms.ChoiceField(choices=[("", "Choose one"), *options], error_messages=sentence)
    return _radios(question, options, sentence)


def _yes_no(question: Question) -> forms.Field:
    return _radios(question, list(YES_NO.items()), {"invalid_choice": "Choose yes or no."})


def _radios(question: Question, options: list[tuple[str, str]], sentences: dict[str, str]) -> forms.Field:
    # Radio buttons cannot be emptied again.
    choices = options if question.is_required else [*options, NO_ANSWER]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=sentences)


def _number(question: Question) -> forms.Field:
    least = -LARGEST if question.least is None else question.least
    most = LARGEST if question.most is None else question.most
    return NumberField(unit=question.unit, least=least, most=most, say=in_figures, places=DECIMAL_PLACES)


def _date(question: Question) -> forms.Field:
    return DayField()


FIELDS: dict[Question.Kind, Callable[[Question], forms.Field]] = {
    Question.Kind.TEXT: _text,
    Question.Kind.CHOICE: _choice,
    Question.Kind.NUMBER: _number,
    Question.Kind.DATE: _date,
    Question.Kind.YES_NO: _yes_no,
}


def too_long(question: Question, text: str) -> str:
    """Say what is over its limit and by how much; empty when nothing is."""
    if question.kind != Question.Kind.TEXT:
        return ""
    limits = ((question.word_limit, count_words(text), "word"), (question.character_limit, len(text), "character"))
    for limit, count, noun in limits:
        if limit and count > limit:
            sentence = f"“{question.label}” has {plural(count, noun)} and the limit is {limit}."
            return f"{sentence} Take out {plural(count - limit, noun)}."
    return ""


def show_as_typed(form: forms.Form) -> None:
    """Show a day that cannot be read as it was typed: a date picker would hide it."""
    for name, field in form.fields.items():
        if isinstance(field, DayField) and not re.fullmatch(r"(\d{4}-\d\d-\d\d)?", str(form[name].value() or "")):
            field.widget.input_type = "text"
