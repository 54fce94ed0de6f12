"""Filters that the lists of applications, assessments, decisions, grants and placements share.

Each answers from what the reader sees: scores that are not theirs to read count as not there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import CharField, Exists, F, Max, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from applications.admin.score_matrix import total_of
from applications.lifecycle import HANDED_IN, OPEN_ASSESSMENT, AssessmentStatus
from applications.models import Application, Assessment, Call, Interest, Post, Strand
from applications.models.assessment import Party
from applications.visibility import of_office, office_programmes
from applications.work_queue import TO_SCORE
from core.accounts.models import RoleAssignment, User
from core.accounts.requests import signed_in
from core.accounts.roles import ASSESSORS
from core.admin.filters import MOST, ChosenKey, is_key, tasks_filter
from core.admin.workplace import rows_at_work
from core.visibility import visible

SPREADS = (2, 4, 6)
MOST_DAYS = 5
WEEKS = {"1": "a week or longer", "2": "two weeks or longer", "4": "four weeks or longer"}


def keys_in(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values("pk")


Choices = dict[str, list[tuple[str, str]]]


def choices_of_rounds(request: HttpRequest, chosen: str) -> Choices:
    """The latest calls that the person sees, their posts and strands, in one query; posts of the chosen call alone."""
    if not hasattr(request, "choices_of_rounds"):
        calls = rows_at_work(Call, request.user)
        posts = visible(Post, request.user).filter(call__in=keys_in(calls))
        strands = Strand.objects.filter(calls__in=keys_in(calls)).distinct()
        title: Any = Concat("job_title", Value(" ("), "call__title", Value(")"), output_field=CharField())
        latest = keys_in_order(calls)
        if is_key(chosen):
            posts, title = posts.filter(call=int(chosen)), F("job_title")
            latest = calls.filter(Q(pk__in=latest) | Q(pk=int(chosen))).order_by().values("pk")
        parts = [
            labelled("call", Call.objects.filter(pk__in=latest), F("title")),
            labelled("post", Post.objects.filter(pk__in=keys_in_order(posts)), title),
            labelled("strand", Strand.objects.filter(pk__in=keys_in_order(strands)), F("title")),
        ]
        found: Choices = {"call": [], "post": [], "strand": []}
        for kind, key, said in sorted(parts[0].union(*parts[1:], all=True), key=lambda line: (line[2], -line[1])):
            found[kind].append((str(key), said))
        request.choices_of_rounds = found  # type: ignore[attr-defined]
    return request.choices_of_rounds  # type: ignore[attr-defined,no-any-return]


def keys_in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-pk").values("pk")[:MOST]


def labelled(kind: str, rows: QuerySet[Any], words: Any) -> QuerySet[Any, Any]:
    marked = rows.order_by().annotate(of_kind=Value(kind, CharField()), in_words=Cast(words, CharField()))
    lines: QuerySet[Any, Any] = marked.values_list("of_kind", "pk", "in_words")
    return lines


class OfRound(ChosenKey):
    """One of the calls, posts or strands of the rounds; `path` leads to it from a row, `call` names the call's."""

    kind = ""
    call = "call__id__exact"

    def offered(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return choices_of_rounds(request, request.GET.get(self.call, ""))[self.kind]


def round_filters(call: str = "call", post: str = "post", strand: str = "") -> tuple[type[OfRound], ...]:
    """Filters by call, post and strand, by the look-ups to them; an address names the call as Django would."""
    parameter = f"{call}__id__exact"
    ways = {"call": (call, parameter), "post": (post, "post"), "strand": (strand or f"{call}__strands", "strand")}
    return tuple(
        type(f"{kind.title()}Filter", (OfRound,), {"title": kind, "kind": kind, "path": path, **names})
        for kind, (path, name) in ways.items()
        for names in [{"parameter_name": name, "call": parameter}]
    )


class DaysFilter(admin.SimpleListFilter):
    """Days a week, by whole days: "2" are those of more than one and at most two."""

    title = "days a week"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        over = [(str(day), f"more than {day - 1}, up to {day}") for day in range(2, MOST_DAYS + 1)]
        return [("1", "up to 1"), *over]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {value for value, _ in self.lookup_choices}:
            return queryset
        most = int(str(self.value()))
        return queryset.filter(days_per_week__gt=most - 1, days_per_week__lte=most)


def finished_seen(user: User) -> QuerySet[Assessment]:
    return visible(Assessment.objects.filter(status=AssessmentStatus.COMPLETE), user).order_by()


class SpreadFilter(admin.SimpleListFilter):
    """How far the totals of the finished assessments that the person sees are apart."""

    title = "totals apart by"
    parameter_name = "spread"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(points), f"{points} points or more") for points in SPREADS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        if self.value() not in {value for value, _ in self.lookup_choices}:
            return queryset
        totals = finished_seen(signed_in(request)).annotate(points=total_of())
        ends = totals.values("application").annotate(least=Min("points"), most=Max("points"))
        apart = ends.filter(most__gte=F("least") + int(str(self.value())))
        return queryset.filter(pk__in=apart.values("application"))


class MissingFilter(admin.SimpleListFilter):
    """Applications before the assessors, or past them, without a finished assessment that the person sees."""

    title = "missing scores"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        sides = [(str(party), f"no score by the {party.label.lower()}") for party in Party]
        return [("none", "no finished score"), *sides, ("owed", "an assessor has not finished")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        user, value = signed_in(request), self.value()
        of_case = Q(application=OuterRef("pk"))
        lacking: Any
        match value:
            case "none":
                lacking = ~Exists(finished_seen(user).filter(of_case))
            case Party.FUNDER | Party.HOST:
                lacking = ~Exists(finished_seen(user).filter(of_case, party=value))
            case "owed":
                lacking = Exists(visible(Assessment, user).order_by().filter(of_case, status__in=OPEN_ASSESSMENT))
            case _:
                return queryset
        return queryset.filter(lacking, status__in=HANDED_IN)


class ConflictFilter(admin.SimpleListFilter):
    """Conflicts of interest with an application, for the office that handles them."""

    title = "conflict of interest"
    parameter_name = "conflict"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not office_programmes(request.user):
            return []
        return [
            ("any", "someone has one"),
            ("open", "to be handled by the office"),
            ("stays", "someone stays, with a measure"),
            ("no", "no one has one"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        if self.value() not in {value for value, _ in self.lookup_choices}:
            return queryset
        conflicts = Interest.objects.filter(application=OuterRef("pk"), has_conflict=True)
        handled = {"open": "", "stays": Interest.Handling.STAYS}
        if (handling := handled.get(str(self.value()))) is not None:
            conflicts = conflicts.filter(handling=handling)
        has = ~Exists(conflicts) if self.value() == "no" else Exists(conflicts)
        to_assess = Assessment.objects.filter(assessor=signed_in(request), status__in=OPEN_ASSESSMENT)
        rows = of_office(queryset, request.user, "call__programme").filter(has)
        return rows.exclude(pk__in=to_assess.values("application"))


class AssessorFilter(ChosenKey):
    """Whose assessments: for the office, among those who assess in its programmes."""

    title = "assessor"
    parameter_name = "assessor"
    path = "assessor"

    def offered(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not (offices := office_programmes(request.user)):
            return []
        roles = RoleAssignment.objects.filter(programme__in=offices, role__in=ASSESSORS)
        people = User.objects.filter(pk__in=roles.values("person")).order_by("name", "pk")
        return [(str(one.pk), str(one)) for one in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset) if office_programmes(request.user) else queryset


class WaitingFilter(admin.SimpleListFilter):
    """Assessments that are not finished, by how long ago they were asked for."""

    title = "not finished for"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(WEEKS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> QuerySet[Assessment]:
        if self.value() not in WEEKS:
            return queryset
        since = request.arrived_at - timedelta(weeks=int(str(self.value())))  # type: ignore[attr-defined]
        return queryset.filter(status__in=OPEN_ASSESSMENT, assigned_at__lte=since)


OF_ASSESSMENTS: Any = (
    tasks_filter(TO_SCORE),
    "status",
    WaitingFilter,
    "party",
    AssessorFilter,
    *round_filters("application__call", "application__post"),
)
