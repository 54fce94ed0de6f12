"""Calling an action from a form: what is said, where a refusal is shown, and where the reader goes next."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from core.forms import confirm_page, posted, run_action
from core.lifecycle import Refused


class ReasonForm(forms.Form):
    reason = forms.CharField()


def refuse_reason(reason: str) -> str:
    raise Refused(f"{reason} is not a reason.", "reason", code="no_reason")


def refuse_elsewhere(reason: str) -> str:
    raise Refused("The call is closed.", "a field of another form")


@pytest.fixture(autouse=True)
def page(settings: Any) -> None:
    loader = ("django.template.loaders.locmem.Loader", {"page.html": "{{ title }}: {{ form.errors.reason.0 }}"})
    options = {"loaders": [loader]}
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": options}]


def post(**data: str) -> HttpRequest:
    request = RequestFactory().post("/", data)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def answer(request: HttpRequest, action: Any, **options: Any) -> Any:
    options = {"template": "page.html", "context": {"title": "Withdraw"}, "to": "/done/", **options}
    return confirm_page(request, ReasonForm(posted(request)), action, **options)


def upper(reason: str) -> str:
    return reason.upper()


def test_the_page_is_shown_with_its_context_and_without_errors_before_anything_is_posted() -> None:
    response = answer(RequestFactory().get("/"), upper)

    assert (response.status_code, response.content) == (200, b"Withdraw: ")


def test_a_form_that_is_not_valid_is_shown_again_and_the_action_is_not_called() -> None:
    response = answer(post(reason=""), refuse_reason, refused_status=409)

    assert (response.status_code, response.content) == (200, b"Withdraw: This field is required.")


def test_a_refusal_is_shown_at_its_field_with_the_status_asked_for() -> None:
    response = answer(post(reason="Rain"), refuse_reason, refused_status=409)

    assert (response.status_code, response.content) == (409, b"Withdraw: Rain is not a reason.")


def test_after_the_action_the_reader_is_told_and_sent_on() -> None:
    request = post(reason="Rain")

    response = answer(request, upper, done="It is withdrawn.")

    assert (response.status_code, response.headers["Location"]) == (302, "/done/")
    assert [str(message) for message in get_messages(request)] == ["It is withdrawn."]


def test_what_is_said_and_where_it_leads_may_depend_on_what_the_action_returned() -> None:
    request = post(reason="Rain")

    response = answer(request, upper, done=lambda result: f"{result}!", to=lambda result: f"/{result}/")

    assert response.headers["Location"] == "/RAIN/"
    assert [str(message) for message in get_messages(request)] == ["RAIN!"]


def test_nothing_is_said_when_there_is_nothing_to_say() -> None:
    request = post(reason="Rain")

    answer(request, upper)

    assert not list(get_messages(request))


def test_a_refusal_of_a_field_that_the_form_does_not_have_is_shown_above_it_and_kept() -> None:
    form = ReasonForm({"reason": "Rain"})

    assert not run_action(form, refuse_elsewhere, reason="Rain")

    assert form.non_field_errors() == ["The call is closed."]
    assert form.refusal.field == "a field of another form"  # type: ignore[attr-defined]
