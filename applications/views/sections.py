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
from applications.models.call import Section
from applications.views.fetch import of_own
from applications.views.unsaved_drafts import forget, has_own_mark, keep_and_sign_in, kept_words
from applications.views.uploads import by_script, render_upload
from core.accounts.requests import Arrived, Personal
from core.dates import say_time
from core.lifecycle import Refused

FORMS: dict[str, type[SectionForm]] = {
    form.section: form for form in (OrganisationForm, CandidateForm, SecondmentForm, ExperienceForm, ConflictsForm)
}
CONFIRMED_FROM = ABOUT_CANDIDATE | {Section.DOCUMENTS}


@csrf_exempt  # the check is below: the writer's mark, else Django's own
@require_http_methods(["GET", "HEAD", "POST"])
def application_section(request: Arrived, reference: str, section: str) -> HttpResponseBase:
    """One section. Words are not lost to a cookie: not to one that ran out, nor to signing in again in another window.

    Signing in changes the form's token, and a telephone may forget all cookies. The signed mark of who writes, which
    only this person's own pages hold, then says that the words come from us.
    """
    is_marked = request.method == "POST" and section != Section.DOCUMENTS and has_own_mark(request)
    view = write_or_sign_in if is_marked else csrf_protect(write_or_sign_in)
    return view(request, reference, section)


def write_or_sign_in(request: Arrived, reference: str, section: str) -> HttpResponseBase:
    """Show or save a section; whoever is signed out while writing signs in again and finds their words."""
    if request.method == "POST" and not request.user.is_authenticated and section != Section.DOCUMENTS:
        return keep_and_sign_in(request)
    write = write_documents if section == Section.DOCUMENTS else write_section
    return write(request, reference, section=section)


@of_own
def write_section(request: Personal, application: Any, section: str) -> HttpResponse:
    """Show a section's form, save it, or work out the grant."""
    if request.method != "POST" and not application.may_be_edited(request.arrived_at):
        return redirect("application", application.shown_reference)
    filled = FilledForm.of(application)
    data = request.POST if request.method == "POST" else kept_words(request)
    form = FORMS[section](data, filled=filled, version=application.seen_version or 0, by=request.user)
    if request.method != "POST" or "work_out" in request.POST:
        return show(request, form, was_kept=request.method != "POST" and data is not None)
    return save_while_typing(request, form) if request.htmx else save(request, form)


def save(request: Personal, form: SectionForm) -> HttpResponse:
    """Save what the button sent; what is refused comes back in its box, and does not hold up the rest."""
    application = form.filled.application
    is_whole = form.is_valid()
    try:
        version = write(request, form)
    except SavedMeanwhile as problem:
        form.show_version(problem.save.version)
        form.add_error(None, problem.sentence)
        return show(request, form, theirs=problem, status=409)
    except Refused as problem:
        form.add_error(problem.field, problem.sentence)
        return show(request, form, status=409)
    if not is_whole:
        form.show_version(version)
        return show(request, form, saved_rest=True)
    forget(request)
    messages.success(request, f"{Section(form.section).label}: saved.")
    return redirect("application", application.shown_reference)


def write(request: Personal, form: SectionForm) -> int:
    """Hand what the form holds to the action; return the new version."""
    return drafts.save_section(
        form.filled.application,
        form.section,
        facts=form.facts(),
        answers=form.answers(),
        token=form.token,
        while_typing=bool(request.htmx),
        by=request.user,
        at=request.arrived_at,
    )


def save_while_typing(request: Personal, form: SectionForm) -> HttpResponse:
    """Save what can be saved a moment after typing, and say so; what is refused is left to the button."""
    form.is_valid()
    context: dict[str, Any] = {"problems": len(form.errors), "at": say_time(request.arrived_at.replace(second=0))}
    try:
        context["version"] = write(request, form)
    except SavedMeanwhile as problem:
        who = (
            "You saved this section in another window" if problem.is_own else f"{problem.save.saver} saved this section"
        )
        context["refusal"] = f"{who} too. Press “Save” to see both versions."
    except Refused as problem:
        context["refusal"] = problem.sentence
    response = render(request, "applications/application_section_saved.html", context)
    if form.errors or "refusal" in context:
        response["X-Unsaved"] = "yes"
    return response


def show(
    request: Personal,
    form: SectionForm,
    *,
    was_kept: bool = False,
    saved_rest: bool = False,
    theirs: SavedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form, with the grant worked out beside it, and the version that was saved meanwhile, if there is one."""
    application, candidate = form.filled.application, form.filled.candidate
    is_confirmed = candidate is not None and candidate.status == CandidateStatus.CONFIRMED
    asks_again = is_confirmed and form.section in CONFIRMED_FROM
    if not asks_again:
        form.save_while_typing(request.path)
    context = {
        "form": form,
        "section": Section(form.section),
        "application": application,
        "candidate": candidate,
        "asks_again": asks_again,
        "was_kept": was_kept,
        "saved_rest": saved_rest,
        "theirs": theirs and theirs.save,
        "is_own": theirs is not None and theirs.is_own,
        "differences": differences(form) if theirs else [],
    }
    if isinstance(form, SecondmentForm):
        context |= worked_out(form)
    return render(request, "applications/application_section.html", context, status=status)


def differences(form: SectionForm) -> list[tuple[Row, str]]:
    """What was saved meanwhile beside what this person typed, where the two differ."""
    saved = FilledForm.current(form.filled.application.pk)
    mine = {name: in_words(name, given(form, name)) for name in form.fields}
    return [
        (row, mine[row.field])
        for row in saved.rows(form.section)
        if row.field in mine and " ".join(mine[row.field].split()) != " ".join(row.value.split())
    ]


def given(form: SectionForm, name: str) -> Any:
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
@of_own
def application_sheet(request: Personal, application: Any) -> HttpResponse:
    """The live sheet: the grant for what is being typed; nothing is saved."""
    form = SecondmentForm(request.POST, filled=FilledForm.of(application), version=0, by=request.user)
    return render(request, "applications/application_sheet.html", worked_out(form))


@of_own
def write_documents(request: Personal, application: Any, section: str) -> HttpResponse:
    """Show the two documents, and take new ones; of two files a good one is kept when the other is refused."""
    if request.method != "POST" and not application.may_be_edited(request.arrived_at):
        return redirect("application", application.shown_reference)
    done = application.get_absolute_url()
    form = DocumentsForm(done=done)
    if request.method == "POST":
        form = DocumentsForm(request.POST, request.FILES, done=done)
        if form.is_valid():
            upload(request, application, form)
        if not form.errors and not by_script(request):
            return redirect("application", application.shown_reference)
    candidate = application.person
    context = {
        "form": form,
        "section": Section.DOCUMENTS,
        "application": application,
        "candidate": candidate,
        "asks_again": candidate is not None and candidate.status == CandidateStatus.CONFIRMED,
        "documents": [row for row in FilledForm.of(application).rows(Section.DOCUMENTS) if row.document],
    }
    return render_upload(request, "applications/application_documents.html", context)


def upload(request: Personal, application: Any, form: DocumentsForm) -> None:
    """Keep each file that can be kept; the others become errors at their field."""
    for kind, file in form.uploads().items():
        try:
            document = documents.attach(application, kind, file, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            setattr(application, kind, document)
            messages.success(request, f"{document.get_kind_display()}: {document.original_name} is here.")
