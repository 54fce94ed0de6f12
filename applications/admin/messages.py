"""Messages to applicants: the office's list, the page of one, and the steps that send one and settle its answer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from applications.actions import messages
from applications.admin.columns import ApplicationColumns
from applications.letters.recipients import leads
from applications.models import Application, CaseMessage
from applications.models.message import LONGEST_SUBJECT
from applications.work_queue.messages import ANSWERED
from core.accounts.models import User
from core.admin import LatestFilter, StepButton, StepForm, tasks_filter
from core.admin.readonly import ReadingAdmin
from core.dates import say_moment
from core.form_fields import ProseField
from core.visibility import visible

MOST = 5000  # characters


class SendForm(StepForm):
    """Whom the office writes to, and what."""

    to = forms.MultipleChoiceField(
        label="To",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each gets an email of their own, reads only that one, and answers it on a page of this service.",
        error_messages={"required": "Choose whom you write to."},
    )
    subject = forms.CharField(
        label="Subject", max_length=LONGEST_SUBJECT, error_messages={"required": "Enter a subject."}
    )
    text = ProseField(
        label="Message",
        most=MOST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="It stays on the case with the answer.",
        error_messages={"required": "Enter your message."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = recipients(self.thing)  # type: ignore[attr-defined]


def recipients(application: Application) -> list[tuple[str, str]]:
    """Whom a message can go to, in words."""
    found = []
    if names := ", ".join(str(person) for person in leads(application.organisation_id).order_by("name")):
        found.append((str(CaseMessage.Party.ORGANISATION), f"{application.organisation}: {names}"))
    if (candidate := messages.secondee_to_write_to(application)) is not None:
        found.append((str(CaseMessage.Party.SECONDEE), f"{candidate.name}, the proposed secondee"))
    return found


SEND = StepButton(
    "Write to the applicant",
    messages.send,
    "applications.add_casemessage",
    form=SendForm,
    precheck=messages.refuse_ended,
    done="We are emailing your message. The answer will be among your tasks.",
)


@admin.register(CaseMessage)
class CaseMessageAdmin(ApplicationColumns, ReadingAdmin):
    """Messages, the newest first."""

    list_permission = "applications.view_casemessages"
    page_template = "admin/applications/casemessage/page.html"
    list_display = ("reference", "organisation", "subject", "party", "sent", "state_name")
    list_display_links = ("reference",)
    list_select_related = ("application__organisation",)
    list_filter = (tasks_filter(ANSWERED), "party", ("application__call", LatestFilter), "sent_at")
    search_fields = ("subject", "text", "answer", "application__reference", "application__organisation__name")
    search_help_text = "Words of messages and answers, or a reference or organisation"
    ordering = ("-sent_at", "-pk")
    steps = {
        "settle": StepButton(
            "Mark as dealt with",
            messages.settle,
            "applications.settle_casemessage",
            precheck=messages.refuse_settling,
            done="The answer is no longer among the tasks of the office.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseMessage]:
        rows = super().get_queryset(request)
        return rows.select_related("application__organisation", "application__call", "candidate", "sent_by")

    @admin.display(description="sent", ordering="sent_at")
    def sent(self, message: CaseMessage) -> str:
        return say_moment(message.sent_at)

    @admin.display(description="status")
    def state_name(self, message: CaseMessage) -> str:
        return message.state

    def page(self, request: HttpRequest, obj: CaseMessage) -> dict[str, Any]:
        sees_application = request.user.has_perm("applications.view_application", obj.application)
        return {"message": obj, "sees_application": sees_application}


def context(application: Application, user: User) -> dict[str, Any]:
    """The messages of a case that the office may read, and whether it may write one."""
    if not user.has_perm("applications.view_office_file", application):
        return {}
    rows = visible(CaseMessage, user).filter(application=application)
    return {
        "case_messages": list(rows.select_related("sent_by", "answered_by", "dealt_with_by", "candidate")),
        "writes_messages": user.has_perm("applications.add_casemessage", application),
    }
