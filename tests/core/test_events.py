"""Events: published inside a transaction by the action that causes them, with every consequence in the same one."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction

from core.events import Event, handlers_of, leftovers, publish
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory

BASE = Path(settings.BASE_DIR)
APPS = ("core", "applications", "grants", "secondments", "learning")
AWAITED = {Event.PERSON_LEFT, Event.PERSON_CHANGED}  # no action has consequences elsewhere yet


def published() -> set[str]:
    """The members of Event with which some module calls `publish`."""
    names = set()
    for path in (file for app in APPS for file in (BASE / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "publish":
                names |= {arg.attr for arg in node.args[:1] if isinstance(arg, ast.Attribute)}
    return names


def test_every_event_is_published_by_an_action():
    assert {event.name for event in Event} - published() <= {event.name for event in AWAITED}


def test_every_handler_is_named_like_an_event_and_says_what_follows():
    for path in settings.EVENT_HANDLERS:
        module = import_module(path)
        functions = {
            name: item
            for name, item in vars(module).items()
            if callable(item) and getattr(item, "__module__", "") == path and not name.startswith("_")
        }
        assert functions.keys() - {"leftovers"} <= {event.value for event in Event}, path
        assert [name for name, item in functions.items() if not item.__doc__] == [], path


@pytest.fixture
def handlers(monkeypatch, settings):
    """Return a namespace that stands for two apps' handlers modules, `first` and `second`."""
    modules = {"first": SimpleNamespace(), "second": SimpleNamespace()}
    settings.EVENT_HANDLERS = list(modules)
    for name, module in modules.items():
        monkeypatch.setitem(__import__("sys").modules, name, module)
    return SimpleNamespace(**modules)


@pytest.mark.django_db(transaction=True)
def test_an_event_is_published_inside_a_transaction_only(handlers):
    with pytest.raises(RuntimeError, match=r"^grant_ended was published outside a transaction\.$"):
        publish(Event.GRANT_ENDED, None, by=None, at=None)


@pytest.mark.django_db
def test_handlers_run_in_the_order_of_the_settings_with_all_the_facts(handlers):
    calls = []
    handlers.second.grant_ended = lambda thing, **facts: calls.append(("second", thing, facts))
    handlers.first.grant_ended = lambda thing, **facts: calls.append(("first", thing, facts))
    publish(Event.GRANT_ENDED, "G", by="Ada", at=1, reason="No funds.")
    facts = {"by": "Ada", "at": 1, "reason": "No funds."}
    assert calls == [("first", "G", facts), ("second", "G", facts)]
    assert [path for path, _ in handlers_of(Event.GRANT_EXTENDED)] == []


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_raises_undoes_the_action_and_every_other_consequence(handlers):
    def refuse(_thing, **_facts):
        raise Refused("The host has no place left.")

    handlers.first.grant_ended = lambda thing, **facts: OrganisationFactory()
    handlers.second.grant_ended = refuse

    @transaction.atomic
    def act():
        OrganisationFactory()
        publish(Event.GRANT_ENDED, None, by=None, at=None)

    with pytest.raises(Refused):
        act()
    assert not OrganisationFactory._meta.model.objects.exists()


def test_leftovers_are_gathered_from_every_app_that_looks_for_them(handlers):
    handlers.first.leftovers = lambda now: iter([f"one at {now}"])
    assert list(leftovers(5)) == ["one at 5"]
