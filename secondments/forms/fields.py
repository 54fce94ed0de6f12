"""Fields that the forms share, and a form that is only a button."""

from typing import Any

from django import forms

from core.accounts.forms import helper


class DayField(forms.DateField):
    """A day, in one control; also reads 13/03/2019 and 13 March 2019."""

    def __init__(self, **options: Any) -> None:
        label = str(options.get("label", "the day"))
        noun = label[:1].lower() + label[1:]
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"])
        invalid = f"Enter {noun} as a date, like 13/03/2019"
        options["error_messages"] = {"invalid": invalid, **options.get("error_messages", {})}
        super().__init__(**options)


class ButtonForm(forms.Form):
    """A form without fields: pressing the button is the answer."""

    def __init__(self, *args: Any, button: str, warning: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(button, warning=warning)
