"""Codes of calls by invitation in the admin: sent from the call's page, counted and withdrawn here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from applications.actions import invitations
from applications.models import CallInvitation
from core.admin import LatestFilter, StepButton, StepsAdmin
from core.dates import clock_name, say_deadline, say_moment


@admin.register(CallInvitation)
class CallInvitationAdmin(StepsAdmin):
    """Who was invited to which call, who took the code up, and how often it was used."""

    list_display = ("invited", "taken_up_by", "used", "state", "call")
    list_select_related = ("call", "organisation", "issued_by")
    list_filter = (("call", LatestFilter),)
    search_fields = ("invited", "organisation__name", "email", "call__title")
    fields = ("invited", "email", "call", "taken_up_by", "used", "works_until", "issued", "state")
    readonly_fields = ("taken_up_by", "used", "works_until", "issued", "state")
    steps = {
        "withdraw": StepButton(
            "Withdraw the code",
            invitations.withdraw,
            "applications.withdraw_callinvitation",
            confirm="No one can start an application with this code any more. An application already started can "
            "still be submitted until the code's deadline.",
            done="You have withdrawn the code.",
            is_grave=True,
        ),
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj)

    @admin.display(description="used by", ordering="organisation__name")
    def taken_up_by(self, invitation: CallInvitation) -> str:
        return str(invitation.organisation) if invitation.organisation else "no one yet"

    @admin.display(description="used", ordering="uses")
    def used(self, invitation: CallInvitation) -> str:
        return f"{invitation.uses} of {invitation.most_uses}"

    @admin.display(description="works until", ordering="expires_at")
    def works_until(self, invitation: CallInvitation) -> str:
        return f"{say_deadline(invitation.expires_at)} ({clock_name()})"

    @admin.display(description="sent")
    def issued(self, invitation: CallInvitation) -> str:
        return f"by {invitation.issued_by}, {say_moment(invitation.issued_at)}"

    @admin.display(description="state", ordering="expires_at")
    def state(self, invitation: CallInvitation) -> str:
        if invitation.withdrawn_at is not None:
            return f"withdrawn, {say_moment(invitation.withdrawn_at)}"
        if invitation.uses >= invitation.most_uses:
            return "used"
        return f"works until {say_deadline(invitation.expires_at)}"
