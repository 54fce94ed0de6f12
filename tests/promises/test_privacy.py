"""What models declare about their fields is complete, and only retention passes the triggers."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import models
from django.test.utils import isolate_apps

from core.promises import About, Frozen, Kept, declared, own_models, problems

FIELDS = "id name note"


def test_every_field_of_every_model_is_classed_and_what_is_about_a_person_is_deleted_or_says_why_not():
    assert len(own_models()) > 40
    assert [error for error in checks.run_checks() if error.id == "promises.E001"] == []
    assert [problem for model in own_models() for problem in problems(model)] == []


def test_pay_is_financial_and_a_cv_special():
    pay = {
        f"{model._meta.label}.{name}"
        for model in own_models()
        for name in declared(model).financial
        if "salary" in name
    }
    assert pay == {"applications.Application.current_salary", "grants.Grant.current_salary"}
    assert declared(apps.get_model("applications.Document")).special == ["file"]


def test_the_same_words_are_promised_the_same_on_a_decision_and_on_its_grant():
    for label in ("grants.Decision", "grants.Grant"):
        promises = declared(apps.get_model(label))
        assert "conditions" in promises.personal
        assert "conditions" in promises.emptied


ALWAYS = models.Q()
PROBLEMS = {
    "nothing": ({}, ["id is neither", "name is neither", "note is neither"]),
    "a field without a class": ({"open": "id name"}, ["note is neither open, personal, special nor financial"]),
    "a name that is no field": ({"open": f"{FIELDS} salary"}, ["salary is no field"]),
    "two classes": (
        {"open": FIELDS, "personal": "name", "emptied": "name", "impersonal": "name"},
        ["name has two classes", "name is open, so it is not"],
    ),
    "kept without a reason": (
        {"open": "id name", "personal": "note", "impersonal": "note"},
        ["note is neither emptied nor stored"],
    ),
    "emptied and kept": (
        {
            "open": "id name",
            "personal": "note",
            "emptied": "note",
            "kept": (Kept("note", because="It is."),),
            "impersonal": "note",
        },
        ["note is emptied, stored or kept twice"],
    ),
    "a column neither frozen nor changing": (
        {"open": FIELDS, "frozen": (Frozen("name", "No."),)},
        ["note is neither frozen nor changing"],
    ),
    "a column frozen and changing": (
        {"open": FIELDS, "frozen": (Frozen("name note", "No."),), "changing": "note"},
        ["note is frozen and changing"],
    ),
    "a condition on no field": (
        {"open": FIELDS, "frozen": (Frozen("name note", "No.", models.Q(status="paid")),)},
        ["“No.” Cannot resolve keyword 'status'"],
    ),
    "all of it": (
        {
            "open": "id name",
            "personal": "note",
            "emptied": "note",
            "frozen": (Frozen("name", "No.", models.Q(name="")),),
            "changing": "note",
            "impersonal": "note",
        },
        [],
    ),
    "no way to the person": (
        {"open": "id name", "personal": "note", "is_deleted": True},
        ["note is about a person, and nothing leads to that person"],
    ),
    "a way that is none": (
        {"open": "id name", "personal": "note", "is_deleted": True, "about": (About("owner__email", "note"),)},
        ["Cannot resolve keyword 'owner'"],
    ),
    "a way from what is open": (
        {"open": FIELDS, "about": (About("pk", "note"),)},
        ["note is not about a person"],
    ),
    "in confidence elsewhere": (
        {"open": "id name", "personal": "note", "is_deleted": True, "about": (About("pk", "note", "name"),)},
        ["name is in confidence or withheld"],
    ),
    "impersonal and about a person": (
        {
            "open": "id",
            "personal": "note name",
            "is_deleted": True,
            "impersonal": "name note",
            "about": (About("pk", "note"),),
        },
        ["note is both impersonal and about a person"],
    ),
    "rows that are deleted whole": (
        {"open": "id name", "personal": "note", "is_deleted": True, "impersonal": "note"},
        [],
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_declaration_that_is_wrong_is_found_at_start_up(case):
    promises, expected = PROBLEMS[case]
    with isolate_apps("core.audit"):

        class Person(models.Model):
            name = models.TextField()
            note = models.TextField()

            class Meta:
                app_label = "audit"

            Promises = type("Promises", (), promises)

    found = list(problems(Person))
    assert len(found) == len(expected)
    assert all(problem.startswith(start) for problem, start in zip(found, expected, strict=True)), found


def test_only_retention_and_erasure_pass_the_triggers():
    python = (
        path
        for app in ("core", "cii", "applications", "grants", "secondments", "learning")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
    )
    found = {str(path.relative_to(settings.BASE_DIR)) for path in python if "bypass_triggers(" in path.read_text()}
    assert found == {
        "core/audit/immutability.py",
        "core/retention/on_request.py",
        "core/retention/run.py",
        "core/rights/account.py",
        "grants/retention.py",
        "secondments/retention.py",
    }
