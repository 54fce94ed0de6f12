"""The outbox in the admin: read only, but a letter that was given up can be sent again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import StepButton, StepsAdmin
from core.admin.history import by_and_at
from core.letters.actions import send_again
from core.letters.lifecycle import LIFECYCLE
from core.letters.models import Letter
from core.lifecycle import Refused


@admin.register(Letter)
class LetterAdmin(StepsAdmin):
    """Every letter, what it said, and how it fared."""

    lifecycle = LIFECYCLE
    steps = {
        "send_again": StepButton(
            "Send again",
            send_again,
            "letters.send_again_letter",
            done="We will send the email again.",
        ),
    }
    list_display = ("subject", "to_email", "status", "posted_at")
    list_filter = ("status", "template", "posted_at")
    search_fields = ("to_email", "subject", "key")
    date_hierarchy = "posted_at"
    actions = ("send_chosen_again",)
    fields = (
        "to_email",
        "subject",
        "text",
        "status",
        "problem",
        "attempts",
        "posted_at",
        "next_try_at",
        "sent_at",
        "programme",
        "template",
        "key",
        "message_id",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was said is not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A letter that is gone could be written twice."""
        return False

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "send_again")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return self.fields

    @admin.display(description="What it says")
    def text(self, letter: Letter) -> str:
        """Show the body, unless it carries a secret."""
        return "(This email has a code or a personal link, so we do not show it.)" if letter.is_secret else letter.body

    @admin.action(description="Send again", permissions=["send_again"])
    def send_chosen_again(self, request: HttpRequest, chosen: QuerySet[Letter]) -> None:
        again = 0
        for letter in chosen:
            try:
                send_again(letter, **by_and_at(request))
            except Refused as refusal:
                self.message_user(request, refusal.sentence, messages.WARNING)
            else:
                again += 1
        if again:
            sentence = "We will send 1 email again." if again == 1 else f"We will send {again} emails again."
            self.message_user(request, sentence, messages.SUCCESS)
