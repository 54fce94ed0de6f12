"""The parts of a form that templates cannot compute: a control's classes, its choices, and where an error points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html

from core.money.fields import MoneyFormField
from core.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.forms import BaseForm, BoundField, Widget
    from django.utils.safestring import SafeString

register = template.Library()

COUNTED = ("word", "character")
WIDTHS: tuple[tuple[type[Widget], str], ...] = (
    (forms.DateTimeInput, "govuk-input--width-20"),
    (forms.DateInput, "govuk-input--width-10"),
    (forms.TimeInput, "govuk-input--width-5"),
    (forms.NumberInput, "govuk-input--width-5"),
)


@dataclass(frozen=True)
class Choice:
    """One radio button or tick box: its id, its words, a hint, and the control itself."""

    id: str
    label: str
    hint: str
    control: SafeString


@dataclass(frozen=True)
class Problem:
    """One line of the error summary: what to do, and the id of the control it is about, if any."""

    message: str
    target: str


def base_class(widget: Widget) -> str:
    if isinstance(widget, forms.Textarea):
        return "govuk-textarea"
    if isinstance(widget, forms.CheckboxInput):
        return "govuk-checkboxes__input"
    if isinstance(widget, forms.Select):
        return "govuk-select"
    if isinstance(widget, forms.FileInput):
        return "govuk-file-upload"
    return "govuk-input"


def width(field: BoundField) -> str:
    if isinstance(field.field, MoneyFormField):
        return "govuk-input--width-10"
    return next((css for kind, css in WIDTHS if isinstance(field.field.widget, kind)), "")


def classes(field: BoundField) -> str:
    widget = field.field.widget
    base = base_class(widget)
    own = str(widget.attrs.get("class", ""))
    found = [base]
    if base == "govuk-input" and "width" not in own:
        found.append(width(field))
    if own:
        found.append(own)
    if field.errors:
        found.append(f"{base}--error")
    return " ".join(name for name in found if name)


def name_parts(field: BoundField) -> None:
    """Give each part of a control of several parts (a date and a time) a name of its own for screen readers."""
    for number, part in enumerate(getattr(field.field.widget, "widgets", ()), start=1):
        if isinstance(part, forms.DateInput):
            word = "date"
        elif isinstance(part, forms.TimeInput):
            word = "time"
        else:
            word = f"part {number}"
        part.attrs.setdefault("aria-label", f"{field.label}: {word}")


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw a field's control with its classes, and tied to its hint, its errors and its word count.

    A placeholder is dropped: it vanishes when one types, and the label or the hint says it already.
    """
    name_parts(field)
    field.field.widget.attrs.pop("placeholder", None)
    attrs: dict[str, Any] = {"class": classes(field)}
    if not field.use_fieldset and "aria-describedby" not in field.field.widget.attrs:
        described = [field.aria_describedby or ""]
        if length_limit(field):
            described.append(f"{field.auto_id}_words")
        if said := " ".join(name for name in described if name):
            attrs["aria-describedby"] = said
    return field.as_widget(attrs=attrs)


@register.filter
def length_limit(field: BoundField) -> str:
    """Say how long a text may be, as "300 words" (`data-word-limit` or `data-character-limit` on its widget)."""
    attrs = field.field.widget.attrs
    return next(
        (plural(int(attrs[f"data-{noun}-limit"]), noun) for noun in COUNTED if f"data-{noun}-limit" in attrs), ""
    )


@register.filter
def kind(field: BoundField) -> str:
    """Sort a field by how it is drawn: checkbox, radios, checkboxes, group, money or plain."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    return "money" if isinstance(field.field, MoneyFormField) else "plain"


@register.filter
def choices(field: BoundField) -> Iterator[Choice]:
    many = kind(field) == "checkboxes"
    css = "govuk-checkboxes__input" if many else "govuk-radios__input"
    hints: dict[Any, str] = getattr(field.field, "choice_hints", {})
    for option in field:
        data = option.data
        value = str(data["value"])
        own_id = data["attrs"].get("id") or f"{field.auto_id}_{data['index']}"
        hint = str(hints.get(value) or hints.get(data["value"], ""))
        attrs = {key: item for key, item in data["attrs"].items() if key not in {"id", "class", "aria-describedby"}}
        if many:
            attrs.pop("required", None)
        attrs |= {"checked": bool(data["selected"])}
        if hint:
            attrs["aria-describedby"] = f"{own_id}_hint"
        yield Choice(
            id=own_id,
            label=str(data["label"]),
            hint=hint,
            control=format_html(
                '<input class="{}" type="{}" id="{}" name="{}" value="{}"{}>',
                css, data["type"], own_id, data["name"], value, flatatt(attrs),
            ),
        )  # fmt: skip


def first_control(field: BoundField) -> str:
    if field.is_hidden:
        return ""
    if kind(field) in {"radios", "checkboxes"} and not field.subwidgets:  # a list that has become empty
        return str(field.auto_id)
    if kind(field) in {"radios", "checkboxes", "group"}:
        return str(field.subwidgets[0].id_for_label if kind(field) != "group" else f"{field.auto_id}_0")
    return str(field.id_for_label or field.auto_id)


def ask_for(field: BoundField) -> str:
    """Say what to do about a required field that was left empty, in the words of its label."""
    label = str(field.label).rstrip(" :")
    if label.endswith("?"):
        return f"Answer the question: {label}"
    lower = label[:1].lower() + label[1:] if label[1:2].islower() else label
    how = kind(field)
    if how == "checkbox":
        return f"Tick the box to continue: {label}"
    if how in {"radios", "checkboxes"} or isinstance(field.field.widget, forms.Select):
        return f"Choose {lower}"
    return f"Upload a file: {lower}" if isinstance(field.field.widget, forms.FileInput) else f"Enter {lower}"


@register.filter
def sentences(field: BoundField) -> list[str]:
    """List a field's errors, with Django's bare "This field is required." made to say what to do."""
    bare = {str(forms.Field.default_error_messages["required"])}
    return [ask_for(field) if message in bare else str(message) for message in field.errors]


def problems_of(form: BaseForm) -> Iterator[Problem]:
    """Walk a form's errors in the order of its fields; those of the whole form come first."""
    for message in form.non_field_errors():
        yield Problem(str(message), "")
    for field in form:
        for message in sentences(field):
            yield Problem(message, first_control(field))


@register.filter
def problems(form_or_set: Any) -> list[Problem]:
    if not form_or_set or not form_or_set.is_bound:
        return []
    forms_within: Iterable[BaseForm] = getattr(form_or_set, "forms", None) or [form_or_set]
    found = [Problem(str(message), "") for message in getattr(form_or_set, "non_form_errors", list)()]
    for form in forms_within:
        found += problems_of(form)
    return found


@register.filter
def button_class(given: str) -> str:
    own = [name for name in str(given).split() if not name.startswith("btn")]
    return " ".join(["govuk-button", *own])
