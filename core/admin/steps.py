"""Buttons for the steps of a lifecycle: each calls the same action as the web page, and the status is never typed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from core import step_up
from core.admin.guide import explanation_of
from core.admin.history import TrailAdmin, by_and_at
from core.admin.navigation import way_about
from core.admin.words import name_missing
from core.admin.workplace import rows_at_work
from core.forms import run_action
from core.lifecycle import Lifecycle, refusal_of
from core.permissions import restriction


class StepForm(forms.Form):
    """A step's form that wants to know the row (`thing`) and the person (`by`); a plain Form is not told.

    `panel` is a template with what to read before answering; it is given `panel_context()`.
    """

    panel = ""

    def __init__(self, *args: Any, thing: Any, by: Any, **kwargs: Any) -> None:
        self.thing, self.by = thing, by
        super().__init__(*args, **kwargs)

    def panel_context(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class StepButton:
    """One button on a row.

    `action(thing, *, by, at, **form.cleaned_data)` does the work; `permission` is asked with the row. With `confirm` (a
    sentence) or `form` the button leads to a page first. `when` narrows further, and is all that holds a button whose
    name is not a step of the lifecycle. `done` is said afterwards; "{thing}" in it is the row. `onward` makes of what
    the action returned the address to go to afterwards, in place of the row's page. `precheck(thing, at)` is the part
    of the action that raises Refused for what is known before anything is typed: then the button is not shown.
    `relabel(thing, by)` is a label for this row and person in place of `label`; "" keeps it.
    """

    label: str
    action: Callable[..., Any]
    permission: str
    confirm: str | None = None
    form: type[forms.Form] | None = None
    when: Callable[[Any], bool] | None = None
    done: str = ""
    is_grave: bool = False
    onward: Callable[[Any], str] | None = None
    precheck: Callable[[Any, datetime], object] | None = None
    relabel: Callable[[Any, Any], str] | None = None

    def labelled(self, thing: Any, by: object) -> "StepButton":
        label = self.relabel(thing, by) if self.relabel is not None else ""
        return replace(self, label=label) if label else self

    def refusal(self, thing: Any, at: datetime) -> str:
        """Return the sentence by which the action would refuse this row whatever is typed; "" where it would not."""
        return refusal_of(self.precheck, thing, at) if self.precheck is not None else ""

    @property
    def has_page(self) -> bool:
        return bool(self.form or self.confirm)

    def make_form(self, request: HttpRequest, thing: Model) -> forms.Form | None:
        if self.form is None:
            return None
        known: dict[str, Any] = {"thing": thing, "by": request.user} if issubclass(self.form, StepForm) else {}
        sent: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
        return self.form(*sent, **known)


class StepsAdmin(TrailAdmin):
    """A list and a page per row; `steps` are the buttons, by the lifecycle's name for the step.

    `status` and every field named *_at or *_by are shown but not edited, except `editable_moments`. The rules are asked
    with the row; without one they are asked with None. Lists, look-ups and choices show what `rows_at_work` shows.
    """

    lifecycle: Lifecycle | None = None
    steps: dict[str, StepButton] = {}
    editable_moments: tuple[str, ...] = ()
    says_what_waits = True  # unless the page does by itself
    change_form_template = "admin/steps/change_form.html"

    # --- who may ---

    def may(self, request: HttpRequest, verb: str, obj: Model | None = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename(verb, self.opts)}", obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "view", obj) or self.may(request, "change", obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return rows_at_work(super().get_queryset(request), request.user)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        choices = super().get_field_queryset(db, db_field, request)
        rows = choices if choices is not None else db_field.remote_field.model._default_manager.get_queryset()
        return rows_at_work(rows, request.user)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.get_internal_type() == "DateField":
            options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        return super().formfield_for_dbfield(db_field, request, **options)

    # --- what is shown ---

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        named = tuple(super().get_readonly_fields(request, obj))
        return named + tuple(name for name in self.step_fields() if name not in named)

    def step_fields(self) -> list[str]:
        status = self.lifecycle.field if self.lifecycle else "status"
        names = [field.name for field in self.opts.fields if not field.primary_key]
        kept = [name for name in names if name == status or name.endswith(("_at", "_by"))]
        return [name for name in kept if name not in self.editable_moments]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(  # noqa: PLR0917 — Django's own signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["reads_history"] = obj is not None and self.may_read_history(request, obj)
        context |= self.step_context(request, obj) if obj is not None else {}
        if obj is not None and request.method == "GET":
            context |= way_about(self, request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def step_context(self, request: HttpRequest, obj: Model) -> dict[str, Any]:
        """The buttons of the steps that this person may take now, and what refuses the others: (label, sentence)."""
        held: dict[str, str] = {}
        buttons, waiting = [], []
        for name, button in self.steps.items():
            if not self.is_possible(name, obj) or not request.user.has_perm(button.permission, obj):
                continue
            shown = button.labelled(obj, request.user)
            if sentence := button.refusal(obj, request.arrived_at):  # type: ignore[attr-defined]
                waiting.append((shown.label, sentence))
            elif not restriction(button.permission, obj, held):
                url = self.keep_filters(request, self.step_url(obj, name))
                buttons.append({"name": name, "button": shown, "url": url, "explanation": explanation_of(self, name)})
        return {"step_buttons": buttons, "steps_waiting": waiting if self.says_what_waits else []}

    def is_possible(self, name: str, obj: Model) -> bool:
        if self.lifecycle and name in self.lifecycle.steps and not self.lifecycle.allows(obj, name):
            return False
        when = self.steps[name].when
        return when is None or bool(when(obj))

    # --- steps ---

    def get_urls(self) -> list[URLPattern]:
        """Put the steps before Django's own addresses, of which the last takes everything."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<path:object_id>/steps/<slug:step>/", view, name=name), *super().get_urls()]

    def step_url(self, obj: Model, step: str) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_step"
        return reverse(name, args=(obj.pk, step))

    def keep_filters(self, request: HttpRequest, url: str) -> str:
        """The address with the filters of the list from which the row was opened, so that the way back leads there."""
        return str(
            add_preserved_filters({"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}, url)
        )

    def refusal(self, request: HttpRequest, obj: Model, step: str) -> str:
        """Return why the step is not possible now, whatever is typed; "" where it may be."""
        button = self.steps[step]
        if not self.is_possible(step, obj):
            noun = self.opts.verbose_name
            return f"“{button.label}” is not possible now. The status of this {noun} is shown below."
        if not request.user.has_perm(button.permission, obj):
            raise PermissionDenied
        return button.refusal(obj, request.arrived_at)  # type: ignore[attr-defined]

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or step not in self.steps or not self.has_view_permission(request, obj):
            raise Http404
        button = self.steps[step]
        if sentence := self.refusal(request, obj, step):
            return self.back(request, obj, messages.ERROR, sentence)
        if request.method == "POST" or button.has_page:
            step_up.demand(request, button.permission, f"{button.label}: {obj}")
        form = button.make_form(request, obj)
        if request.method != "POST":
            return self.step_page(request, obj, step, form) if button.has_page else HttpResponseNotAllowed(["POST"])
        asked: Any = form or forms.Form({})
        if not asked.is_valid():
            return self.step_page(request, obj, step, form)
        if run_action(asked, button.action, obj, **by_and_at(request), **asked.cleaned_data):
            return self.forward(request, obj, button, asked.result)
        if form is None:
            return self.back(request, obj, messages.ERROR, asked.refusal.sentence)
        return self.step_page(request, obj, step, form)

    def forward(self, request: HttpRequest, obj: Model, button: StepButton, result: Any) -> HttpResponse:
        sentence = (button.done or f"{button.label}: done.").format(thing=obj)
        if button.onward is None:
            return self.back(request, obj, messages.SUCCESS, sentence)
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(button.onward(result))

    def step_page(self, request: HttpRequest, obj: Model, step: str, form: forms.Form | None) -> HttpResponse:
        button = self.steps[step].labelled(obj, request.user)
        if form is not None:
            name_missing(form)
        context = {
            **self.admin_site.each_context(request),
            "title": button.label,
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "preserved_filters": self.get_preserved_filters(request),
            "button": button,
            "explanation": explanation_of(self, step),
            "form": form,
            "media": self.media + form.media if form else self.media,
        }
        if isinstance(form, StepForm) and form.panel:
            context |= {"panel": form.panel, **form.panel_context()}
        return TemplateResponse(request, "admin/steps/step.html", context)

    def back(self, request: HttpRequest, obj: Model, level: int, sentence: str) -> HttpResponse:
        self.message_user(request, sentence, level)
        base = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"
        if self.get_queryset(request).filter(pk=obj.pk).exists():
            return HttpResponseRedirect(self.keep_filters(request, reverse(f"{base}_change", args=(obj.pk,))))
        return HttpResponseRedirect(self.keep_filters(request, reverse(f"{base}_changelist")))
