"""Expressions of interest: an organisation's list, sending one, changing it, withdrawing it, and applying from it."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications.actions import expression_drafts
from applications.actions import expressions as expression_actions
from applications.actions.expressions import Words
from applications.forms.expressions import ExpressionForm, ProgrammeForm, StartFromForm, TakeBackForm
from applications.lifecycle import ExpressionStatus
from applications.models import Application, ExpressionDraft, ExpressionOfInterest
from applications.views.fetch import expression_or_404, own_expression_or_404
from applications.views.presenters import ExpressionAnswer
from applications.views.unsaved_drafts import forget, keeps_words, kept_words
from core.accounts.models import Organisation, Programme
from core.accounts.requests import Personal, acting
from core.dates import say_time
from core.forms import confirm_page, posted, run_action
from core.post_redirect import way_back

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
    draft = ExpressionDraft.objects.of(request.user, programme, None).first()
    form = ExpressionForm(
        data, programme=programme, strands=strands, by=request.user, draft=draft.texts if draft else None
    )
    form.save_while_typing(request.get_full_path())
    context = {"form": form, "programme": programme, "draft": draft}
    if request.method == "POST":
        return send_or_save(request, form, programme, None, context)
    return show_draft(request, form, programme, None, context)


def send_or_save(
    request: Personal,
    form: ExpressionForm,
    programme: Programme,
    expression: ExpressionOfInterest | None,
    context: dict[str, Any],
) -> HttpResponse:
    """Keep what was typed, so that a refusal loses nothing; then send it, unless the page saved itself."""
    is_kept = keep(request, form, programme, expression)
    if request.htmx:
        return saved_by_itself(request, form)
    template = "applications/expression_edit.html" if expression else "applications/expression_new.html"
    if not is_kept:
        return render(request, template, context, status=409)
    if form.result.conflicts:
        form.show_conflicts(form.result)
        return render(request, template, context, status=409)
    form.show_saved(form.result)
    if not form.is_valid():
        return render(request, template, context)
    if expression is None:
        facts = {"organisation": form.cleaned_data["organisation"], "words": form.words()}
        is_sent = run_action(form, expression_actions.send, programme, **facts, **acting(request))
        done = "You have sent your expression of interest. We are emailing you its reference."
    else:
        facts = {"words": form.words(), "seen": form.cleaned_data["original"]}
        is_sent = run_action(form, expression_actions.change, expression, **facts, **acting(request))
        done = "You have saved the changes."
    if is_sent:
        forget(request)
        messages.success(request, done)
        return redirect(expression or form.result)
    if expression is not None:
        form.see(Words.of(expression))
        context["saved_strands"] = expression.strands.select_related("strand")
    return render(request, template, context, status=409)


def show_draft(
    request: Personal,
    form: ExpressionForm,
    programme: Programme,
    expression: ExpressionOfInterest | None,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form; what was typed before the session ended is saved at once."""
    template = "applications/expression_edit.html" if expression else "applications/expression_new.html"
    if not form.is_bound:
        return render(request, template, context)
    if keep(request, form, programme, expression):
        forget(request)
        if form.result.conflicts:
            form.show_conflicts(form.result)
        else:
            form.show_saved(form.result)
    return render(request, template, {**context, "was_kept": True})


def keep(
    request: Personal, form: ExpressionForm, programme: Programme, expression: ExpressionOfInterest | None
) -> bool:
    form.is_valid()
    own = Organisation.objects.filter(pk__in=request.user.organisation_ids).first()
    return run_action(
        form,
        expression_drafts.save,
        programme,
        expression,
        organisation=own,
        texts=form.texts(),
        original=form.original_texts,
        token=form.token,
        while_typing=bool(request.htmx),
        **acting(request),
    )


def saved_by_itself(request: Personal, form: ExpressionForm) -> HttpResponse:
    """Say how a save while typing went; only what was typed is marked, not what is still missing."""
    texts = form.texts()
    wrong = {name: " ".join(map(str, found)) for name, found in form.errors.items() if texts.get(name)}
    context: dict[str, Any] = {
        "at": say_time(request.arrived_at.replace(second=0)),
        "marked": [str(form.fields[name].label) for name in wrong],
        "problems": json.dumps({f"id_{name}": sentence for name, sentence in wrong.items()}),
    }
    if form.result is None:
        context["refusal"] = form.refusal.sentence if form.refusal else ""
    else:
        context["seen"] = json.dumps(form.result.seen)
        context["conflicts"] = [(str(form.fields[one.name].label), one) for one in form.result.conflicts]
    response = render(request, "applications/_section_saved.html", context)
    if form.result is None or form.result.conflicts:
        response["X-Unsaved"] = "yes"
    return response


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
    draft = ExpressionDraft.objects.of(request.user, found.programme, found).first()
    form = ExpressionForm(
        data,
        programme=found.programme,
        strands=strands,
        by=request.user,
        words=Words.of(found),
        draft=draft.texts if draft else None,
    )
    form.save_while_typing(request.path)
    context = {"form": form, "expression": found, "draft": draft}
    if draft is not None:
        context["saved_strands"] = found.strands.select_related("strand")
    if request.method == "POST":
        return send_or_save(request, form, found.programme, found, context)
    return show_draft(request, form, found.programme, found, context)


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
    if found.call is None:
        return redirect(found)
    if request.method != "POST":
        return way_back(found)
    return confirm_page(
        request,
        StartFromForm(request.POST, call=found.call, action=reverse("expression_start", args=[reference])),
        partial(expression_actions.start, found, **acting(request)),
        template="applications/expression_start.html",
        context={"expression": found},
        to=lambda application: application,
    )
