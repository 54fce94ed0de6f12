"""Fields that the forms share, and a form that is only a button."""

from typing import Any

from django import forms

from core import form_fields
from core.accounts.forms import helper


class DayField(form_fields.DayField):
    """A day, called by its label where it cannot be read."""

    def __init__(self, **options: Any) -> None:
        label = str(options.get("label", "the day"))
        noun = label[:1].lower() + label[1:]
        invalid = f"Enter {noun} as a date, like 13/03/2019"
        options["error_messages"] = {"invalid": invalid, **options.get("error_messages", {})}
        super().__init__(**options)


class ButtonForm(forms.Form):
    """A form without fields: pressing the button is the answer."""

    def __init__(self, *args: Any, button: str, warning: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(button, warning=warning)
