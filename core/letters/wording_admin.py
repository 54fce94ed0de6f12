"""Texts in the office's words: the list of all emails, pages and parts of the agreement; a page for each, a preview."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.exceptions import TemplateDoesNotExist
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin, around
from core.admin.words import name_missing
from core.dates import say_day
from core.form_fields import ProseField
from core.forms import ActionForm, run_action
from core.letters import actions, formatting, page_texts, wordings
from core.letters.kinds import Kind, by_stage, kind_of, pages_by_group
from core.letters.kinds import page_texts as declared_texts
from core.letters.models import Letter, LetterWording
from core.letters.standard import Standard, catalogue, described, is_worded, standard
from core.visibility import visible

CASES = 20
FROM_NOW_ON = defaultdict(
    lambda: "Emails from now on have",
    pages="The page now has",
    agreement="Agreements that are prepared from now on have",
)


@dataclass(frozen=True)
class Line:
    """One text in the list: its standard subject or where it is read, and the version that counts (None: standard)."""

    kind: Kind
    subject: str
    url: str
    wording: LetterWording | None
    is_broken: bool = False

    def is_found(self, words: list[str]) -> bool:
        """Whether each of the words stands in its name, its stage, its standard subject or its own."""
        own = self.wording.subject if self.wording else ""
        text = f"{self.kind.name} {self.kind.stage} {self.subject} {own}".casefold()
        return all(word in text for word in words)


class WordingForm(ActionForm):
    """An email's subject and text, or the text of a page; `number` is the version that it was made from."""

    subject = forms.CharField(max_length=250, widget=forms.TextInput(attrs={"size": 40}))
    body = ProseField(label="Text", widget=forms.Textarea(attrs={"rows": 24, "cols": 40}))
    case = forms.ChoiceField(label="Preview with", required=False)
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cases: list[tuple[str, str]], is_page: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_page:
            del self.fields["subject"], self.fields["case"]
            return
        self.fields["case"].choices = [("", "An invented case"), *cases]  # type: ignore[attr-defined]


def programmes_of(request: HttpRequest) -> list[Model]:
    """The programmes whose emails this person words, by their names."""
    found = apps.get_model(settings.PROGRAMME_MODEL)._default_manager.order_by("name")
    return [programme for programme in found if request.user.has_perm("letters.word_letter", programme)]


@admin.register(LetterWording)
class LetterWordingAdmin(ReadingAdmin):
    """Every text of a programme, with a mark for those in the office's words; one version's page is for reading."""

    menu_place = 21
    page_template = "admin/email_texts/version.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.text_view)
        own = path("emails/<int:programme_id>/<str:template>/", view, name="letters_wording")
        return [own, *super().get_urls()]

    def page(self, request: HttpRequest, obj: LetterWording) -> dict[str, Any]:
        return {"wording": obj, "url": reverse("admin:letters_wording", args=[obj.programme_id, obj.template])}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        programmes = programmes_of(request)
        first = programmes[0] if programmes else None
        chosen = next((one for one in programmes if str(one.pk) == request.GET.get("programme")), first)
        query = request.GET.get("q", "")[:100].strip()
        context = {
            **around(request),
            "title": "Texts",
            "opts": self.opts,
            "programme": chosen,
            "programmes": programmes,
            "groups": groups_of(chosen.pk, query) if chosen else [],
            "query": query,
            "closed": [
                (reason, [kind_of(name) for name in catalogue()[app]]) for app, reason in described()["closed"].items()
            ],
        }
        return TemplateResponse(request, "admin/email_texts/list.html", context)

    def text_view(self, request: HttpRequest, programme_id: int, template: str) -> HttpResponse:
        programme = next((one for one in programmes_of(request) if one.pk == programme_id), None)
        if programme is None or not is_worded(template):
            raise Http404
        try:
            return TextPage(self, request, programme, standard(template)).answer()
        except TemplateDoesNotExist:
            raise Http404 from None


def groups_of(programme_id: int, query: str = "") -> list[tuple[str, list[Line]]]:
    """The texts that the programme words, those with the words of `query`: pages, agreement, then emails by stage."""
    rows = LetterWording.objects.filter(programme=programme_id).select_related("written_by").order_by("number")
    newest = {row.template: row for row in rows}
    worded = {name for names in catalogue().values() for name in names if is_worded(name)}
    words = query.casefold().split()
    groups = (
        (stage, [line for kind in found if (line := _line(programme_id, kind, newest)).is_found(words)])
        for stage, found in [*pages_by_group(), *by_stage(worded)]
    )
    return [(stage, lines) for stage, lines in groups if lines]


def _line(programme_id: int, kind: Kind, newest: dict[str, LetterWording]) -> Line:
    base, wording = standard(kind.template), newest.get(kind.template)
    own = None if wording is None or wording.is_standard else wording
    url = reverse("admin:letters_wording", args=[programme_id, kind.template])
    subject = declared_texts()["texts"][kind.template]["where"] if base.is_page else base.subject
    return Line(kind, subject, url, own, own is not None and bool(wordings.faults(base, own)))


class TextPage:
    """The page of one email of one programme."""

    def __init__(self, listing: LetterWordingAdmin, request: HttpRequest, programme: Model, base: Standard) -> None:
        self.listing, self.request, self.programme, self.base = listing, request, programme, base
        self.worded = cast("page_texts.WordedProgramme", programme)
        own = LetterWording.objects.filter(programme=programme.pk, template=base.template)
        self.versions = list(own.select_related("written_by").order_by("-number"))
        self.newest = self.versions[0] if self.versions else None
        self.current = None if self.newest is None or self.newest.is_standard else self.newest
        self.number = self.newest.number if self.newest else 0
        self.letters = self.sent_letters()

    def sent_letters(self) -> dict[str, Letter]:
        """The latest emails of this kind whose case this person may read, at most CASES, for the preview."""
        rows = Letter.objects.filter(template=self.base.template, programme=self.programme.pk, erased_at__isnull=True)
        rows = visible(rows.exclude(fields={}), self.request.user).order_by("-posted_at", "-pk")[:CASES]
        return {str(letter.pk): letter for letter in rows}

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(self.form(initial=self.start()))
        if "standard" in self.request.POST:
            return self.restore()
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.show(form)
        words = {"subject": form.cleaned_data.get("subject", ""), "body": form.cleaned_data["body"]}
        if "preview" in self.request.POST:
            run_action(form, wordings.check_text, self.base, **words)
            return self.show(form, previews=not form.errors)
        facts = {**words, "number": form.cleaned_data["number"], **by_and_at(self.request)}
        if run_action(form, actions.change_wording, self.programme, self.base.template, **facts):
            number = form.result.number
            return self.done(f"You have saved version {number}. {FROM_NOW_ON[self.base.app]} this text.")
        return self.show(form)

    def restore(self) -> HttpResponse:
        form = ActionForm({})
        number = int(self.request.POST.get("number") or 0) if self.request.POST.get("number", "").isdigit() else 0
        facts = {"number": number, **by_and_at(self.request)}
        if run_action(form, actions.restore_standard, self.programme, self.base.template, **facts):
            return self.done(f"{FROM_NOW_ON[self.base.app]} the standard text. Your versions are still listed below.")
        self.listing.message_user(self.request, form.refusal.sentence if form.refusal else "", messages.ERROR)
        return redirect(self.request.path)

    def done(self, sentence: str) -> HttpResponse:
        self.listing.message_user(self.request, sentence, messages.SUCCESS)
        return redirect(self.request.path)

    def form(self, data: Any = None, **options: Any) -> WordingForm:
        cases = [
            (key, f"{letter.subject[:60]}: to {letter.to_email}, {say_day(letter.posted_at)}")
            for key, letter in self.letters.items()
        ]
        return WordingForm(data, cases=cases, is_page=self.base.is_page, label_suffix="", **options)

    def start(self) -> dict[str, Any]:
        """What the form begins with: the version asked for, else the one that counts, else the standard text."""
        asked = self.request.GET.get("from", "")
        chosen = next((one for one in self.versions if str(one.number) == asked and not one.is_standard), self.current)
        source: Any = self.base if chosen is None or asked == "standard" else chosen
        before = (
            "" if self.versions or asked == "standard" else page_texts.before_versions(self.worded, self.base.template)
        )
        case = next(iter(self.letters), "")
        return {"subject": source.subject, "body": before or source.body, "number": self.number, "case": case}

    def show(self, form: WordingForm, *, previews: bool = False) -> HttpResponse:
        name_missing(form)
        if form.refusal is not None and form.is_bound:  # what another saved meanwhile is shown: save again over it
            form.data = {**form.data.dict(), "number": str(self.number)}  # type: ignore[attr-defined]
        context = {
            **around(self.request),
            "title": kind_of(self.base.template),
            "opts": self.listing.opts,
            "programme": self.programme,
            "standard": self.base,
            "where": declared_texts()["texts"][self.base.template]["where"] if self.base.is_page else "",
            "fields": list(self.base.fields.values()),
            "required": wordings.required(self.base),
            "versions": self.versions,
            "current": self.current,
            "faults": wordings.faults(self.base, self.current) if self.current else [],
            "form": form,
            "preview": self.preview(form) if previews else None,
        }
        return TemplateResponse(self.request, "admin/email_texts/text.html", context)

    def preview(self, form: WordingForm) -> dict[str, Any]:
        if self.base.is_page:
            return {"html": page_texts.preview(self.worded, self.base, form.cleaned_data["body"])}
        letter = self.letters.get(form.cleaned_data["case"])
        values = self.base.examples() | (letter.fields if letter else {})
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
        markdown = wordings.fill_markdown(body, values)
        return {
            "words": wordings.fill(subject, body, values),
            "html": formatting.as_markdown(markdown, settings.SITE_URL),
            "letter": letter,
            "hides": letter is not None and letter.is_secret,
        }
