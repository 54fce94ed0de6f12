"""The proposed secondee's own page: what is said about them, what they put right, and their answer, with no account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from applications import documents
from applications.actions import candidate_corrections, candidates
from applications.actions import documents as document_actions
from applications.completeness import FilledForm
from applications.forms.documents import OwnCvForm
from applications.forms.steps import AnswerForm, CorrectForm, StepBackForm
from applications.lifecycle import CandidateStatus
from applications.models import Application, Candidate
from applications.views.uploads import by_script, render_upload
from core.accounts.requests import Arrived
from core.lifecycle import Refused

SAID = {
    AnswerForm.CONFIRM: "Thank you. Your answer is here.",
    AnswerForm.DECLINE: "Thank you. Your answer is here.",
    AnswerForm.REMARK: "Thank you. Your employer has been told what is wrong.",
}

Page = Callable[[Arrived, Candidate, str], HttpResponseBase]


def of_candidate(view: Page) -> Callable[[Arrived, str], HttpResponseBase]:
    """Find whose link it is, and keep the page between the two of us: not stored, not indexed, its address not told.

    `strict-origin` names the host alone. With `no-referrer` browsers would send `Origin: null`, and every answer would
    be refused as coming from elsewhere.
    """

    @never_cache
    @wraps(view)
    def found(request: Arrived, token: str) -> HttpResponseBase:
        candidate = candidates.find(token)
        if candidate is None:
            response: HttpResponseBase = render(request, "applications/candidate_over.html", status=404)
        else:
            response = view(request, candidate, token)
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@of_candidate
def candidate(request: Arrived, found: Candidate, token: str) -> HttpResponse:
    """Show what is said, take an answer; later show the answer, and offer withdrawal."""
    asked = found.status == CandidateStatus.ASKED
    form = (AnswerForm if asked else StepBackForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer(found, form, request)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            messages.success(request, SAID[form.cleaned_data.get("answer", AnswerForm.DECLINE)])
            return redirect("candidate", token)
    return render(request, "applications/candidate.html", page(found, form, token, request))


def answer(found: Candidate, form: AnswerForm | StepBackForm, request: Arrived) -> None:
    """Hand the answer to its action."""
    if isinstance(form, StepBackForm):
        candidates.withdraw(found, at=request.arrived_at)
    elif form.cleaned_data["answer"] == form.CONFIRM:
        candidates.confirm(found, shown_digest=form.cleaned_data["shown"], at=request.arrived_at)
    elif form.cleaned_data["answer"] == form.REMARK:
        candidate_corrections.remark(found, text=form.cleaned_data["remark"], at=request.arrived_at)
    else:
        candidates.decline(found, at=request.arrived_at)


def page(found: Candidate, form: AnswerForm | StepBackForm, token: str, request: Arrived) -> dict[str, object]:
    """What the page shows: nothing about the person any more once they have said no."""
    application = Application.objects.whole().get(pk=found.application_id)
    filled = FilledForm.of(application)
    is_at_stake = application.person is not None and application.person.pk == found.pk
    digest = filled.candidate_digest if is_at_stake else ""
    if isinstance(form, AnswerForm):
        form.initial["shown"] = digest
        if form.is_bound:  # whatever was changed meanwhile is on the page now
            form.data = {**request.POST.dict(), "shown": digest}
    may_confirm = application.may_be_edited(request.arrived_at)
    return {
        "candidate": found,
        "application": application,
        "call": application.call,
        "rows": filled.shown_to_candidate if is_at_stake else [],
        "own": candidate_corrections.OWN,
        "cv": application.cv if is_at_stake else None,
        "openings": documents.openings(application),
        "form": form,
        "token": token,
        "may_confirm": may_confirm,
        "may_correct": may_confirm and found.status == CandidateStatus.ASKED,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@of_candidate
def candidate_correct(request: Arrived, found: Candidate, token: str) -> HttpResponse:
    """Let the proposed secondee put their name and job title right."""
    if not may_change(found, request):
        return redirect("candidate", token)
    initial = {field: getattr(found, field) for field in candidate_corrections.OWN}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = candidate_corrections.correct(found, **form.cleaned_data, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            if changed:
                messages.success(request, f"{', '.join(changed)}: changed. Your employer has been told.")
            return redirect("candidate", token)
    return render(request, "applications/candidate_correct.html", {"form": form, "candidate": found, "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
@of_candidate
def candidate_upload(request: Arrived, found: Candidate, token: str) -> HttpResponse:
    """Take the CV from the proposed secondee, in place of the one that is here."""
    if not may_change(found, request):
        return redirect("candidate", token)
    back = reverse("candidate", args=[token])
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OwnCvForm(*sent, done=back)
    if request.method == "POST" and form.is_valid():
        try:
            document_actions.attach_cv_by_candidate(found.application, form.cleaned_data["cv"], at=request.arrived_at)
        except Refused as problem:
            form.add_error("cv", problem.sentence)
        else:
            messages.success(request, "Your CV is here. Your employer has been told.")
            return HttpResponse(status=204, headers={"X-Then": back}) if by_script(request) else redirect(back)
    cv = found.application.documents.filter(kind="cv", replaced_at__isnull=True).first()
    context = {"form": form, "candidate": found, "token": token, "cv": cv}
    return render_upload(request, "applications/candidate_upload.html", context)


def may_change(found: Candidate, request: Arrived) -> bool:
    """Tell whether the person may still put something right: asked, not answered, and before the close."""
    return found.status == CandidateStatus.ASKED and found.application.may_be_edited(request.arrived_at)


@require_safe
@of_candidate
def candidate_cv(request: Arrived, found: Candidate, token: str) -> HttpResponseBase:
    """Give the proposed secondee the CV that is kept about them."""
    if found.status not in {CandidateStatus.ASKED, CandidateStatus.CONFIRMED}:
        raise Http404
    cv = found.application.documents.filter(kind="cv", replaced_at__isnull=True).first()
    if cv is None:
        raise Http404
    return documents.send(cv, by=None, at=request.arrived_at, is_opened=request.method == "GET")
