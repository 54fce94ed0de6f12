"""Expressions of interest in the office: found, read, talked over and answered."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest

from applications.actions import expressions
from applications.admin.columns import StatusColumn
from applications.lifecycle import EXPRESSION
from applications.models import Application, Call, ExpressedStrand, ExpressionOfInterest, Strand
from applications.work_queue import INTEREST
from core.admin import LatestFilter, StepButton, StepForm, tasks_filter
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import say_day, say_deadline
from core.visibility import visible

TEXT = forms.Textarea(attrs={"rows": 6})


class NoteForm(forms.Form):
    """A conversation: when, and what was said."""

    spoken_on = forms.DateField(
        label="Spoken on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day you spoke", "invalid": "Enter a day, like 2019-03-13."},
    )
    text = forms.CharField(
        label="What was said",
        help_text="Only the grants office can see this, but the organisation has the right to ask for it.",
        widget=TEXT,
        max_length=10_000,
        error_messages={"required": "Enter what was said"},
    )


class AnswerForm(StepForm):
    """Our answer to the organisation."""

    text = forms.CharField(
        label="Our answer to the organisation",
        help_text="We email this text to all its members.",
        widget=TEXT,
        max_length=10_000,
        error_messages={"required": "Enter our answer to the organisation"},
    )


class CallField(forms.ModelChoiceField):
    """Calls with when they are open."""

    def label_from_instance(self, obj: Any) -> str:
        until = f"closes {say_deadline(obj.closes_at)}" if obj.closes_at else "no closing date"
        return f"{obj} ({obj.get_kind_display().lower()}, {until})"


class InviteForm(AnswerForm):
    """To which call, and in what words."""

    call = CallField(
        Call.objects.none(),
        label="Call",
        empty_label="Choose a call",
        help_text="Published calls of the programme that have not closed. For a call by invitation, we send the "
        "organisation a code.",
        error_messages={
            "required": "Choose the call. If there is none, publish one first.",
            "invalid_choice": "This call has closed. Choose another call from the list.",
        },
    )
    field_order = ("call", "text")

    def offer(self, at: datetime) -> None:
        field = cast("CallField", self.fields["call"])
        field.queryset = expressions.calls_to_invite_to(self.thing, at)


class InviteButton(StepButton):
    """A button whose form offers what is open now."""

    def make_form(self, request: HttpRequest, thing: Any) -> forms.Form | None:
        form = super().make_form(request, thing)
        if isinstance(form, InviteForm):
            form.offer(request.arrived_at)  # type: ignore[attr-defined]  # set by the first middleware
        return form


class StrandFilter(admin.SimpleListFilter):
    """Those that say something about a strand."""

    title = "strand"
    parameter_name = "strand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        named = visible(Strand, request.user).filter(pk__in=ExpressedStrand.objects.values("strand"))
        return [(str(strand.pk), strand.title) for strand in named.order_by("title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        offered = {key for key, _ in self.lookup_choices}
        return queryset.filter(strands__strand=chosen) if chosen in offered else queryset


@admin.register(ExpressionOfInterest)
class ExpressionAdmin(StatusColumn, ReadingAdmin):
    """What organisations would like to do, the newest first."""

    menu_place = 2
    lifecycle = EXPRESSION
    page_template = "admin/applications/expressionofinterest/page.html"
    list_display = ("reference", "organisation_name", "status_name", "sent", "spoken", "answered")
    list_display_links = ("reference",)
    list_select_related = ("organisation", "programme")
    list_filter = (tasks_filter(INTEREST), "status", StrandFilter, ("programme", LatestFilter))
    search_fields = ("reference", "organisation__name", "about", "strands__text")
    search_help_text = "By reference, organisation or what was written"
    ordering = ("-sent_at", "pk")
    steps = {
        "note": StepButton(
            "Note a conversation",
            expressions.note,
            "applications.note_expressionofinterest",
            form=NoteForm,
            done="We have saved the conversation.",
        ),
        "invite": InviteButton(
            "Invite to apply",
            expressions.invite,
            "applications.invite_expressionofinterest",
            form=InviteForm,
            done="We are emailing the invitation.",
        ),
        "propose_other_work": StepButton(
            "Propose other joint work",
            expressions.propose_other_work,
            "applications.propose_other_work_expressionofinterest",
            form=AnswerForm,
            done="We are emailing the answer.",
        ),
        "put_off": StepButton(
            "Answer “not now”",
            expressions.put_off,
            "applications.put_off_expressionofinterest",
            form=AnswerForm,
            done="We are emailing the answer.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("organisation", "programme", "call", "sent_by")
        if self.is_list(request):
            return rows.annotate(last_spoken_on=Max("conversations__spoken_on"))
        return rows.select_related("organisation", "programme", "call", "sent_by", "answered_by")

    @admin.display(description="organisation", ordering="organisation__name")
    def organisation_name(self, expression: ExpressionOfInterest) -> str:
        return expression.organisation.name

    @admin.display(description="sent", ordering="sent_at")
    def sent(self, expression: ExpressionOfInterest) -> str:
        return say_day(expression.sent_at)

    @admin.display(description="last spoken", ordering="last_spoken_on")
    def spoken(self, expression: Any) -> str:
        on = expression.last_spoken_on
        return say_day(on) if on else "–"

    @admin.display(description="answered", ordering="answered_at")
    def answered(self, expression: ExpressionOfInterest) -> str:
        at = expression.answered_at
        return say_day(at) if at else "–"

    def page(self, request: HttpRequest, obj: ExpressionOfInterest) -> dict[str, Any]:
        return {
            "expression": obj,
            "strands": obj.strands.select_related("strand"),
            "conversations": obj.conversations.select_related("noted_by"),
            "application": visible(Application, request.user).filter(expression=obj).first(),
            "has_begun": Application.objects.filter(expression=obj).exists(),
            "others": ExpressionOfInterest.objects.filter(organisation=obj.organisation).exclude(pk=obj.pk),
            "entries": trail.history_for(request.user, obj),
        }
