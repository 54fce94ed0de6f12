"""Emails to many in the admin: choose people and write once, see who gets what and who does not, then send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from core.admin import StepButton, StepForm
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin, around
from core.admin.words import name_missing
from core.audit import trail
from core.form_fields import ProseField
from core.forms import ActionForm, run_action
from core.letters import formatting, mailings
from core.letters.actions import to_many as mailing_actions
from core.letters.models import Letter, Mailing
from core.letters.wording_admin import programmes_of
from core.permissions import may_ever
from core.visibility import visible

PREVIEWS = 200


class ChoosingForm(ActionForm):
    """Who gets an email, and what it says."""

    statuses = forms.MultipleChoiceField(label="Whose case is now", widget=forms.CheckboxSelectMultiple)
    parts = forms.MultipleChoiceField(label="Write to", widget=forms.CheckboxSelectMultiple)
    calls = forms.MultipleChoiceField(
        label="Only of these calls",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Choose none for all calls.",
    )
    subject = forms.CharField(max_length=250, widget=forms.TextInput(attrs={"size": 40}))
    body = ProseField(label="Text", widget=forms.Textarea(attrs={"rows": 16, "cols": 40}))

    def __init__(self, *args: Any, programme: Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        found = mailings.choices(programme)
        for name in ("statuses", "parts", "calls"):
            self.fields[name].choices = getattr(found, name)  # type: ignore[attr-defined]
        if not found.calls:
            del self.fields["calls"]
        self.fields["body"].help_text = "Fields: " + ", ".join(
            f"{{{name}}} ({description.lower()})" for name, (description, _example) in mailings.FIELDS.items()
        )


class SendForm(StepForm):
    """Sends to as many people as the page showed."""

    count = forms.IntegerField(widget=forms.HiddenInput)
    panel = "admin/emails_to_many/_send.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = [one for one in mailings.recipients(self.thing, self.by) if not one.left_out]
        self.fields["count"].initial = len(self.chosen)

    def panel_context(self) -> dict[str, Any]:
        return {"number": len(self.chosen), "mailing": self.thing}


def is_draft(mailing: Mailing) -> bool:
    return mailing.is_draft


@admin.register(Mailing)
class MailingAdmin(ReadingAdmin):
    """Emails to many of one's programmes, drafts and sent ones."""

    menu_place = 22
    page_template = "admin/emails_to_many/page.html"
    list_display = ("subject", "programme", "written_by", "written_at", "sent_at", "count")
    list_filter = ("sent_at",)
    search_fields = ("subject",)
    list_select_related = ("programme", "written_by")
    steps = {
        "send": StepButton(
            "Send",
            mailing_actions.send_mailing,
            "letters.write_to_many",
            form=SendForm,
            when=is_draft,
            done="We are sending the emails. Each is listed under Emails, and in the history of its case.",
        ),
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_ever(request.user, "letters.write_to_many")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        programmes = programmes_of(request)
        if not (programmes and self.has_add_permission(request)):
            raise PermissionDenied
        asked = request.POST.get("programme") or request.GET.get("programme")
        programme = next((one for one in programmes if str(one.pk) == asked), programmes[0])
        form = ChoosingForm(request.POST if request.method == "POST" else None, programme=programme)
        if form.is_bound and form.is_valid():
            facts = {"calls": [], **form.cleaned_data, **by_and_at(request)}
            if run_action(form, mailing_actions.write_mailing, programme, **facts):
                self.message_user(request, "Nothing is sent yet. Look who gets it and what it says.", messages.SUCCESS)
                return redirect("admin:letters_mailing_change", form.result.pk)
        return self.form_page(request, form, programme, title="Write to many", programmes=programmes)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "POST" and "change" not in request.GET:
            return super().change_view(request, object_id, form_url, extra_context)
        mailing: Mailing = self.find(request, object_id)
        if not (mailing.is_draft and request.user.has_perm("letters.write_to_many", mailing)):
            raise Http404
        names = ("statuses", "parts", "calls", "subject", "body")
        start = {name: getattr(mailing, name) for name in names}
        data = request.POST if request.method == "POST" else None
        form = ChoosingForm(data, programme=mailing.programme, initial=start)
        if form.is_bound and form.is_valid():
            facts = {"calls": [], **form.cleaned_data, **by_and_at(request)}
            if run_action(form, mailing_actions.change_mailing, mailing, **facts):
                return redirect("admin:letters_mailing_change", mailing.pk)
        return self.form_page(request, form, mailing.programme, title=str(mailing), programmes=[])

    def form_page(
        self, request: HttpRequest, form: ChoosingForm, programme: Model, *, title: str, programmes: list[Model]
    ) -> HttpResponse:
        name_missing(form)
        context = {**around(request), "title": title, "opts": self.opts, "form": form, "programme": programme}
        return TemplateResponse(request, "admin/emails_to_many/form.html", {**context, "programmes": programmes})

    def page(self, request: HttpRequest, obj: Mailing) -> dict[str, Any]:
        everyone = mailings.recipients(obj, by_and_at(request)["by"]) if obj.is_draft else []
        chosen = [one for one in everyone if not one.left_out]
        asked = request.GET.get("of", "")
        shown = chosen[int(asked)] if asked.isdigit() and int(asked) < len(chosen) else next(iter(chosen), None)
        reads_history = self.may_read_history(request, obj)
        return {
            "mailing": obj,
            "chosen": chosen[:PREVIEWS],
            "number": len(chosen),
            "letters": self.letters(request, obj),
            "left_out": [one for one in everyone if one.left_out],
            "preview": self.preview(obj, shown) if shown else None,
            "entries": trail.history(obj) if reads_history else [],
        }

    def letters(self, request: HttpRequest, mailing: Mailing) -> QuerySet[Letter]:
        """The emails that it became, as far as the person may read their cases."""
        own = Letter.objects.filter(template=mailings.TEMPLATE, key__startswith=f"mailing:{mailing.pk}:")
        return visible(own, request.user).order_by("pk")[:PREVIEWS]

    def preview(self, mailing: Mailing, one: mailings.Recipient) -> dict[str, Any]:
        said = mailings.worded(mailing, one)
        html = formatting.as_markdown(said.formatted, settings.SITE_URL)
        return {"to": one, "subject": said.words.subject, "html": html}
