"""A button of the admin that is shown is not refused for a reason that was known when it was shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.test import RequestFactory

from core.admin import StepForm, StepsAdmin
from core.dates import LocalDateTimeField, london
from core.lifecycle import Refused

pytestmark = pytest.mark.django_db
WORKING = ("officer", "second_officer", "director", "finance", "committee", "administrator", "finished")
INSTANTS = [
    datetime(2019, 2, 20, 9, 0, tzinfo=UTC),
    datetime(2019, 3, 20, 9, 0, tzinfo=UTC),
    datetime(2019, 6, 3, 9, 0, tzinfo=UTC),
]
# Always there, so that the button tells nobody who stood aside from a case that something is prepared.
ALWAYS_OFFERED = {"Release the outcomes of shortlisting"}


def rows_with_steps(cast):
    """Every row of the cast that has buttons in the admin, once."""
    found = {}
    for noun, rows in cast.things.items():
        for state, row in rows.items():
            page = admin.site._registry.get(type(row)) if isinstance(row, models.Model) else None
            if isinstance(page, StepsAdmin) and page.steps:
                found[type(row), row.pk] = (f"{noun} {state}", page)
    return [(name, page, model, key) for (model, key), (name, page) in found.items()]


def first_row(field, _now):
    row = field.queryset.first()
    return str(row.pk) if row else ""


# Something that a person could type or choose, by the kind of field; the first kind that fits counts.
TYPED = [
    (forms.ModelMultipleChoiceField, lambda field, _now: [str(row.pk) for row in field.queryset[:1]]),
    (forms.ModelChoiceField, first_row),
    (forms.MultipleChoiceField, lambda field, _now: [value for value, _ in field.choices][:1]),
    (forms.ChoiceField, lambda field, _now: next((value for value, _ in field.choices if value), "")),
    (LocalDateTimeField, lambda _field, now: (now + timedelta(days=30)).strftime("%d/%m/%Y %H:%M")),
    (forms.DateField, lambda _field, now: (london(now).date() + timedelta(days=30)).isoformat()),
    (forms.EmailField, lambda _field, _now: "somebody@example.org"),
    (forms.BooleanField, lambda _field, _now: "on"),
    (forms.IntegerField | forms.DecimalField, lambda field, _now: str(field.initial or 1)),
    (forms.Field, lambda _field, _now: "Because it is so."),
]


def typed(field, now):
    return next(write(field, now) for kind, write in TYPED if isinstance(field, kind))


def filled(button, row, person, now):
    """The button's form as somebody may fill it in; None where it asks nothing."""
    if button.form is None:
        return None
    known = {"thing": row, "by": person} if issubclass(button.form, StepForm) else {}
    empty = button.form(**known)
    data = {
        name: empty.get_initial_for_field(field, name) if field.widget.is_hidden else typed(field, now)
        for name, field in empty.fields.items()
    }
    return button.form({name: value for name, value in data.items() if value != ""}, {}, **known)


def refusal(button, row, person, now):
    """The refusal that is about no field of the form, if the button is pressed; everything is rolled back."""
    form = filled(button, row, person, now)
    if form is not None and not form.is_valid():
        return None
    with transaction.atomic():
        try:
            button.action(row, by=person, at=now, **(form.cleaned_data if form is not None else {}))
        except Refused as refused:
            return refused if not refused.field else None
        finally:
            transaction.set_rollback(True)
    return None


@pytest.mark.parametrize("now", INSTANTS)
def test_a_button_that_is_shown_is_not_refused_for_a_reason_known_beforehand(cast, now, time_machine):
    time_machine.move_to(now, tick=False)
    refused, pressed = set(), 0
    for name, page, model, key in rows_with_steps(cast):
        for part in WORKING:
            if part not in cast.people:
                continue
            person = cast.afresh(part)
            request = RequestFactory().get("/admin/")
            request.user, request.arrived_at = person, now
            row = model._base_manager.get(pk=key)
            for item in page.step_context(request, row)["step_buttons"]:
                pressed += 1
                found = refusal(item["button"], model._base_manager.get(pk=key), cast.afresh(part), now)
                if found is not None and item["button"].label not in ALWAYS_OFFERED:
                    refused.add((name, item["button"].label, found.sentence))
    assert sorted(refused) == []
    assert pressed > 50


def test_the_day_in_a_form_is_a_day():
    assert typed(forms.DateField(), INSTANTS[0]) == date(2019, 3, 22).isoformat()
