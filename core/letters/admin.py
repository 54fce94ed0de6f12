"""The outbox in the admin: read only, but a letter that was given up can be sent again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import StepButton, StepForm, StepsAdmin, tasks_filter
from core.admin.history import by_and_at
from core.letters.actions import send_again, send_elsewhere
from core.letters.kinds import kind_of
from core.letters.lifecycle import LIFECYCLE
from core.letters.mailing_admin import MailingAdmin
from core.letters.models import Letter, Status
from core.letters.wording_admin import LetterWordingAdmin
from core.letters.work_queue import GIVEN_UP
from core.lifecycle import Refused
from core.visibility import visible

__all__ = ["LetterAdmin", "LetterWordingAdmin", "MailingAdmin"]


class KindFilter(admin.SimpleListFilter):
    """Emails of one kind; only kinds that the reader has."""

    title = "kind"
    parameter_name = "template"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        templates = visible(Letter, request.user).order_by("template").values_list("template", flat=True).distinct()
        return sorted(((template, kind_of(template)) for template in templates), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        return queryset.filter(template=self.value()) if self.value() else queryset


class AddressForm(StepForm):
    """Where an email goes that did not arrive."""

    email = forms.EmailField(label="The right address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = f"It did not arrive at {self.thing.to_email}. Only this email goes to the new address."
        self.fields["email"].help_text = help_text


def is_given_up(letter: Letter) -> bool:
    return letter.status == Status.DEAD


@admin.register(Letter)
class LetterAdmin(StepsAdmin):
    """Every letter, what it said, and how it fared."""

    menu_place = 19
    lifecycle = LIFECYCLE
    steps = {
        "send_again": StepButton(
            "Send again",
            send_again,
            "letters.send_again_letter",
            done="We will send the email again.",
        ),
        "send-elsewhere": StepButton(
            "Send to another address",
            send_elsewhere,
            "letters.send_again_letter",
            form=AddressForm,
            when=is_given_up,
            done="We will send the email to the new address.",
        ),
    }
    list_display = ("subject", "to_email", "status", "posted_at")
    list_filter = (tasks_filter(GIVEN_UP), "status", KindFilter, "posted_at")
    search_fields = ("to_email", "subject", "key")
    date_hierarchy = "posted_at"
    actions = ("send_chosen_again",)
    fields = (
        "to_email",
        "subject",
        "text",
        "status",
        "daily",
        "notices",
        "problem",
        "attempts",
        "posted_at",
        "next_try_at",
        "sent_at",
        "delivered_at",
        "programme",
        "kind",
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

    @admin.display(description="kind")
    def kind(self, letter: Letter) -> str:
        return kind_of(letter.template)

    @admin.display(description="notices in it")
    def notices(self, letter: Letter) -> str:
        """The kinds of those in a daily email: what they say is on their own pages, for who may read it."""
        parts = letter.parts.order_by("posted_at", "pk").values_list("template", flat=True)
        return "\n".join(kind_of(template) for template in parts) or "–"

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
