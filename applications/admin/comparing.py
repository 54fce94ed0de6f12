"""All applications to a call in one table: criteria and assessors, totals, ranks, spread; sorted and filtered."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from applications.admin import interests
from applications.admin.ranking import ORDERS, Line, apart_on_a_criterion, finished, in_order, lines_of
from applications.admin.score_chart import Chart
from applications.admin.score_matrix import signed, with_scores
from applications.lifecycle import HANDED_IN, Status
from applications.models import Application, Assessment, Call, JointView, Post
from applications.models.assessment import CURRENT_SCORE
from applications.scoring import BEST, Comparison, Mark, Rank, Sheet, Total, is_outlier
from core.accounts.models import User
from core.accounts.requests import signed_in
from core.admin.readonly import around
from core.visibility import visible

PAGE = 50
SPREADS = [("", "Any"), ("2", "2 points or more"), ("4", "4 points or more"), ("6", "6 points or more")]
MISSING = [
    ("", "Any"),
    ("none", "No finished score"),
    ("funder", "No score by the funder"),
    ("host", "No score by the host"),
]
COMPARED = (
    *("reference", "draft_reference", "status", "organisation__name", "organisation__legal_form"),
    *("post__job_title", "call_id"),
)


class FilterForm(forms.Form):
    """What to show of the table; kept in the address."""

    post: Any = forms.ModelChoiceField(Post.objects.none(), required=False, empty_label="Any")
    status = forms.ChoiceField(required=False)
    spread = forms.ChoiceField(label="Totals apart by", choices=SPREADS, required=False)
    missing = forms.ChoiceField(choices=MISSING, required=False)
    apart = forms.BooleanField(label="Only where funder and host are apart", required=False)

    def __init__(self, data: Any, *, call: Call) -> None:
        super().__init__(data, auto_id="filter_%s")
        posts: Any = self.fields["post"]
        posts.queryset = Post.objects.filter(call=call)
        statuses: Any = self.fields["status"]
        statuses.choices = [("", "Any"), *((status, Status(status).label.capitalize()) for status in HANDED_IN)]

    def kept(self, lines: Iterable[Line], call: Call, user: User) -> list[Line]:
        """Those of the lines that the form asks for; one query where it asks for sides apart on a criterion."""
        typed = self.cleaned_data if self.is_valid() else {}
        post, status, missing = typed.get("post"), typed.get("status"), typed.get("missing")
        least = int(typed.get("spread") or 0)
        apart = apart_on_a_criterion(call, user) if typed.get("apart") else None
        return [
            line
            for line in lines
            if (not post or line.post_key == post.pk)
            and (not status or line.status == status)
            and (not least or (line.spread or 0) >= least)
            and (apart is None or line.key in apart)
            and (not missing or missing in line.missing)
        ]


@dataclass(frozen=True)
class Row:
    """One application with its finished sheets, its total and its rank among those that the person sees."""

    application: Application
    comparison: Comparison
    total: Total | None
    rank: Rank | None
    views: tuple[JointView, ...] = ()

    @property
    def difference(self) -> str:
        return signed(self.comparison.difference)

    @property
    def people(self) -> Iterator[dict[str, Any]]:
        sheets = self.comparison.sheets
        return ({"sheet": sheet, "is_outlier": is_outlier(sheet, sheets)} for sheet in sheets)

    def cells(self, letters: list[str]) -> list[dict[str, Any]]:
        """For each criterion: the mean, each assessor's score in the order of the sheets, whether the sides differ."""
        return [
            {
                "mean": self.comparison.mean_of(letter),
                "scores": [(sheet.party, sheet.score_of(letter)) for sheet in self.comparison.sheets],
                "is_apart": self.comparison.is_apart_on(letter),
                "difference": signed(self.comparison.difference_of(letter)),
            }
            for letter in letters
        ]


def in_full(lines: Iterable[Line], call: Call, user: User) -> list[Row]:
    """The rows of these lines with every sheet that the person sees: three queries."""
    shown = list(lines)
    keys = [line.key for line in shown]
    rows = visible(Application, user).filter(pk__in=keys).select_related("organisation", "post").only(*COMPARED)
    applications, sheets = {one.pk: one for one in rows}, sheets_by_application(call, user, keys)
    views: dict[int, list[JointView]] = defaultdict(list)
    for view in visible(JointView, user).filter(application__in=keys, opened_at__isnull=False):
        views[view.application_id].append(view)
    return [
        Row(
            applications[line.key],
            Comparison(tuple(sheets[line.key])),
            line.total,
            line.rank,
            tuple(views[line.key]),
        )
        for line in shown
        if line.key in applications
    ]


def sheets_by_application(call: Call, user: User, keys: Iterable[int]) -> dict[int, list[Sheet]]:
    """The finished sheets on these applications that the person sees, without their reasons, read as plain values."""
    values = (
        finished(call, user)
        .filter(assessment__application__in=keys)
        .order_by("assessment__application", "assessment__party", "assessment", "criterion__letter")
        .values_list(
            *("assessment__application", "assessment", "assessment__assessor__name", "assessment__party"),
            *("criterion__letter", CURRENT_SCORE, "criterion__weight"),
        )
    )
    marks: dict[tuple[int, int, str, str], list[Mark]] = defaultdict(list)
    for application, assessment, name, party, letter, score, weight in values:
        marks[application, assessment, name, party].append(Mark(letter, score or 0, weight))
    found: dict[int, list[Sheet]] = defaultdict(list)
    for (application, _, name, party), given in marks.items():
        found[application].append(Sheet(name, party, tuple(given)))
    return found


def matrix_view(calls: "ModelAdmin[Call]") -> Callable[[HttpRequest, int], HttpResponse]:

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        call = calls.get_object(request, str(pk))
        if call is None or not user.has_perm("applications.view_call_scores", call):
            raise Http404
        criteria = list(call.criteria.all())
        form = FilterForm(request.GET, call=call)
        every = lines_of(call, user)
        order = request.GET.get("o", "rank")
        page = Paginator(in_order(form.kept(every, call, user), order), PAGE).get_page(request.GET.get("p"))
        rows = in_full(page, call, user)
        context = {
            **around(request),
            "title": f"Scores side by side: {call}",
            "opts": calls.opts,
            "original": call,
            "here": {"to_declare": interests.still_to_declare(request, call)},
            "criteria": criteria,
            "best": BEST * sum(criterion.weight for criterion in criteria),
            "policy": call.get_total_by_display(),
            "form": form,
            "page": page,
            "number": {"all": len(every), "shown": page.paginator.count},
            "rows": [(row, row.cells([one.letter for one in criteria])) for row in rows],
            "columns": columns(request, order),
            "width": len(criteria) + len(ORDERS) + 3,
            "reasons": reasons(request, user, rows),
            "chart": Chart.of(row for row in rows if row.total is not None),
        }
        return TemplateResponse(request, "admin/applications/call/matrix.html", context)

    return view


def columns(request: HttpRequest, order: str) -> dict[str, dict[str, str]]:
    """For each column that sorts: the address that sorts by it, the other way round where it does already."""
    found = {}
    for name in ORDERS:
        is_chosen = order.removeprefix("-") == name
        asked = request.GET.copy()
        asked["o"] = f"-{name}" if order == name else name
        asked.pop("p", None)
        direction = ("descending" if order.startswith("-") else "ascending") if is_chosen else ""
        found[name] = {"url": f"?{asked.urlencode()}", "sorted": direction}
    return found


def reasons(request: HttpRequest, user: User, rows: Iterable[Row]) -> dict[str, Any]:
    """The reasons for the scores of the one application whose reasons are asked for, if it is on the page."""
    key = request.GET.get("reasons", "")
    shown = {str(row.application.pk) for row in rows}
    asked = request.GET.copy()
    asked.pop("reasons", None)
    given: QuerySet[Assessment] | list[Assessment] = []
    if key in shown:
        given = with_scores(user).filter(application=int(key)).order_by("party", "pk")
    return {"key": int(key) if key in shown else None, "given": given, "rest": asked.urlencode()}
