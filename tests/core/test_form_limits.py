"""Every form of ours has a limit to what is typed, and says so in our own words."""

import importlib
import pkgutil
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.forms import BaseForm

from core.form_fields import ProseField

APPS = ("core", "applications", "grants", "secondments", "learning")
NOT_OURS = {"SignupForm.username", "AddPasskeyForm.name", "RenamePasskeyForm.name"}  # allauth's; the model limits them


def forms_below(base: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for form in base.__subclasses__():
        yield form
        yield from forms_below(form)


def fields() -> Iterator[tuple[str, forms.Field]]:
    """Yield ("Form.field", field) of each form that is written in our apps."""
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    for form in {form for form in forms_below(BaseForm) if form.__module__.partition(".")[0] in APPS}:
        for name, field in form.base_fields.items():
            yield f"{form.__name__}.{name}", field


def test_no_text_box_is_without_a_limit():
    unlimited = {
        name
        for name, field in fields()
        if isinstance(field, forms.CharField)
        and not isinstance(field, ProseField)
        and not isinstance(field.widget, forms.HiddenInput | forms.PasswordInput)
        and field.max_length is None
    }
    assert unlimited - NOT_OURS == set()


def problems(field: forms.Field, value: object) -> list[str]:
    try:
        field.run_validators(value)
    except ValidationError as refusal:
        return list(refusal.messages)
    return []


def test_no_validator_speaks_in_djangos_words():
    said = {}
    for name, field in fields():
        if isinstance(field, forms.CharField) and field.max_length:
            said[name] = problems(field, "x" * (field.max_length + 1))
        elif isinstance(field, forms.DecimalField | forms.IntegerField | forms.FloatField):
            said[name] = [*problems(field, Decimal(10**9)), *problems(field, Decimal(-(10**9)))]
    assert len(said) > 50
    assert {name: words for name, words in said.items() if any("Ensure" in word for word in words)} == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.CharField(max_length=8), "x" * 10, "Use 8 characters or fewer. This has 10."),
        (forms.CharField(min_length=8), "x", "Use 8 characters or more. This has 1."),
        (forms.IntegerField(max_value=5), "6", "Enter 5 or less."),
        (forms.IntegerField(min_value=5), "4", "Enter 5 or more."),
        (forms.DecimalField(decimal_places=1), "1.25", "Enter at most 1 decimal places."),
        (forms.EmailField(), "nobody", "Enter an email address, like name@example.org."),
    ],
)
def test_the_way_out_is_said(field, value, sentence):
    with pytest.raises(ValidationError) as refusal:
        field.clean(value)
    assert refusal.value.messages == [sentence]
