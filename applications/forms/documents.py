"""The form of the sixth section: two files, each of which may be replaced."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile

from applications.models.document import OF_APPLICANTS
from core.files.types import MAX_BYTES
from core.forms import ActionForm

LIMIT = f"PDF or Word document (.docx), at most {MAX_BYTES // 1024**2} MB."


def paper(label: str, hint: str, nothing: str = "") -> forms.FileField:
    """One file of any name, and perhaps empty: the action refuses, in its own words."""
    return forms.FileField(
        label=label,
        help_text=hint,
        required=bool(nothing),
        allow_empty_file=True,
        error_messages={"required": nothing},
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )


def layout(done: str) -> FormHelper:
    """The form as static/cii/upload.js knows it: each file is sent as soon as it is chosen; then on to `done`."""
    found = FormHelper()
    found.form_id = "upload-form"
    found.attrs = {"data-upload": "", "data-upload-most": MAX_BYTES, "data-upload-done": done}
    found.add_input(Submit("save", "Upload"))
    return found


class OwnCvForm(forms.Form):
    """The proposed secondee's CV, sent by themselves."""

    cv = paper("Your CV", LIMIT, nothing="Choose your CV: a PDF or a Word document (.docx)")

    def __init__(self, *given: Any, done: str) -> None:
        super().__init__(*given)
        self.helper = layout(done)


class DocumentsForm(ActionForm):
    """The CV and the supporting statement; one at a time or both."""

    cv = paper("CV of the proposed secondee", LIMIT)
    statement = paper("Supporting statement", f"From a senior member of your staff. {LIMIT}")

    def __init__(self, *given: Any, done: str) -> None:
        super().__init__(*given)
        self.helper = layout(done)

    def uploads(self) -> dict[str, UploadedFile]:
        return {kind: self.cleaned_data[kind] for kind in OF_APPLICANTS if self.cleaned_data.get(kind)}

    def clean(self) -> dict[str, object]:
        chosen = any(self.cleaned_data.get(kind) is not None for kind in OF_APPLICANTS)
        if not chosen and not self.errors:
            self.add_error("cv", "Choose the CV, the supporting statement, or both.")
        return self.cleaned_data
