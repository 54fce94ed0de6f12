"""Pages of learning: findings and changes, data to take away, and what is told in confidence."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.models import Call, EqualityTally
from core.accounts.models import User
from core.accounts.requests import Personal, acting
from core.dashboard import DashboardRow, DashboardSection
from core.files.types import send
from core.forms import confirm_page, posted, run_action
from core.spreadsheets import Column, csv_stream, xlsx_file
from core.visibility import visible, visible_or_404
from learning import actions, exports
from learning.forms import ChangeForm, ConfidenceForm, ConfidentialAnswerForm, ExportForm, FindingForm
from learning.models import ConfidentialMessage, Finding
from learning.periods import TOLD_IN_CONFIDENCE
from learning.rules import programmes_to_confide_in
from learning.visibility import partnered, programmes_studied
from secondments.models import Placement

PER_PAGE = 20
PREVIEW = 10
MOST_CALLS = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "xlsx": XLSX}


@require_safe
@login_required
@permission_required("learning.view_finding", raise_exception=True)
def learning(request: Personal) -> HttpResponse:
    findings = visible(Finding, request.user).select_related("strand", "programme").prefetch_related("changes")
    context = {
        "page_obj": Paginator(findings, PER_PAGE).get_page(request.GET.get("page")),
        "may_add": request.user.has_perm("learning.add_finding"),
        "may_add_change": request.user.has_perm("learning.add_change"),
        "counted": counted_calls(request.user),
    }
    return render(request, "learning/learning.html", context)


def counted_calls(user: User) -> QuerySet[Call]:
    """The latest calls whose equality answers are counted, of the programmes whose learning this person sees."""
    calls = Call.objects.filter(programme__in=programmes_studied(user), pk__in=EqualityTally.objects.values("call"))
    return calls.only("title", "slug")[:MOST_CALLS]


@login_required
@permission_required("learning.add_finding", raise_exception=True)
def learning_finding_new(request: Personal) -> HttpResponse:
    return confirm_page(
        request,
        FindingForm(posted(request), person=request.user),
        partial(actions.record_finding, **acting(request)),
        template="learning/learning_finding_new.html",
        done="You have recorded the finding.",
        to="learning",
    )


@login_required
def learning_change_new(request: Personal, pk: int) -> HttpResponse:
    finding = visible_or_404(Finding, request.user, pk=pk)
    return confirm_page(
        request,
        ChangeForm(posted(request)),
        partial(actions.record_change, finding, **acting(request)),
        template="learning/learning_change_new.html",
        context={"finding": finding},
        done="You have recorded the change.",
        to="learning",
    )


def chosen(request: Personal) -> ExportForm:
    """The choice of years and columns in the address; without one, every column of every year."""
    years = exports.years_of(request.user)
    data: Any = request.GET or {"columns": list(exports.BY_NAME)}
    return ExportForm(data, years=years)


@require_safe
@login_required
@permission_required("learning.view_exports", raise_exception=True)
def learning_exports(request: Personal) -> HttpResponse:
    form = chosen(request)
    context: dict[str, Any] = {"form": form, "facts": exports.PLACEMENTS}
    if form.is_valid():
        placements = exports.placements(request.user, form.cleaned_data["years"])
        facts = [exports.BY_NAME[name] for name in form.cleaned_data["columns"]]
        context |= {
            "columns": [fact.column for fact in facts],
            "rows": list(exports.rows(placements.filter(pk__in=first_keys(placements)), facts)),
            "count": placements.count(),
            "downloads": [
                (kind, f"{reverse('learning_export', args=['placements', kind])}?{form_address(form)}")
                for kind in FORMS
            ],
        }
    return render(request, "learning/learning_exports.html", context)


@require_safe
@login_required
@permission_required("learning.view_exports", raise_exception=True)
def learning_export(request: Personal, dataset: str, form: str) -> HttpResponseBase:
    """Stream a data set, or the dictionary of its columns; a download is recorded on the trail."""
    if form not in FORMS or dataset not in {"placements", "placements-dictionary"}:
        raise Http404
    if dataset == "placements-dictionary":
        return file(dataset, form, exports.DICTIONARY, exports.dictionary())
    choice = chosen(request)
    if not choice.is_valid():
        return redirect(f"{reverse('learning_exports')}?{request.GET.urlencode()}")
    years, names = choice.cleaned_data["years"], choice.cleaned_data["columns"]
    actions.note_download(dataset, form=form, years=years, columns=names, **acting(request))
    facts = [exports.BY_NAME[name] for name in names]
    return file(
        dataset, form, [fact.column for fact in facts], exports.rows(exports.placements(request.user, years), facts)
    )


def file(dataset: str, form: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    name = f"{dataset}.{form}"
    if form == "xlsx":
        return send(xlsx_file(columns, rows, "Placements"), name, XLSX)
    stream = csv_stream(columns, rows) if form == "csv" else exports.json_stream(columns, rows)
    response = StreamingHttpResponse(stream, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def first_keys(placements: QuerySet[Placement]) -> list[int]:
    return list(placements.order_by("reference").values_list("pk", flat=True)[:PREVIEW])


def form_address(form: ExportForm) -> str:
    address = QueryDict(mutable=True)
    address.setlist("years", [str(year) for year in form.cleaned_data["years"]])
    address.setlist("columns", form.cleaned_data["columns"])
    return address.urlencode()


@login_required
def learning_confidence(request: Personal) -> HttpResponse:
    choices = programmes_to_confide_in(request.user)
    form = ConfidenceForm(posted(request), programmes=choices) if choices else None
    if form and form.is_bound and form.is_valid():
        action = partial(actions.tell_in_confidence, form.cleaned_data["programme"], **acting(request))
        if run_action(form, action, words=form.cleaned_data["words"]):
            messages.success(request, "We have sent your message to the learning partner.")
            return redirect("learning_confidence")
    found = visible(ConfidentialMessage, request.user).select_related("programme", "sender", "answered_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    is_partner = bool(partnered(request.user))
    context: dict[str, Any] = {"form": form, "page_obj": page, "messages_sent": list(page), "is_partner": is_partner}
    context["kept_for"] = TOLD_IN_CONFIDENCE.length
    return render(request, "learning/learning_confidence.html", context)


@login_required
def learning_confidence_answer(request: Personal, pk: int) -> HttpResponse:
    message = visible_or_404(ConfidentialMessage, request.user, pk=pk)
    if not request.user.has_perm("learning.answer_confidentialmessage", message):
        if message.waits:
            raise PermissionDenied
        return redirect("learning_confidence")
    return confirm_page(
        request,
        ConfidentialAnswerForm(posted(request)),
        partial(actions.answer_in_confidence, message, **acting(request)),
        template="learning/learning_confidence_answer.html",
        context={"message": message},
        done="We have saved your answer. Only the person who wrote and the learning partners can read it.",
        to="learning_confidence",
    )


def dashboard_section(user: User, _now: datetime) -> DashboardSection:
    """Where the learning is, on the home page of those who read it or may write to its partner."""
    rows = []
    if user.has_perm("learning.view_finding"):
        rows.append(DashboardRow("", reverse("learning"), "Findings, and what changed because of them", "", ""))
    if user.has_perm("learning.view_exports"):
        rows.append(DashboardRow("", reverse("learning_exports"), "Data about placements to download", "", ""))
    if not user.roles and user.has_perm("learning.tell_in_confidence"):
        title = "Write to the learning partner in confidence"
        rows.append(DashboardRow("", reverse("learning_confidence"), title, "", ""))
    return DashboardSection("Learning", rows)
