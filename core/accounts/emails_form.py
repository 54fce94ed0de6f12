"""The form on which people choose which notices they have, and how often."""

from __future__ import annotations

from typing import Any

from django import forms

from core.accounts.forms import helper
from core.forms import ActionForm
from core.letters.kinds import Topic
from core.letters.models import Way


class EmailsForm(ActionForm):
    """One question for each topic."""

    helper = helper("Save")

    def __init__(self, *args: Any, topics: list[Topic], ways: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in topics:
            self.fields[topic.key] = forms.ChoiceField(
                label=topic.name,
                help_text=topic.hint,
                choices=Way.choices,
                widget=forms.RadioSelect,
                initial=ways[topic.key],
                error_messages={"required": f"Choose how you want this: {topic.name.lower()}"},
            )
