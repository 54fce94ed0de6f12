"""Every field of every model of ours has a privacy class, written beside the models; retention follows it."""

from importlib import import_module

import pytest
from django.apps import apps

from core.privacy import Class, classed

APPS = ["accounts", "documents", "letters", "audit", "applications", "grants", "secondments", "learning"]


def fields_of(label):
    """Every column and every many-to-many of an app's models."""
    return {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config(label).get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
    }


@pytest.mark.parametrize("label", APPS)
def test_every_field_has_a_class_and_every_class_a_field(label):
    written = import_module(f"{apps.get_app_config(label).name}.privacy").PRIVACY
    assert set(written) == fields_of(label)


def test_pay_is_financial_and_a_cv_special():
    from applications.privacy import PRIVACY as APPLICATIONS
    from grants.privacy import PRIVACY as GRANTS

    pay = {name for name, kind in {**APPLICATIONS, **GRANTS}.items() if kind == Class.FINANCIAL and "salary" in name}
    assert pay == {"Application.current_salary", "Grant.current_salary"}
    assert APPLICATIONS["Document.file"] == Class.SPECIAL


def test_a_field_has_one_class_only():
    with pytest.raises(ValueError, match=r"^Person\.name has two classes\.$"):
        classed({"Person": {Class.OPEN: "name", Class.PERSONAL: "name"}})
