"""Forms of posts that are drafted and commented on."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.models import Post
from applications.models.role_draft import POST_FIELDS
from core.accounts.forms import helper
from core.accounts.models import Organisation
from core.form_fields import ProseField

LINES = {"purpose": 6, "accountabilities": 8, "person_specification": 8, "competencies": 5}
HINTS = {
    "grade": "As the host names it, like Grade 8.",
    "purpose": "Why the post exists, in a few sentences.",
    "accountabilities": "What the secondee is responsible for. Put each on its own line.",
    "person_specification": "What the secondee knows and can do. Put each on its own line.",
    "competencies": "How the secondee works with others. Put each on its own line.",
}
MISSING = {
    "job_title": "Enter the job title.",
    "grade": "Enter the grade.",
    "purpose": "Enter the purpose of the post.",
    "accountabilities": "Enter what the secondee is responsible for.",
    "person_specification": "Enter what the secondee must know and be able to do.",
}


class PostDraftForm(forms.Form):
    """The words of a post; with `post`, those it has now, and the number of the version that is read."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = helper("Save this version")

    def __init__(self, data: Any = None, *, post: Post | None = None, seen: int | None = None) -> None:
        super().__init__(data, initial={"seen": seen})
        for name in POST_FIELDS:
            field = Post._meta.get_field(name)
            self.fields[name] = _field(name, field, getattr(post, name) if post else "")
        if post is None:
            del self.fields["seen"]
            return
        self.fields["note"] = forms.CharField(
            label="What you changed (optional)",
            required=False,
            max_length=300,
            help_text="Everyone who reads this page sees it beside the version.",
        )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        words = {name: typed.pop(name) for name in POST_FIELDS if name in typed}
        return {**typed, "words": words}


def _field(name: str, column: Any, now: str) -> forms.Field:
    label = str(column.verbose_name).capitalize() + ("" if name in MISSING else " (optional)")
    facts: dict[str, Any] = {
        "label": label,
        "initial": now,
        "required": name in MISSING,
        "help_text": HINTS.get(name, ""),
        "error_messages": {"required": MISSING.get(name, "")},
    }
    if name in LINES:
        return ProseField(widget=forms.Textarea(attrs={"rows": LINES[name]}), **facts)
    return forms.CharField(max_length=column.max_length, **facts)


class CommentForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label="For which organisation", queryset=Organisation.objects.none(), empty_label=None
    )
    text = ProseField(
        label="Your comment",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The host and the grants office read it, with the name of your organisation.",
        error_messages={"required": "Enter your comment."},
    )
    helper = helper("Send the comment")

    def __init__(self, data: Any = None, *, organisations: list[Organisation]) -> None:
        super().__init__(data)
        choice: Any = self.fields["organisation"]
        choice.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        if len(organisations) == 1:
            choice.widget = forms.HiddenInput()
            choice.initial = organisations[0].pk


class CommentAnswerForm(forms.Form):
    answer = ProseField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter your answer."},
    )
    is_taken_up = forms.BooleanField(
        label="We take this up", required=False, help_text="Change the post first, so that they can read it."
    )
    helper = helper("Send the answer")
