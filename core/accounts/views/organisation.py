"""Pages of one's own organisation and its people."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from core.accounts import actions
from core.accounts.adapter import is_ours
from core.accounts.forms import (
    InviteForm,
    LeaveForm,
    NewOrganisationForm,
    OrganisationForm,
    RemoveForm,
    StandingForm,
    WithdrawForm,
)
from core.accounts.models import Invitation, Membership, Organisation
from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted
from core.visibility import visible


def own_or_404(request: Personal, pk: int, permission: str) -> Organisation:
    """Return the organisation: not found for whoever may not see it, forbidden for whoever may only read it."""
    organisation = get_object_or_404(visible(Organisation, request.user), pk=pk)
    if not request.user.has_perm(permission, organisation):
        raise PermissionDenied
    return organisation


@login_required
def organisation(request: Personal) -> HttpResponse:
    """Show one's organisations with their people and open invitations; without any, ask for one."""
    memberships = request.user.memberships.select_related("organisation").order_by("organisation__name", "pk")
    own = [membership.organisation for membership in memberships]
    if not own:
        return organisation_new(request)
    people = Membership.objects.filter(organisation__in=own).select_related("person")
    invitations = Invitation.objects.filter(organisation__in=own, accepted_at=None, expires_at__gt=request.arrived_at)
    sheets = [
        {
            "organisation": membership.organisation,
            "is_lead": membership.standing == Membership.Standing.LEAD,
            "people": [row for row in people if row.organisation_id == membership.organisation_id],
            "invitations": [row for row in invitations if row.organisation_id == membership.organisation_id],
        }
        for membership in memberships
    ]
    return render(request, "organisation/organisation.html", {"sheets": sheets, "only": len(sheets) == 1})


def onwards(request: Personal) -> str:
    """Return the page of ours that `next` in the address names (a call somebody wants to apply to), or one's own."""
    wanted = request.GET.get("next", "")
    return wanted if is_ours(wanted) else reverse("organisation")


@login_required
def organisation_new(request: Personal) -> HttpResponse:
    """Name a new organisation; a likely double is warned about and never joined."""
    form, double = NewOrganisationForm(posted(request)), None
    if form.is_bound and form.is_valid():
        try:
            actions.name_organisation(**form.cleaned_data, **acting(request))
        except actions.LikelyDouble as likely:
            double = likely
            form.ask_to_carry_on()
        else:
            messages.success(
                request, "We have saved your organisation. You are its lead. You can now invite colleagues."
            )
            return redirect(onwards(request))
    return render(request, "organisation/organisation_new.html", {"form": form, "double": double})


@login_required
def organisation_edit(request: Personal, pk: int) -> HttpResponse:
    organisation = own_or_404(request, pk, "accounts.change_organisation")
    # The form writes what was typed into its own copy; the action compares with what is saved.
    form = OrganisationForm(posted(request), instance=Organisation.objects.get(pk=pk))
    return confirm_page(
        request,
        form,
        partial(actions.change_organisation, organisation, **acting(request)),
        template="organisation/organisation_edit.html",
        context={"name": organisation.name},
        done="We have saved the details.",
        to="organisation",
    )


@login_required
def organisation_leave(request: Personal, pk: int) -> HttpResponse:
    """Leave by oneself; the only lead hands over to a colleague on the same page."""
    membership = get_object_or_404(request.user.memberships.select_related("organisation", "person"), organisation=pk)
    organisation = membership.organisation
    others = organisation.memberships.exclude(pk=membership.pk).filter(person__is_active=True).select_related("person")
    has_other_lead = any(row.standing == Membership.Standing.LEAD for row in others)
    needs_successor = membership.standing == Membership.Standing.LEAD and not has_other_lead
    is_alone = needs_successor and not others
    data = None if is_alone else posted(request)
    return confirm_page(
        request,
        LeaveForm(data, colleagues=others, needs_successor=needs_successor),
        partial(actions.leave_organisation, membership, **acting(request)),
        template="organisation/organisation_leave.html",
        context={"organisation": organisation, "is_alone": is_alone, "needs_successor": needs_successor},
        done=f"You have left {organisation}. It keeps what you wrote.",
        to="home",
    )


@login_required
def organisation_invite(request: Personal, pk: int) -> HttpResponse:
    organisation = own_or_404(request, pk, "accounts.invite_to_organisation")
    return confirm_page(
        request,
        InviteForm(posted(request)),
        partial(actions.invite_to_organisation, organisation, **acting(request)),
        template="organisation/organisation_invite.html",
        context={"organisation": organisation},
        done=lambda invitation: f"We are emailing an invitation to {invitation.email}.",
        to="organisation",
    )


@login_required
def organisation_uninvite(request: Personal, pk: int, invitation_pk: int) -> HttpResponse:
    organisation = own_or_404(request, pk, "accounts.invite_to_organisation")
    invitation = get_object_or_404(organisation.invitations, pk=invitation_pk)
    return confirm_page(
        request,
        WithdrawForm(posted(request)),
        partial(actions.withdraw_invitation, invitation, **acting(request)),
        template="organisation/organisation_uninvite.html",
        context={"organisation": organisation, "invitation": invitation},
        done=f"You have withdrawn the invitation to {invitation.email}.",
        to="organisation",
        refused_status=409,
    )


def member_or_404(request: Personal, pk: int, membership_pk: int, permission: str) -> Membership:
    organisation = own_or_404(request, pk, permission)
    return get_object_or_404(organisation.memberships.select_related("person", "organisation"), pk=membership_pk)


@login_required
def organisation_signatory(request: Personal, pk: int, membership_pk: int) -> HttpResponse:
    """Change what a colleague may do, and whether they are an authorised signatory."""
    membership = member_or_404(request, pk, membership_pk, "accounts.change_membership")
    return confirm_page(
        request,
        StandingForm(posted(request), instance=membership),
        partial(actions.change_standing, membership, **acting(request)),
        template="organisation/organisation_signatory.html",
        context={"membership": membership},
        done=f"We have saved what {membership.person} can do.",
        to="organisation",
    )


@login_required
def organisation_person_remove(request: Personal, pk: int, membership_pk: int) -> HttpResponse:
    membership = member_or_404(request, pk, membership_pk, "accounts.delete_membership")
    return confirm_page(
        request,
        RemoveForm(posted(request)),
        partial(actions.remove_person, membership, **acting(request)),
        template="organisation/organisation_person_remove.html",
        context={"membership": membership},
        done=f"You have removed {membership.person} from {membership.organisation}.",
        to="organisation",
    )
