"""Data requests in the admin: recorded by the office, answered by the director or the officer named for it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from core.accounts.requests import signed_in
from core.admin import StepButton
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import london
from core.rights.actions import access, corrections, erasures, requests, restrictions
from core.rights.forms import (
    AnswerForm,
    CorrectForm,
    ExtendForm,
    IdentityForm,
    OfficerForm,
    PermitUseForm,
    ReasonForm,
    RecordForm,
    ReleaseForm,
    ReviewForm,
)
from core.rights.lifecycle import REQUEST, Kind, RequestStatus
from core.rights.models import Review, RightsRequest, Use
from core.rights.planning import plan
from core.rights.reviewing import all_items, waiting

PREPARE = "rights.prepare_request"


def answers(kind: Kind) -> Any:
    """Whether a request is of this kind and its answer can be prepared."""

    def is_ready(request: RightsRequest) -> bool:
        return request.kind == kind and request.status == RequestStatus.CHECKED

    return is_ready


def has_items_to_review(request: RightsRequest) -> bool:
    return answers(Kind.ACCESS)(request) and bool(waiting(request))


def has_nothing_to_review(request: RightsRequest) -> bool:
    return answers(Kind.ACCESS)(request) and not waiting(request)


def can_be_extended(request: RightsRequest) -> bool:
    return request.is_open and request.extended_at is None


@admin.register(RightsRequest)
class RightsRequestAdmin(ReadingAdmin):
    lifecycle = REQUEST
    page_template = "admin/rights/rightsrequest/page.html"
    form = RecordForm
    list_display = ("reference", "kind_name", "received_on", "due_on", "status", "officer")
    list_filter = ("status", "kind", "due_on")
    list_select_related = ("officer", "programme")
    search_fields = ("reference", "email")
    search_help_text = "By reference or email address"
    ordering = ("due_on", "pk")
    steps = {
        "check_identity": StepButton(
            "Record how identity was checked",
            requests.check_identity,
            "rights.check_identity",
            form=IdentityForm,
            done="We have saved how the identity was checked.",
        ),
        "officer": StepButton(
            "Name an officer for it",
            requests.name_officer,
            "rights.name_officer",
            form=OfficerForm,
            when=lambda request: request.is_open,
            done="They can prepare the answer. We have emailed them.",
        ),
        "review": StepButton(
            "Review items",
            access.review,
            PREPARE,
            form=ReviewForm,
            when=has_items_to_review,
            done="We have saved what you decided.",
        ),
        "release": StepButton(
            "Release the file",
            access.release,
            PREPARE,
            form=ReleaseForm,
            when=has_nothing_to_review,
            done="The file is made, and we have emailed the person.",
        ),
        "correct": StepButton(
            "Correct something",
            corrections.correct,
            PREPARE,
            form=CorrectForm,
            when=answers(Kind.RECTIFICATION),
            done="It is corrected, or noted beside what was submitted.",
        ),
        "finish": StepButton(
            "Tell the person what was corrected",
            corrections.finish,
            PREPARE,
            form=AnswerForm,
            when=answers(Kind.RECTIFICATION),
            done="We have emailed the person.",
        ),
        "restrict": StepButton(
            "Restrict",
            restrictions.restrict,
            PREPARE,
            form=AnswerForm,
            when=answers(Kind.RESTRICTION),
            done="What we hold about the person is kept and not used until you lift this. We have emailed them.",
        ),
        "permit_use": StepButton(
            "Record a ground for a use",
            restrictions.permit_use,
            PREPARE,
            form=PermitUseForm,
            when=lambda request: (
                request.status == RequestStatus.IN_FORCE and request.permitted_uses.count() < len(Use.choices)
            ),
            done="The ground is recorded. This use is possible again.",
        ),
        "lift": StepButton(
            "Lift the restriction",
            restrictions.lift,
            PREPARE,
            confirm="We email the person. What is due to be deleted is deleted the next night.",
            done="The restriction is lifted.",
        ),
        "prepare": StepButton(
            "Ask another person to confirm",
            erasures.prepare_erasure,
            PREPARE,
            confirm="Read on the page of the request what goes and what stays. Another person confirms it.",
            when=answers(Kind.ERASURE),
            done="We have emailed those who can confirm it.",
        ),
        "put_back": StepButton("Put back", erasures.put_back, PREPARE, done="It is not prepared any more."),
        "erase": StepButton(
            "Confirm the erasure",
            erasures.erase,
            "rights.confirm_erasure",
            confirm="This cannot be undone. Their account is closed. We email them what stays and why.",
            done="It is erased, and we are emailing the person.",
            is_grave=True,
        ),
        "extend": StepButton(
            "Take longer",
            requests.extend,
            PREPARE,
            form=ExtendForm,
            when=can_be_extended,
            done="The new day is saved, and we have emailed the person.",
        ),
        "refuse": StepButton(
            "Refuse",
            requests.refuse,
            PREPARE,
            form=ReasonForm,
            done="It is refused, and we have emailed the person.",
            is_grave=True,
        ),
        "withdraw": StepButton(
            "The person withdrew it",
            requests.withdraw,
            "rights.withdraw_request",
            confirm="The person told you that they no longer ask for it.",
            done="It is withdrawn.",
        ),
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("rights.add_rightsrequest")

    def get_fields(self, request: HttpRequest, obj: RightsRequest | None = None) -> tuple[str, ...]:
        return ("programme", "kind", "email", "received_on", "words")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return ()

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"received_on": london(request.arrived_at).date()}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(
            request, form_url, {"title": "Record a data request", **one_button, **(extra_context or {})}
        )

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"acting": by_and_at(request)})

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        form.save_m2m = lambda: None
        return form.result

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to the action, which has written it."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the action, which has a line of its own."""

    @admin.display(description="kind", ordering="kind")
    def kind_name(self, request: RightsRequest) -> str:
        return request.short_kind

    def page(self, request: Any, obj: RightsRequest) -> dict[str, Any]:
        """What was asked and answered; to those who prepare it also what waits, or what an erasure would do."""
        facts: dict[str, Any] = {
            "request_shown": obj,
            "days_left": obj.days_left(london(request.arrived_at).date()),
            "permitted": obj.permitted_uses.select_related("recorded_by"),
            "corrections": obj.corrections.select_related("corrected_by"),
            "entries": trail.history_for(request.user, obj),
            "can_fetch": request.user.has_perm("rights.download_file", obj),
        }
        if not signed_in(request).has_perm(PREPARE, obj) or obj.identity_checked_at is None or not obj.is_open:
            return facts
        if obj.is_erasure:
            facts["plan"] = plan(obj.email, obj.person, obj.programme, request.arrived_at)
        if obj.is_access:
            facts |= {"items": len(all_items(obj)), "waiting": waiting(obj)}
            grounds = obj.reviews.exclude(ground="")
            facts["left_out"] = [(one.item, Review.Ground(one.ground).label) for one in grounds]
        return facts
