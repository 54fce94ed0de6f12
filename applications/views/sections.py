"""The sections of the form: saved as they are, saved while typing, and never over a colleague's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from applications.actions import documents, drafts
from applications.autosave import Conflict
from applications.completeness import FilledForm
from applications.form_schema import ABOUT_CANDIDATE, sheet, sheet_of
from applications.forms.documents import DocumentsForm
from applications.forms.secondment import SecondmentForm
from applications.forms.sections import CandidateForm, ConflictsForm, OrganisationForm, QuestionsForm, SectionForm
from applications.lifecycle import CandidateStatus
from applications.models import AnswerRevision, Application, Candidate, Document
from applications.models.document import OF_APPLICANTS
from applications.models.section import Section
from applications.views import hidden_words
from applications.views.conflicts import chosen, differences
from applications.views.fetch import with_writable
from applications.views.unsaved_drafts import forget, has_own_mark, keep_and_sign_in, kept_words
from applications.views.uploads import by_script, render_upload
from core.accounts.requests import Arrived, Personal, acting
from core.dates import say_time
from core.forms import ActionForm, run_action

FORMS: dict[str, type[SectionForm]] = {
    form.section: form for form in (OrganisationForm, CandidateForm, SecondmentForm, ConflictsForm)
}
MOST_VERSIONS = 20
CONFIRMED_FROM = ABOUT_CANDIDATE | {Section.DOCUMENTS}


def form_of(section: str) -> Callable[..., SectionForm]:
    """The form of a section; one that a call adds, or that has questions alone, is made of its questions."""
    return partial(FORMS.get(section, QuestionsForm), section=section)


@csrf_exempt  # the check is below: the writer's mark (applications/autosave.py), else Django's own
@require_http_methods(["GET", "HEAD", "POST"])
def application_section(request: Arrived, reference: str, section: str) -> HttpResponseBase:
    """One section. Words are not lost when the session has ended, or was renewed in another window."""
    is_marked = request.method == "POST" and section != Section.DOCUMENTS and has_own_mark(request)
    view = write_or_sign_in if is_marked else csrf_protect(write_or_sign_in)
    return view(request, reference, section)


def write_or_sign_in(request: Arrived, reference: str, section: str) -> HttpResponseBase:
    if section == Section.DOCUMENTS:
        return write_documents(request, reference, section=section)
    if request.method == "POST" and not request.user.is_authenticated:
        return keep_and_sign_in(request)
    return write_section(request, reference, section=section)


@with_writable
def write_section(request: Personal, application: Application, section: str) -> HttpResponse:
    if request.method != "POST" and not application.may_be_edited(request.arrived_at):
        return redirect(application)
    filled = FilledForm.of(application)
    if section not in filled.sections:
        raise Http404
    of_section = partial(form_of(section), filled=filled, by=request.user)
    if request.method == "POST":
        form = of_section(chosen(request.POST))
        if "work_out" in request.POST:
            return show(request, form)
        return save_while_typing(request, form) if request.htmx else save(request, form)
    if words := kept_words(request):
        return show_kept(request, of_section(words))
    form = of_section()
    return show(request, form, earlier=bring_back(request, form))


def write(request: Personal, form: SectionForm, *, while_typing: bool) -> bool:
    """Call the action with what the form holds; `form.result` then says how each box was saved."""
    return run_action(
        form,
        drafts.save_section,
        form.filled.application,
        form.section,
        facts=form.facts(),
        answers=form.answers(),
        unparsed=form.unparsed(),
        token=form.token,
        while_typing=while_typing,
        **acting(request),
    )


def save(request: Personal, form: SectionForm) -> HttpResponse:
    """Save what the button sent; the page comes back with what cannot be submitted, and with what a colleague wrote."""
    is_whole = form.is_valid()
    if not write(request, form, while_typing=False):
        return show(request, form, status=409)
    forget(request)
    if form.result.conflicts:
        return show_conflicts(request, form)
    if not is_whole:
        form.show_saved(form.result)
        return show(request, form, saved_at=clock(request))
    messages.success(request, f"{form.of_call.label}: saved.")
    return redirect(form.filled.application)


def show_kept(request: Personal, form: SectionForm) -> HttpResponse:
    """Save at once what was typed before the session ended, then show it."""
    form.is_valid()
    if has_confirmed(form.filled.candidate) and form.section in CONFIRMED_FROM:
        return show(request, form, was_kept=True)
    if not write(request, form, while_typing=False):
        return show(request, form, was_kept=True)
    forget(request)
    if form.result.conflicts:
        return show_conflicts(request, form, was_kept=True)
    form.show_saved(form.result)
    return show(request, form, was_kept=True, saved_at=clock(request))


def show_conflicts(request: Personal, form: SectionForm, *, was_kept: bool = False) -> HttpResponse:
    """Show both texts of each box that two people changed; the page then counts as having seen the other text."""
    conflicts = form.result.conflicts
    for one in conflicts:
        form.add_error(one.name, f"{one.saver} changed this too. Choose what to keep.")
    form.show_saved(form.result)
    return show(request, form, was_kept=was_kept, conflicts=conflicts, status=409)


def save_while_typing(request: Personal, form: SectionForm) -> HttpResponse:
    """Save a moment after typing, and say what is not saved and what cannot be submitted yet."""
    form.is_valid()
    marked = [str(form.fields[name].label) for name in form.errors if name in form.fields]
    unsaved = [str(form.fields[name].label) for name in form.unsaved]
    at = clock(request)
    context: dict[str, Any] = {
        "marked": marked,
        "problems": json.dumps(problems_of(form)),
        "unsaved": unsaved,
        "at": at,
    }
    if write(request, form, while_typing=True):
        conflicts = form.result.conflicts
        context["seen"] = json.dumps(form.result.seen)
        context["conflicts"] = [(str(form.fields[one.name].label), one) for one in conflicts]
        is_saved = not conflicts and not unsaved
    else:
        context["refusal"] = form.refusal.sentence if form.refusal else ""
        is_saved = False
    response = render(request, "applications/_section_saved.html", context)
    if not is_saved:
        response["X-Unsaved"] = "yes"
    return response


def clock(request: Arrived) -> str:
    return say_time(request.arrived_at.replace(second=0))


def problems_of(form: SectionForm) -> dict[str, str]:
    """What is wrong in each box, by its id, for static/cii/saving.js to mark it there."""
    return {
        f"id_{name}": " ".join(map(str, messages)) for name, messages in form.errors.items() if name in form.box_names
    }


def bring_back(request: Personal, form: SectionForm) -> AnswerRevision | None:
    """Put an earlier version that was asked for into its box; it is saved by the button."""
    asked = request.GET.get("earlier", "")
    if not asked.isdecimal():
        return None
    versions = drafts.earlier_versions(form.filled.application, form.box_names, request.arrived_at)
    earlier = versions.filter(pk=int(asked)).first()
    if earlier is not None and earlier.field in form.fields:
        form.fill(earlier.field, earlier.text)
    return earlier


def show(
    request: Personal,
    form: SectionForm,
    *,
    was_kept: bool = False,
    saved_at: str = "",
    conflicts: Sequence[Conflict] = (),
    earlier: AnswerRevision | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form, with the grant worked out beside it, and the texts that were saved meanwhile, if there are any."""
    application, candidate = form.filled.application, form.filled.candidate
    asks_again = has_confirmed(candidate) and form.section in CONFIRMED_FROM
    if not asks_again:
        form.save_while_typing(request.path)
    context = {
        "form": form,
        "section": form.of_call,
        "application": application,
        "candidate": candidate,
        "asks_again": asks_again,
        "was_kept": was_kept,
        "saved_at": saved_at,
        "differences": differences(form, conflicts, request.arrived_at),
        "earlier": earlier,
        "versions": versions_of(form, request.arrived_at) if "versions" in request.GET else None,
        "shows_remark": form.section in ABOUT_CANDIDATE,
        "shows_expression": application.expression_id is not None and form.section != Section.CANDIDATE,
        "has_sheet": isinstance(form, SecondmentForm),
    }
    if isinstance(form, SecondmentForm):
        context |= worked_out(form)
    return render(request, "applications/application_section.html", context, status=status)


def versions_of(form: SectionForm, at: datetime) -> list[tuple[str, AnswerRevision]]:
    versions = drafts.earlier_versions(form.filled.application, form.box_names, at)[:MOST_VERSIONS]
    return [(str(form.fields[one.field].label), one) for one in versions if one.field in form.fields]


def has_confirmed(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.status == CandidateStatus.CONFIRMED


def worked_out(form: SecondmentForm) -> dict[str, Any]:
    """The grant for the figures in the form as they are now; for a fresh form, as they are saved."""
    call = form.filled.application.call
    try:
        budget = sheet(call, **form.figures()) if form.is_bound else sheet_of(form.filled.application)
    except ValueError as problem:
        return {"budget": None, "sheet_problem": str(problem), "call": call}
    return {"budget": budget, "sheet_problem": "", "call": call}


@require_POST
@with_writable
def application_sheet(request: Personal, application: Application) -> HttpResponse:
    form = SecondmentForm(request.POST, filled=FilledForm.of(application), by=request.user)
    return render(request, "applications/_sheet.html", worked_out(form))


@with_writable
def write_documents(request: Personal, application: Application, section: str) -> HttpResponse:
    """Show the two documents, and take new ones; of two files a good one is kept when the other is refused."""
    if request.method != "POST" and not application.may_be_edited(request.arrived_at):
        return redirect(application)
    done = application.get_absolute_url()
    form = DocumentsForm(done=done)
    if request.method == "POST" and request.POST.get("remove") in OF_APPLICANTS:
        return remove(request, application, request.POST["remove"])
    if request.method == "POST":
        form = DocumentsForm(request.POST, request.FILES, done=done)
        if form.is_valid():
            upload(request, application, form)
        if not form.errors and not by_script(request):
            return redirect(application)
    filled = FilledForm.of(application)
    context = {
        "form": form,
        "section": filled.section(Section.DOCUMENTS),
        "application": application,
        "candidate": application.person,
        "asks_again": has_confirmed(application.person),
        "may_remove": True,
        "documents": [row for row in filled.rows(Section.DOCUMENTS) if row.document],
    }
    return render_upload(request, "applications/application_documents.html", context)


def remove(request: Personal, application: Application, kind: str) -> HttpResponse:
    form = ActionForm({})
    if run_action(form, documents.remove, application, kind, **acting(request)):
        messages.success(request, f"{Document.Kind(kind).label}: removed.")
    elif form.refusal is not None:
        messages.error(request, form.refusal.sentence)
    return redirect(request.path)


def upload(request: Personal, application: Application, form: DocumentsForm) -> None:
    for kind, file in form.uploads().items():
        warned = hidden_words.was_warned(request, file)
        if run_action(form, documents.attach, application, kind, file, with_hidden_words=warned, **acting(request)):
            document = form.result
            setattr(application, kind, document)
            messages.success(request, f"{document.get_kind_display()}: {document.original_name} is uploaded.")
        hidden_words.note(request, file, form.refusal)
