"""A step for many rows of a list: tick, choose the step, read what will change and what will not, press once.

Each row is changed by the action of its own button, with the same permission, so nothing may be done to many that may
not be done to one. The preview keeps the keys of the rows that it showed: a row that comes to the list meanwhile is not
changed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from core import step_up
from core.admin.history import by_and_at
from core.admin.steps import StepButton, StepsAdmin
from core.admin.words import name_missing
from core.admin.workplace import rows_at_work
from core.forms import run_action
from core.lifecycle import Refused, refusal_of
from core.permissions import may_ever, refusals
from core.post_redirect import way_back
from core.text import plural

MOST_ROWS = 500


class BulkForm(forms.Form):
    """What is asked once for all rows (`things`)."""

    def __init__(self, *args: Any, things: Sequence[Any], by: object, **kwargs: Any) -> None:
        self.things, self.by = things, by
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class BulkStep:
    """One step for many rows: that of the button `step` of the same admin, or `action` where it is given.

    A step that is taken for many only has a `button` of its own, which no page shows.

    `offered(user)` says who is shown it at all; each row is asked by its own permission. `precheck(thing, at)` raises
    Refused for a row that the action would refuse; without it the button's. `form` is asked once, and its data goes to
    each action. With `together` all rows change in one transaction, by `together(things, *, by, at, **data)`.
    `onward(things)` is the address to go to when every row was changed. `done` follows the number in the message.
    """

    label: str
    step: str
    offered: Callable[[Any], bool]
    done: str
    confirm: str = ""
    form: type[BulkForm] | None = None
    action: Callable[..., Any] | None = None
    together: Callable[..., Any] | None = None
    precheck: Callable[..., object] | None = None
    onward: Callable[[Sequence[Any]], str] | None = None
    button: StepButton | None = None
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row and the sentence about it: why it will not change, or was not changed; "" where it will or was."""

    thing: Any
    label: str
    refusal: str
    url: str


class BulkAdmin(StepsAdmin):
    """A list with steps for many rows, by the name under which they stand in addresses."""

    bulk: dict[str, BulkStep] = {}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        own = {
            f"bulk_{name}": (self._previewing(name), f"bulk_{name}", step.label)
            for name, step in self.bulk.items()
            if step.offered(request.user)
        }
        listed = dict(super().get_actions(request)) if self.actions is not None else {}
        return {**own, **listed}

    def _previewing(self, name: str) -> Callable[..., HttpResponse | None]:
        def preview(_admin: Any, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
            keys = list(chosen.order_by(*self.get_ordering(request) or ("pk",)).values_list("pk", flat=True))
            if len(keys) > MOST_ROWS:
                sentence = f"You chose {len(keys):,} rows. Choose at most {MOST_ROWS}: filter the list first."
                self.message_user(request, sentence, messages.WARNING)
                return None
            return self.bulk_page(request, name, self.bulk_rows(request, name, keys), None)

        return preview

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_bulk"
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("together/<slug:name>/", view, name=name), *super().get_urls()]

    def bulk_button(self, name: str) -> StepButton:
        step = self.bulk[name]
        return step.button or self.steps[step.step]

    def bulk_rows(self, request: HttpRequest, name: str, keys: Iterable[Any]) -> list[Any]:
        """Those of the rows that the person sees, in the order of `keys`; a constant number of queries."""
        step, wanted = self.bulk[name], list(keys)
        rows = rows_at_work(self.model._default_manager.filter(pk__in=wanted), request.user)
        rows = rows.select_related(*step.related).prefetch_related(*step.prefetched)
        found = {row.pk: row for row in rows}
        return [found[key] for key in wanted if key in found]

    def bulk_refusal(self, request: HttpRequest, name: str, row: Model) -> str:
        """The sentence by which the step is not possible for this row; "" where it is."""
        step = self.bulk[name]
        button = self.bulk_button(name)
        if not request.user.has_perm(button.permission, row) and not may_ever(request.user, button.permission, row):
            return refusals()[button.permission]
        at = request.arrived_at  # type: ignore[attr-defined]
        precheck = step.precheck or button.precheck
        if precheck is not None and (sentence := refusal_of(precheck, row, at)):
            return sentence
        possible = step.step not in self.steps or self.is_possible(step.step, row)
        if not possible or not request.user.has_perm(button.permission, row):
            status = getattr(row, "get_status_display", str)()
            return f"This {self.opts.verbose_name} is {status}, so “{button.label}” is not possible."
        return ""

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Change the rows of a preview, each by itself or all together, and say of each what came of it."""
        step = self.bulk.get(name)
        if step is None or not step.offered(request.user):
            raise Http404
        keys = [int(key) for key in request.POST.get("keys", "").split(",") if key.isdecimal()][:MOST_ROWS]
        if request.method != "POST" or not keys:
            return way_back(self.list_url(request))
        rows = self.bulk_rows(request, name, keys)
        form = self.bulk_form(request, name, rows, request.POST)
        if not form.is_valid():
            return self.bulk_page(request, name, rows, form)
        step_up.demand(request, self.bulk_button(name).permission, step.label)
        ready = [row for row in rows if not self.bulk_refusal(request, name, row)]
        if step.together is not None:
            if ready and not run_action(form, step.together, ready, **by_and_at(request), **form.cleaned_data):
                return self.bulk_page(request, name, rows, form)
            lines = [self.line(row, "" if row in ready else self.bulk_refusal(request, name, row)) for row in rows]
        else:
            tried = [(row, self.take_one(request, name, row, form.cleaned_data)) for row in rows]
            if any(refusal and refusal.field in form.fields for _, refusal in tried):
                return self.bulk_again(request, name, tried, form)
            lines = [self.line(row, refusal.fact if refusal else "") for row, refusal in tried]
        return self.bulk_result(request, name, lines)

    def take_one(self, request: HttpRequest, name: str, row: Model, data: dict[str, Any]) -> Refused | None:
        """Take the step for one row; return what refused it."""
        step = self.bulk[name]
        if sentence := self.bulk_refusal(request, name, row):
            return Refused(sentence)
        asked: Any = forms.Form({})
        asked.is_valid()
        action = step.action or self.bulk_button(name).action
        run_action(asked, action, row, **by_and_at(request), **data)
        return asked.refusal  # type: ignore[no-any-return]

    def bulk_again(
        self, request: HttpRequest, name: str, tried: Sequence[tuple[Model, Refused | None]], form: Any
    ) -> HttpResponse:
        """Ask again, with what was typed and for the rows left, where an answer of the form did not do for a row."""
        self.say_done(request, name, [row for row, refusal in tried if refusal is None])
        for row, refusal in tried:
            if refusal is not None and not self.bulk_refusal(request, name, row):
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, f"{self.bulk_label(row)}: {refusal.fact}")
        return self.bulk_page(request, name, [row for row, refusal in tried if refusal is not None], form)

    def line(self, row: Any, refusal: str) -> Line:
        page = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return Line(row, self.bulk_label(row), refusal, reverse(page, args=[row.pk]))

    def bulk_label(self, row: Any) -> str:
        return str(row)

    def list_url(self, request: HttpRequest) -> str:
        url = reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return self.keep_filters(request, url)

    def bulk_form(self, request: HttpRequest, name: str, rows: Sequence[Any], data: Any = None) -> Any:
        form = self.bulk[name].form or BulkForm
        return form(data, things=rows, by=request.user)

    def bulk_page(self, request: HttpRequest, name: str, rows: list[Any], form: Any) -> HttpResponse:
        """What will change and what will not, with what is asked once; nothing has changed yet."""
        step = self.bulk[name]
        lines = [self.line(row, self.bulk_refusal(request, name, row)) for row in rows]
        ready = [line for line in lines if not line.refusal]
        form = form or self.bulk_form(request, name, [line.thing for line in ready])
        name_missing(form)
        context = {
            "form": form,
            "ready": ready,
            "refused": [line for line in lines if line.refusal],
            "keys": ",".join(str(line.thing.pk) for line in lines),
            "button": f"{step.label}: {plural(len(ready), str(self.opts.verbose_name), self._plural())}",
            "action_url": self.keep_filters(request, self._bulk_url(name)),
        }
        return self._bulk_response(request, name, "admin/steps/bulk.html", context)

    def bulk_result(self, request: HttpRequest, name: str, lines: list[Line]) -> HttpResponse:
        step = self.bulk[name]
        done = [line.thing for line in lines if not line.refusal]
        self.say_done(request, name, done)
        onward = step.onward(done) if step.onward and done else ""
        if onward and len(done) == len(lines):
            return HttpResponseRedirect(onward)
        return self._bulk_response(request, name, "admin/steps/bulk_result.html", {"lines": lines, "onward": onward})

    def say_done(self, request: HttpRequest, name: str, rows: Sequence[Any]) -> None:
        if rows:
            count = plural(len(rows), str(self.opts.verbose_name), self._plural())
            self.message_user(request, f"{count} {self.bulk[name].done}", messages.SUCCESS)

    def _bulk_url(self, name: str) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[name])

    def _plural(self) -> str:
        return str(self.opts.verbose_name_plural)

    def _bulk_response(self, request: HttpRequest, name: str, template: str, context: dict[str, Any]) -> HttpResponse:
        form = context.get("form")
        around = {
            **self.admin_site.each_context(request),
            "title": self.bulk[name].label,
            "opts": self.opts,
            "step": self.bulk[name],
            "list_url": self.list_url(request),
            "media": self.media + form.media if form else self.media,
        }
        return TemplateResponse(request, template, {**around, **context})
