"""The six sections of the form: saved as they are, saved while typing, and never over a colleague's words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from applications.actions import documents, drafts
from applications.autosave import SavedMeanwhile
from applications.completeness import FilledForm, Row
from applications.form_schema import ABOUT_CANDIDATE, in_words, sheet, sheet_of
from applications.forms.documents import DocumentsForm
from applications.forms.secondment import SecondmentForm
from applications.forms.sections import CandidateForm, ConflictsForm, ExperienceForm, OrganisationForm, SectionForm
from applications.lifecycle import CandidateStatus
from applications.models import Application, Candidate
from applications.models.call import Section
from applications.views import hidden_words
from applications.views.fetch import with_writable
from applications.views.unsaved_drafts import forget, has_own_mark, keep_and_sign_in, kept_words
from applications.views.uploads import by_script, render_upload
from core.accounts.requests import Arrived, Personal, acting
from core.dates import say_time
from core.forms import run_action

FORMS: dict[str, type[SectionForm]] = {
    form.section: form for form in (OrganisationForm, CandidateForm, SecondmentForm, ExperienceForm, ConflictsForm)
}
CONFIRMED_FROM = ABOUT_CANDIDATE | {Section.DOCUMENTS}


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
    data = request.POST if request.method == "POST" else kept_words(request)
    filled = FilledForm.of(application)
    form = FORMS[section](data, filled=filled, version=application.seen_version, by=request.user)
    if request.method != "POST" or "work_out" in request.POST:
        return show(request, form, was_kept=request.method != "POST" and data is not None)
    return save_while_typing(request, form) if request.htmx else save(request, form)


def write(request: Personal, form: SectionForm) -> bool:
    """Call the action with what the form holds; `form.result` is then the new version."""
    return run_action(
        form,
        drafts.save_section,
        form.filled.application,
        form.section,
        facts=form.facts(),
        answers=form.answers(),
        token=form.token,
        while_typing=bool(request.htmx),
        **acting(request),
    )


def save(request: Personal, form: SectionForm) -> HttpResponse:
    """Save what the button sent; what is refused comes back in its box, and does not hold up the rest."""
    is_whole = form.is_valid()
    if not write(request, form):
        conflict = form.refusal if isinstance(form.refusal, SavedMeanwhile) else None
        if conflict is not None:
            form.show_version(conflict.save.version)
        return show(request, form, conflict=conflict, status=409)
    if not is_whole:
        form.show_version(form.result)
        return show(request, form, saved_rest=True)
    forget(request)
    messages.success(request, f"{form.section.label}: saved.")
    return redirect(form.filled.application)


def save_while_typing(request: Personal, form: SectionForm) -> HttpResponse:
    """Save what can be saved a moment after typing, and say so; what is refused is left to the button."""
    form.is_valid()
    problems = len(form.errors)
    context = {"problems": problems, "at": say_time(request.arrived_at.replace(second=0))}
    if write(request, form):
        context["version"] = form.result
    elif isinstance(form.refusal, SavedMeanwhile):
        context["refusal"] = form.refusal.while_typing
    elif form.refusal is not None:
        context["refusal"] = form.refusal.sentence
    response = render(request, "applications/_section_saved.html", context)
    if form.errors:
        response["X-Unsaved"] = "yes"
    return response


def show(
    request: Personal,
    form: SectionForm,
    *,
    was_kept: bool = False,
    saved_rest: bool = False,
    conflict: SavedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form, with the grant worked out beside it, and the version that was saved meanwhile, if there is one."""
    application, candidate = form.filled.application, form.filled.candidate
    asks_again = has_confirmed(candidate) and form.section in CONFIRMED_FROM
    if not asks_again:
        form.save_while_typing(request.path)
    context = {
        "form": form,
        "section": form.section,
        "application": application,
        "candidate": candidate,
        "asks_again": asks_again,
        "was_kept": was_kept,
        "saved_rest": saved_rest,
        "conflict": conflict,
        "differences": differences(form) if conflict else [],
        "shows_remark": form.section in ABOUT_CANDIDATE,
        "shows_expression": application.expression_id is not None and form.section != Section.CANDIDATE,
        "has_sheet": isinstance(form, SecondmentForm),
    }
    if isinstance(form, SecondmentForm):
        context |= worked_out(form)
    return render(request, "applications/application_section.html", context, status=status)


def has_confirmed(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.status == CandidateStatus.CONFIRMED


def differences(form: SectionForm) -> list[tuple[Row, str]]:
    """What was saved meanwhile beside what this person typed, where the two differ."""
    saved = FilledForm.current(form.filled.application.pk)
    typed = {name: in_words(name, typed_value(form, name)) for name in form.fields}
    return [
        (row, typed[row.field])
        for row in saved.rows(form.section)
        if row.field in typed and " ".join(typed[row.field].split()) != " ".join(row.value.split())
    ]


def typed_value(form: SectionForm, name: str) -> object:
    """What was typed: as it was understood, else as it stands in its box."""
    return form.cleaned_data[name] if name in form.cleaned_data else str(form[name].value() or "")


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
    form = SecondmentForm(request.POST, filled=FilledForm.of(application), version=0, by=request.user)
    return render(request, "applications/_sheet.html", worked_out(form))


@with_writable
def write_documents(request: Personal, application: Application, section: str) -> HttpResponse:
    """Show the two documents, and take new ones; of two files a good one is kept when the other is refused."""
    if request.method != "POST" and not application.may_be_edited(request.arrived_at):
        return redirect(application)
    done = application.get_absolute_url()
    form = DocumentsForm(done=done)
    if request.method == "POST":
        form = DocumentsForm(request.POST, request.FILES, done=done)
        if form.is_valid():
            upload(request, application, form)
        if not form.errors and not by_script(request):
            return redirect(application)
    context = {
        "form": form,
        "section": Section.DOCUMENTS,
        "application": application,
        "candidate": application.person,
        "asks_again": has_confirmed(application.person),
        "documents": [row for row in FilledForm.of(application).rows(Section.DOCUMENTS) if row.document],
    }
    return render_upload(request, "applications/application_documents.html", context)


def upload(request: Personal, application: Application, form: DocumentsForm) -> None:
    for kind, file in form.uploads().items():
        warned = hidden_words.was_warned(request, file)
        if run_action(form, documents.attach, application, kind, file, with_hidden_words=warned, **acting(request)):
            document = form.result
            setattr(application, kind, document)
            messages.success(request, f"{document.get_kind_display()}: {document.original_name} is uploaded.")
        hidden_words.note(request, file, form.refusal)
