"""Buttons and forms by which names are hidden and opened, and redacted copies uploaded and checked."""

from typing import Any

from django import forms
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest

from applications.actions import names, redacted_copies
from applications.models import Call, Document
from applications.models.document import OF_APPLICANTS
from applications.rules.names import hides_names, is_own_name_hidden
from applications.visibility.names import without_names
from core.accounts.requests import signed_in
from core.admin import StepButton, StepForm
from core.files.types import MAX_BYTES


def searched_without_names(fields: Any, request: HttpRequest) -> tuple[str, ...]:
    """The fields of a search, without the proposed secondee for who reads any application without names."""
    if not request.GET.get(SEARCH_VAR) or not without_names(signed_in(request)).exists():
        return tuple(fields)
    return tuple(field for field in fields if "candidates__" not in field)


OPEN_TO_ASSESSOR = StepButton(
    "Open the name",
    names.open_to_assessor,
    "applications.open_name_assessment",
    confirm="You then see who is proposed and score the criteria about the person. Your scores and reasons on the "
    "other criteria stand: you cannot change them after this.",
    when=is_own_name_hidden,
    precheck=names.refuse_opening,
    done="You can now see who is proposed.",
)


class UploadForm(StepForm):
    """A PDF without name and contact details."""

    kind = forms.ChoiceField(
        label="What it is a copy of",
        choices=[(kind.value, kind.label) for kind in OF_APPLICANTS],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is a copy of."},
    )
    file = forms.FileField(
        label="Redacted copy",
        allow_empty_file=True,
        help_text=f"A PDF of at most {MAX_BYTES // 1024**2} MB, without name, photograph, address, email address and "
        "phone number. Delete them: a black box over a text leaves it in the file.",
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        error_messages={"required": "Choose the redacted copy, a PDF."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = set(redacted_copies.originals(self.thing).values_list("kind", flat=True))
        field: Any = self.fields["kind"]
        field.choices = [choice for choice in field.choices if choice[0] in kinds]


class CheckForm(StepForm):
    """Which copy somebody has looked through, and what of it is no name."""

    panel = "admin/applications/application/_copies_to_check.html"
    document: Any = forms.ModelChoiceField(
        Document.objects.none(),
        label="Which copy you have checked",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the copy that you have checked."},
    )
    is_clean = forms.BooleanField(
        label="What we found in the text is neither the name nor a contact detail",
        required=False,
        help_text="Only if we found something.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["document"]
        field.queryset = redacted_copies.to_check(self.thing)
        field.label_from_instance = lambda row: row.get_kind_display()

    def panel_context(self) -> dict[str, Any]:
        copies = redacted_copies.to_check(self.thing)
        return {
            "application": self.thing,
            "copies": [(one, redacted_copies.leftovers(one), one.pages.exists()) for one in copies],
        }


STEPS = {
    "redact": StepButton(
        "Upload a redacted copy",
        redacted_copies.upload,
        "applications.redact_application",
        form=UploadForm,
        when=hides_names,
        precheck=redacted_copies.refuse_without_original,
        done="We are making its pages. Then check the copy: assessors cannot read it before.",
    ),
    "check-copy": StepButton(
        "Check a redacted copy",
        redacted_copies.confirm,
        "applications.redact_application",
        form=CheckForm,
        when=hides_names,
        precheck=redacted_copies.refuse_without_copy,
        done="Assessors can now read this copy.",
    ),
    "open-names": StepButton(
        "Open the name to all assessors",
        names.open_to_all,
        "applications.open_name_application",
        confirm="All assessors have scored the other criteria. They then see who is proposed, and their scores on "
        "these criteria stand.",
        when=hides_names,
        precheck=names.refuse_opening_to_all,
        done="The assessors can now see who is proposed.",
    ),
}

OF_CALL = {
    "hide-names": StepButton(
        "Hide names from assessors",
        names.hide,
        "applications.hide_names_call",
        confirm="Assessors do not see who is proposed, nor their contact details, until they have scored the criteria "
        "that are not about the person. They read CVs only as redacted copies that you upload and check. You "
        "can change this until the first assessor is asked.",
        when=lambda call: not call.hides_names,
        precheck=names.refuse_once_assessed,
        done="Names are hidden from the assessors of this call.",
    ),
    "show-names": StepButton(
        "Show names to assessors",
        names.show,
        "applications.hide_names_call",
        confirm="Assessors see who is proposed from the beginning.",
        when=lambda call: call.hides_names,
        precheck=names.refuse_once_assessed,
        done="Assessors of this call see names.",
    ),
}


def says_of_names(call: Call) -> str:
    if not call.hides_names:
        return "Assessors see who is proposed."
    about = [f"({one.letter})" for one in call.criteria.all() if one.concerns_person]
    last = f" They score {' and '.join(about)} last, with the name." if about else ""
    return f"Names are hidden from assessors until they have scored the other criteria.{last}"
