"""Calling an action from a form, and the page that does it.

`run_action` calls an action and puts a refusal at the form's field. `confirm_page` is the whole view of "show a form,
on POST call one action, then say so and redirect", so most views that write are one call:

    @require_http_methods(["GET", "HEAD", "POST"])
    @with_writable
    def application_withdraw(request: Personal, application: Application) -> HttpResponse:
        form = WithdrawForm(posted(request))
        return confirm_page(
            request,
            form,
            partial(actions.withdraw, application, **acting(request)),  # called with the form's cleaned data
            template="applications/application_withdraw.html",
            context={"application": application},
            done="The application is withdrawn.",
            to=application,
        )

`acting(request)` is in `core/accounts/requests.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from core.lifecycle import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, for a form; None on GET, so that the form is unbound."""
    return request.POST if request.method == "POST" else None


class ActionForm(forms.Form):
    """A form that says of itself what `run_action` left in it, for views and type checkers that read it."""

    result: Any = None
    refusal: Refused | None = None


def run_action(form: forms.BaseForm, action: Callable[..., Any], *things: Any, **facts: Any) -> bool:
    """Call the action and keep what it returned as `form.result`; False when it refused.

    The refusal is put at the form's field that it names, else above the form, so the page shows it and nothing typed
    is lost. It is kept as `form.refusal` (None when the action did not refuse).
    """
    form.refusal = None  # type: ignore[attr-defined]
    try:
        form.result = action(*things, **facts)  # type: ignore[attr-defined]
    except Refused as refusal:
        form.refusal = refusal  # type: ignore[attr-defined]
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True


def confirm_page(
    request: HttpRequest,
    form: forms.BaseForm,
    action: Callable[..., Any],
    *,
    template: str,
    context: Mapping[str, Any] | None = None,
    done: str | Callable[[Any], str] = "",
    to: Any,
    refused_status: int = 200,
) -> HttpResponse:
    """Show the form; when it is posted and valid, call `action(**form.cleaned_data)`, say `done` and redirect to `to`.

    `done` is a sentence, or makes one (or none) of what the action returned; `to` is anything `redirect` takes, or a
    function that makes it of what the action returned. The template gets `context` and `form`; after a refusal it is
    shown again with `refused_status`.
    """
    status = 200
    if form.is_bound and form.is_valid():
        if run_action(form, action, **form.cleaned_data):
            result = form.result  # type: ignore[attr-defined]
            if sentence := done(result) if callable(done) else done:
                messages.success(request, sentence)
            return redirect(to(result) if callable(to) else to)
        status = refused_status
    return render(request, template, {**(context or {}), "form": form}, status=status)
