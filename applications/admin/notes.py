"""Notes on cases: the office's list, the page of one, and the steps that write, edit and read them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from applications.actions import notes
from applications.admin.columns import ApplicationColumns
from applications.models import Application, CaseNote
from applications.rules.notes import colleagues
from core.accounts.models import User
from core.admin import LatestFilter, StepButton, StepForm
from core.admin.readonly import ReadingAdmin
from core.dates import say_moment
from core.form_fields import ProseField
from core.visibility import visible

MOST = 5000  # characters


class NoteForm(StepForm):
    """The note, and the colleagues whom it mentions besides those named in it."""

    text = ProseField(
        label="Note",
        most=MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The organisation and the proposed secondee do not see it here. If the proposed secondee asks for "
        "what we hold about them, someone reviews it first. To mention a colleague, write @ and their name.",
        error_messages={"required": notes.MISSING},
    )
    mentioned: Any = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Mention",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="We email them a link, and the note stays among their tasks until they have read it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].queryset = colleagues(self.case).exclude(pk=self.by.pk)  # type: ignore[attr-defined]
        self.fields["mentioned"].label_from_instance = lambda person: f"@{person}"  # type: ignore[attr-defined]

    @property
    def case(self) -> Application:
        found: Application = self.thing
        return found


class EditNoteForm(NoteForm):
    """The note as it is, to change."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = self.fields["seen"].initial = self.thing.text
        self.fields["mentioned"].initial = list(self.thing.mentions.values_list("person", flat=True))

    @property
    def case(self) -> Application:
        found: Application = self.thing.application
        return found

    def clean_seen(self) -> str:
        return str(self.cleaned_data["seen"]).replace("\r\n", "\n")


WRITE = StepButton(
    "Write a note", notes.write, "applications.add_casenote", form=NoteForm, done="You have written a note."
)


@admin.register(CaseNote)
class CaseNoteAdmin(ApplicationColumns, ReadingAdmin):
    """Notes, the newest first."""

    list_permission = "applications.view_casenotes"
    page_template = "admin/applications/casenote/page.html"
    list_display = ("reference", "organisation", "written_by", "written", "beginning")
    list_display_links = ("reference",)
    list_select_related = ("application__organisation", "written_by")
    list_filter = (("application__call", LatestFilter), "written_at")
    search_fields = ("text", "application__reference", "application__organisation__name", "written_by__name")
    search_help_text = "Words of notes, or a reference, organisation or author"
    ordering = ("-written_at", "-pk")
    steps = {
        "edit": StepButton(
            "Edit",
            notes.edit,
            "applications.change_casenote",
            form=EditNoteForm,
            precheck=notes.refuse_late,
            done="You have edited the note.",
        ),
        "read": StepButton(
            "Mark as read",
            notes.mark_read,
            "applications.read_casenote",
            done="The note is no longer among your tasks.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseNote]:
        return super().get_queryset(request).select_related("application__organisation", "application__call")

    def step_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        waits, context = (
            obj.mentions.filter(person=request.user.pk, read_at=None).exists(),
            super().step_context(request, obj),
        )
        buttons = [one for one in context["step_buttons"] if waits or one["name"] != "read"]
        return {**context, "step_buttons": buttons}

    @admin.display(description="written", ordering="written_at")
    def written(self, note: CaseNote) -> str:
        return say_moment(note.written_at)

    @admin.display(description="note")
    def beginning(self, note: CaseNote) -> str:
        return Truncator(note.text).words(12)

    def page(self, request: HttpRequest, obj: CaseNote) -> dict[str, Any]:
        sees_application = request.user.has_perm("applications.view_application", obj.application)
        return {"note": obj, "versions": obj.versions.all(), "sees_application": sees_application}


def context(application: Application, user: User) -> dict[str, Any]:
    """The notes on a case that the person may read, and whether they may write one."""
    rows = visible(CaseNote, user).filter(application=application).select_related("written_by")
    writes = user.has_perm("applications.add_casenote", application)
    found = list(rows.prefetch_related("mentions__person", "versions")) if writes else list(rows)
    return {"notes": found, "writes_notes": writes, "case": application}
