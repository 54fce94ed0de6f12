"""Expressions of interest: an organisation's list, sending one, changing it, withdrawing it, and applying from it."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications.actions import expressions as expression_actions
from applications.actions.expressions import Words
from applications.forms.expressions import ExpressionForm, ProgrammeForm, StartFromForm, TakeBackForm
from applications.lifecycle import ExpressionStatus
from applications.models import Application, ExpressionOfInterest
from applications.views.fetch import expression_or_404, own_expression_or_404
from applications.views.presenters import ExpressionAnswer
from applications.views.unsaved_drafts import forget, keeps_words, kept_words
from core.accounts.models import Programme
from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted, run_action

PER_PAGE = 25


@require_safe
@login_required
def expressions(request: Personal) -> HttpResponse:
    own = ExpressionOfInterest.objects.filter(organisation_id__in=request.user.organisation_ids)
    page = Paginator(own.select_related("organisation", "programme"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, None if row.status == ExpressionStatus.WITHDRAWN else row.answered_at) for row in page]
    return render(request, "applications/expressions.html", {"rows": rows, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
def expression_new(request: Personal) -> HttpResponse:
    """Ask which programme where there are several, then show and send the form."""
    if not request.user.organisation_ids:
        return redirect(f"{reverse('organisation')}?{urlencode({'next': reverse('expression_new')})}")
    data = request.POST if request.method == "POST" else kept_words(request)
    programme = programme_of(data or request.GET)
    if programme is None:
        choice = ProgrammeForm(request.GET if "programme" in request.GET else None)
        return render(request, "applications/expression_programme.html", {"form": choice})
    strands = expression_actions.strands_in_force(programme, request.arrived_at)
    form = ExpressionForm(data, programme=programme, strands=strands, by=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        facts = {"organisation": form.cleaned_data["organisation"], "words": form.words()}
        if run_action(form, expression_actions.send, programme, **facts, **acting(request)):
            forget(request)
            messages.success(request, "You have sent your expression of interest. We are emailing you its reference.")
            return redirect(form.result)
        status = 409
    context = {"form": form, "programme": programme, "was_kept": request.method != "POST" and data is not None}
    return render(request, "applications/expression_new.html", context, status=status)


def programme_of(data: QueryDict) -> Programme | None:
    programmes = list(Programme.objects.all()[:2])
    if len(programmes) == 1:
        return programmes[0]
    return Programme.objects.filter(slug=data.get("programme", "")).first()


@require_safe
@login_required
def expression(request: Personal, reference: str) -> HttpResponse:
    found = expression_or_404(request, reference)
    may = {
        step: request.user.has_perm(f"applications.{step}_expressionofinterest", found)
        for step in ("change", "withdraw", "start")
    }
    application = Application.objects.filter(expression=found).select_related("post").first()
    context = {
        "expression": found,
        "answer": ExpressionAnswer.of(found),
        "strands": found.strands.select_related("strand"),
        "may": may,
        "application": application,
        "is_own": found.organisation_id in request.user.organisation_ids,
    }
    if may["start"] and application is None and found.call is not None:
        action = reverse("expression_start", args=[reference])
        context |= {"start_form": StartFromForm(call=found.call, action=action)}
        context["is_open"] = found.call.is_open(request.arrived_at)
    return render(request, "applications/expression.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
def expression_edit(request: Personal, reference: str) -> HttpResponse:
    found = own_expression_or_404(request, reference)
    data = request.POST if request.method == "POST" else kept_words(request)
    if request.method != "POST" and not request.user.has_perm("applications.change_expressionofinterest", found):
        return redirect(found)
    strands = expression_actions.offered_to(found, request.arrived_at)
    form = ExpressionForm(data, programme=found.programme, strands=strands, by=request.user, words=Words.of(found))
    context = {"form": form, "expression": found, "was_kept": request.method != "POST" and data is not None}
    status = 200
    if request.method == "POST" and form.is_valid():
        facts = {"words": form.words(), "seen": form.cleaned_data["seen"]}
        if run_action(form, expression_actions.change, found, **facts, **acting(request)):
            forget(request)
            messages.success(request, "You have saved the changes.")
            return redirect(found)
        form.see(Words.of(found))
        context["saved_strands"] = found.strands.select_related("strand")
        status = 409
    return render(request, "applications/expression_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def expression_withdraw(request: Personal, reference: str) -> HttpResponse:
    found = own_expression_or_404(request, reference)
    may = request.user.has_perm("applications.withdraw_expressionofinterest", found)
    return confirm_page(
        request,
        TakeBackForm(posted(request)),
        partial(expression_actions.withdraw, found, **acting(request)),
        template="applications/expression_withdraw.html",
        context={"expression": found, "may_withdraw": may},
        done="You have withdrawn the expression of interest.",
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def expression_start(request: Personal, reference: str) -> HttpResponse:
    found = own_expression_or_404(request, reference)
    if request.method != "POST" or found.call is None:
        return redirect(found)
    return confirm_page(
        request,
        StartFromForm(request.POST, call=found.call, action=reverse("expression_start", args=[reference])),
        partial(expression_actions.start, found, **acting(request)),
        template="applications/expression_start.html",
        context={"expression": found},
        to=lambda application: application,
    )
