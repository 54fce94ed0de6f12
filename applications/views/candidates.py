"""The proposed secondee's page: what the application says about them, what they correct, and their answer.

They have no account: the link is all they have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from applications import documents
from applications.actions import candidate_corrections, candidates, standing
from applications.actions import documents as document_actions
from applications.completeness import FilledForm
from applications.forms.documents import OwnCvForm
from applications.forms.steps import AnswerForm, CorrectForm, StepBackForm
from applications.lifecycle import CandidateStatus
from applications.models import Candidate, Document
from applications.views import hidden_words
from applications.views.presenters import ending
from applications.views.uploads import by_script, render_upload
from core.accounts.models import User
from core.accounts.requests import Arrived
from core.forms import confirm_page, posted, run_action
from core.retention import rules as retention

THANKS = {
    AnswerForm.CONFIRM: "Thank you. We have recorded your answer.",
    AnswerForm.DECLINE: "Thank you. We have recorded your answer.",
    AnswerForm.REMARK: "Thank you. We have emailed your employer about what is wrong.",
    AnswerForm.WITHDRAW: "Thank you. We have recorded your answer.",
}
# Extensions of applications/candidate.html.
TEMPLATES = {
    CandidateStatus.ASKED: "applications/candidate_asked.html",
    CandidateStatus.CONFIRMED: "applications/candidate_confirmed.html",
    CandidateStatus.DECLINED: "applications/candidate_declined.html",
    CandidateStatus.WITHDRAWN: "applications/candidate_withdrawn.html",
    CandidateStatus.LAPSED: "applications/candidate_lapsed.html",
}

CONFIRMED_HERE, MOST_REMEMBERED = "confirmed_candidates", 20

Page = Callable[[Arrived, Candidate, str], HttpResponseBase]


def of_candidate(view: Page) -> Callable[[Arrived, str], HttpResponseBase]:
    """Find whose link it is; the page is not stored or indexed, and other sites are not told its address.

    `strict-origin` names the host alone. With `no-referrer` browsers would send `Origin: null`, and every answer would
    be refused as coming from elsewhere.
    """

    @never_cache
    @wraps(view)
    def found(request: Arrived, token: str) -> HttpResponseBase:
        candidate = candidates.find(token)
        user = request.user
        if candidate is None:
            response: HttpResponseBase = render(request, "applications/candidate_over.html", status=404)
        elif isinstance(user, User) and not candidates.is_theirs(candidate, user):
            if request.method == "POST":
                candidates.note_refused_link(candidate, user=user, at=request.arrived_at)
            response = render(request, "applications/candidate_other.html", {"candidate": candidate}, status=403)
        else:
            response = view(request, candidate, token)
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@of_candidate
def candidate(request: Arrived, candidate: Candidate, token: str) -> HttpResponse:
    """Show what is said, take an answer; later show the answer, and offer withdrawal."""
    asked = candidate.status == CandidateStatus.ASKED
    stands = standing.is_of(candidate)
    form = AnswerForm(posted(request), may_withdraw=stands) if asked else StepBackForm(posted(request))
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        if run_action(form, give_answer, candidate, **facts, at=request.arrived_at):
            messages.success(request, THANKS[facts.get("answer", AnswerForm.DECLINE)])
            if facts.get("answer") == AnswerForm.CONFIRM:
                remember_confirmation(request, candidate)
            return redirect("candidate", token)
    template = TEMPLATES[CandidateStatus(candidate.status)]
    return render(request, template, page(candidate, form, token, request))


def remember_confirmation(request: Arrived, candidate: Candidate) -> None:
    """Note in the browser's session that the proposed secondee confirmed in it; signing in later keeps the note."""
    request.session[CONFIRMED_HERE] = [*request.session.get(CONFIRMED_HERE, []), candidate.pk][-MOST_REMEMBERED:]


def give_answer(
    candidate: Candidate, *, at: datetime, answer: str = "", shown: str = "", remark: str = "", withdraw: bool = False
) -> None:
    if withdraw or answer == AnswerForm.WITHDRAW:
        candidates.withdraw(candidate, at=at)
    elif answer == AnswerForm.CONFIRM:
        candidates.confirm(candidate, shown_digest=shown, at=at)
    elif answer == AnswerForm.REMARK:
        candidate_corrections.remark(candidate, text=remark, at=at)
    else:
        candidates.decline(candidate, at=at)


def page(candidate: Candidate, form: AnswerForm | StepBackForm, token: str, request: Arrived) -> dict[str, object]:
    """What the page shows: nothing about the person any more once they have said no."""
    filled = FilledForm.current(candidate.application_id)
    application = filled.application
    is_live = filled.candidate is not None and filled.candidate.pk == candidate.pk
    digest = filled.candidate_digest if is_live else ""
    if isinstance(form, AnswerForm):
        form.initial["shown"] = digest
        if form.is_bound:  # whatever was changed meanwhile is on the page now
            form.data = {**request.POST.dict(), "shown": digest}
    may_confirm = application.may_be_edited(request.arrived_at)
    closes_at = application.closes_at
    kept = standing.of(application)
    return {
        "candidate": candidate,
        "application": application,
        "call": application.call,
        "rows": filled.said_of_candidate if is_live else (),
        "agreed": filled.agreed_by_candidate if is_live else (),
        "statement": filled.documents.get(Document.Kind.STATEMENT) if is_live else None,
        "own": candidate_corrections.OWN,
        "cv": application.cv if is_live else None,
        "openings": documents.openings(application),
        "case_messages": candidate.case_messages.all(),
        "form": form,
        "token": token,
        "periods": [line for line in retention.table() if line.case],
        "may_confirm": may_confirm,
        "may_correct": may_confirm and candidate.status == CandidateStatus.ASKED,
        "stands_since": kept.submitted_at if kept and kept.content["candidate"] == candidate.pk else None,
        "ending": ending(application),
        "is_past_deadline": closes_at is not None and request.arrived_at >= closes_at,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@of_candidate
def candidate_correct(request: Arrived, candidate: Candidate, token: str) -> HttpResponse:
    if not may_change(candidate, request):
        return redirect("candidate", token)
    initial = {field: getattr(candidate, field) for field in candidate_corrections.OWN}
    return confirm_page(
        request,
        CorrectForm(posted(request), initial=initial),
        partial(candidate_corrections.correct, candidate, at=request.arrived_at),
        template="applications/candidate_correct.html",
        context={"candidate": candidate, "token": token},
        done=lambda changed: f"{', '.join(changed)}: changed. We have emailed your employer." if changed else "",
        to=reverse("candidate", args=[token]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_candidate
def candidate_upload(request: Arrived, candidate: Candidate, token: str) -> HttpResponse:
    if not may_change(candidate, request):
        return redirect("candidate", token)
    back = reverse("candidate", args=[token])
    form = OwnCvForm(posted(request), request.FILES if request.method == "POST" else None, done=back)
    if form.is_bound and form.is_valid():
        upload, at = form.cleaned_data["cv"], request.arrived_at
        facts = {"at": at, "with_hidden_words": hidden_words.was_warned(request, upload)}
        if run_action(form, document_actions.attach_cv_by_candidate, candidate.application, upload, **facts):
            messages.success(request, "You have uploaded your CV. We have emailed your employer.")
            return HttpResponse(status=204, headers={"X-Then": back}) if by_script(request) else redirect(back)
        hidden_words.note(request, upload, form.refusal)  # type: ignore[attr-defined]
    context = {"form": form, "candidate": candidate, "token": token, "cv": current_cv(candidate)}
    return render_upload(request, "applications/candidate_upload.html", context)


def current_cv(candidate: Candidate) -> Document | None:
    return candidate.application.documents.filter(kind=Document.Kind.CV, replaced_at__isnull=True).first()


def may_change(candidate: Candidate, request: Arrived) -> bool:
    return candidate.status == CandidateStatus.ASKED and candidate.application.may_be_edited(request.arrived_at)


@require_safe
@of_candidate
def candidate_cv(request: Arrived, candidate: Candidate, token: str) -> HttpResponseBase:
    return send_file(request, candidate, Document.Kind.CV)


@require_safe
@of_candidate
def candidate_statement(request: Arrived, candidate: Candidate, token: str) -> HttpResponseBase:
    return send_file(request, candidate, Document.Kind.STATEMENT)


def send_file(request: Arrived, candidate: Candidate, kind: Document.Kind) -> HttpResponseBase:
    document = candidate.application.documents.filter(kind=kind, replaced_at__isnull=True).first()
    if document is None or candidate.status not in {CandidateStatus.ASKED, CandidateStatus.CONFIRMED}:
        raise Http404
    return documents.send(document, by=None, at=request.arrived_at, is_opened=request.method == "GET")
