"""Pages of learning: findings and changes, and data to take away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.models import Call, EqualityTally
from core.accounts.requests import Personal
from core.files.types import send
from core.spreadsheets import csv_stream, xlsx_file
from learning import actions, exports
from learning.forms import ChangeForm, ExportForm, FindingForm
from learning.models import Finding, programmes_studied
from secondments.views.fetch import done

PER_PAGE = 20
PREVIEW = 10
MOST_CALLS = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "xlsx": XLSX}


@require_safe
@login_required
@permission_required("learning.view_finding", raise_exception=True)
def learning(request: Personal) -> HttpResponse:
    """List what was found, and what changed because of it."""
    findings = (
        Finding.objects.visible_to(request.user).select_related("strand", "programme").prefetch_related("changes")
    )
    context = {
        "page_obj": Paginator(findings, PER_PAGE).get_page(request.GET.get("page")),
        "may_add": request.user.has_perm("learning.add_finding"),
        "may_add_change": request.user.has_perm("learning.add_change"),
        "counted": counted_calls(request.user),
    }
    return render(request, "learning/learning.html", context)


def counted_calls(user: Any) -> QuerySet[Call]:
    """The latest calls whose equality answers are counted, of the programmes whose learning this person may see."""
    calls = Call.objects.filter(programme__in=programmes_studied(user), pk__in=EqualityTally.objects.values("call"))
    return calls.only("title", "slug")[:MOST_CALLS]


@login_required
@permission_required("learning.add_finding", raise_exception=True)
def learning_finding_new(request: Personal) -> HttpResponse:
    """Record a finding."""
    form = FindingForm(request.POST or None, person=request.user)
    facts = {"by": request.user, "at": request.arrived_at}
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        if done(form, actions.record_finding, words.pop("programme"), **words, **facts):
            messages.success(request, "The finding is recorded.")
            return redirect("learning")
    return render(request, "learning/learning_finding_new.html", {"form": form})


@login_required
@permission_required("learning.add_change", raise_exception=True)
def learning_change_new(request: Personal, pk: int) -> HttpResponse:
    """Record what changed because of a finding."""
    finding = get_object_or_404(Finding.objects.visible_to(request.user).select_related("programme"), pk=pk)
    form = ChangeForm(request.POST or None)
    facts = {"by": request.user, "at": request.arrived_at}
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, actions.record_change, finding, **form.cleaned_data, **facts)
    ):
        messages.success(request, "The change is recorded.")
        return redirect("learning")
    return render(request, "learning/learning_change_new.html", {"form": form, "finding": finding})


def chosen(request: Personal) -> ExportForm:
    """Read the choice of years and columns from the address; without one, everything."""
    years = exports.years_of(request.user)
    data: Any = request.GET or {"columns": list(exports.BY_NAME)}
    return ExportForm(data, years=years)


@require_safe
@login_required
@permission_required("learning.view_exports", raise_exception=True)
def learning_exports(request: Personal) -> HttpResponse:
    """Choose years and columns, and see the first ten rows."""
    form = chosen(request)
    context: dict[str, Any] = {"form": form, "facts": exports.PLACEMENTS}
    if form.is_valid():
        found = exports.placements(request.user, form.cleaned_data["years"])
        facts = [exports.BY_NAME[name] for name in form.cleaned_data["columns"]]
        context |= {
            "columns": [fact.column for fact in facts],
            "rows": list(exports.rows(found.filter(pk__in=first_keys(found)), facts)),
            "count": found.count(),
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
    """Send a data set, or the dictionary of its columns, as it streams; the trail says who took it."""
    if form not in FORMS or dataset not in {"placements", "placements-dictionary"}:
        raise Http404
    if dataset == "placements-dictionary":
        return file(dataset, form, exports.DICTIONARY, exports.dictionary())
    choice = chosen(request)
    if not choice.is_valid():
        return redirect(f"{reverse('learning_exports')}?{request.GET.urlencode()}")
    years, names = choice.cleaned_data["years"], choice.cleaned_data["columns"]
    actions.note_download(dataset, form=form, years=years, columns=names, by=request.user, at=request.arrived_at)
    facts = [exports.BY_NAME[name] for name in names]
    return file(
        dataset, form, [fact.column for fact in facts], exports.rows(exports.placements(request.user, years), facts)
    )


def file(dataset: str, form: str, columns: Any, rows: Any) -> HttpResponseBase:
    """Send a table in one of the three forms."""
    name = f"{dataset}.{form}"
    if form == "xlsx":
        return send(xlsx_file(columns, rows, "Placements"), name, XLSX)
    stream = csv_stream(columns, rows) if form == "csv" else exports.json_stream(columns, rows)
    response = StreamingHttpResponse(stream, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def first_keys(found: Any) -> list[int]:
    """Give the first ten placements of the export."""
    return list(found.order_by("reference").values_list("pk", flat=True)[:PREVIEW])


def form_address(form: ExportForm) -> str:
    """Write the choice as it stands in an address."""
    address = QueryDict(mutable=True)
    address.setlist("years", [str(year) for year in form.cleaned_data["years"]])
    address.setlist("columns", form.cleaned_data["columns"])
    return address.urlencode()
