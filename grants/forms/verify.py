"""The file of an agreement that somebody wants to check."""

from typing import Any

from django import forms

from grants.forms.offer import helper

MOST_BYTES = 20 * 1024 * 1024


class VerifyForm(forms.Form):
    file = forms.FileField(
        label="The PDF of the agreement",
        help_text="We compare it with what was signed, and do not keep it.",
        error_messages={"required": "Choose the file of the agreement", "empty": "The file is empty. Choose another"},
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )
    helper = helper("Check the file")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 20 MB, so it is no agreement of ours. Choose another.")
        return file
