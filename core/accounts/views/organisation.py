"""Pages of one's own organisation and its people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
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
from core.accounts.requests import Personal
from core.lifecycle import Refused
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
    """Give the page of ours that `next` in the address names (a call somebody wants to apply to), or one's own."""
    wanted = request.GET.get("next", "")
    return wanted if is_ours(wanted) else reverse("organisation")


@login_required
def organisation_new(request: Personal) -> HttpResponse:
    """Name a new organisation; a likely double is warned about and never joined."""
    form = NewOrganisationForm(request.POST or None)
    double = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_organisation(by=request.user, at=request.arrived_at, **form.cleaned_data)
        except actions.LikelyDouble as problem:
            double = problem
            form.ask_to_carry_on()
        else:
            messages.success(request, "Your organisation is here. You are its lead: invite the colleagues you need.")
            return redirect(onwards(request))
    return render(request, "organisation/organisation_new.html", {"form": form, "double": double})


@login_required
def organisation_edit(request: Personal, pk: int) -> HttpResponse:
    """Change an organisation's details."""
    organisation = own_or_404(request, pk, "accounts.change_organisation")
    name = organisation.name
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        organisation.refresh_from_db()
        actions.change_organisation(organisation, by=request.user, at=request.arrived_at, **form.cleaned_data)
        messages.success(request, "The details are saved.")
        return redirect("organisation")
    return render(request, "organisation/organisation_edit.html", {"form": form, "name": name})


@login_required
def organisation_leave(request: Personal, pk: int) -> HttpResponse:
    """Leave by oneself; the only lead hands over to a colleague on the same page."""
    own = request.user.memberships.select_related("organisation", "person")
    membership = get_object_or_404(own, organisation=pk)
    organisation = membership.organisation
    others = organisation.memberships.exclude(pk=membership.pk).filter(person__is_active=True).select_related("person")
    leads = [row for row in others if row.standing == Membership.Standing.LEAD]
    needs_successor = membership.standing == Membership.Standing.LEAD and not leads
    is_alone = needs_successor and not others
    data = request.POST if request.method == "POST" and not is_alone else None
    form = LeaveForm(data, colleagues=others, needs_successor=needs_successor)
    if form.is_bound and form.is_valid():
        try:
            actions.leave_organisation(membership, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        else:
            messages.success(request, f"You have left {organisation}. What you wrote there stays with it.")
            return redirect("home")
    context = {"form": form, "organisation": organisation, "is_alone": is_alone}
    return render(request, "organisation/organisation_leave.html", context | {"needs_successor": needs_successor})


@login_required
def organisation_invite(request: Personal, pk: int) -> HttpResponse:
    """Invite a colleague."""
    organisation = own_or_404(request, pk, "accounts.invite_to_organisation")
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite_to_organisation(organisation, by=request.user, at=request.arrived_at, **form.cleaned_data)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            messages.success(request, f"An invitation is on its way to {form.cleaned_data['email']}.")
            return redirect("organisation")
    return render(request, "organisation/organisation_invite.html", {"form": form, "organisation": organisation})


@login_required
def organisation_uninvite(request: Personal, pk: int, invitation_pk: int) -> HttpResponse:
    """Take an invitation back."""
    organisation = own_or_404(request, pk, "accounts.invite_to_organisation")
    invitation = get_object_or_404(organisation.invitations, pk=invitation_pk)
    if request.method == "POST":
        actions.withdraw_invitation(invitation, by=request.user, at=request.arrived_at)
        messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
        return redirect("organisation")
    context = {"form": WithdrawForm(), "organisation": organisation, "invitation": invitation}
    return render(request, "organisation/organisation_uninvite.html", context)


def member_or_404(request: Personal, pk: int, membership_pk: int) -> Membership:
    """Return one person's membership for whoever leads the organisation."""
    organisation = own_or_404(request, pk, "accounts.change_membership")
    membership = organisation.memberships.select_related("person", "organisation").filter(pk=membership_pk).first()
    if membership is None:
        raise Http404
    return membership


@login_required
def organisation_signatory(request: Personal, pk: int, membership_pk: int) -> HttpResponse:
    """Say what a colleague may do, and whether they are an authorised signatory."""
    membership = member_or_404(request, pk, membership_pk)
    person = membership.person
    form = StandingForm(request.POST or None, instance=membership)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_standing(membership, by=request.user, at=request.arrived_at, **form.cleaned_data)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            messages.success(request, f"What {person} may do is saved.")
            return redirect("organisation")
    return render(request, "organisation/organisation_signatory.html", {"form": form, "membership": membership})


@login_required
def organisation_person_remove(request: Personal, pk: int, membership_pk: int) -> HttpResponse:
    """Take a person out of the organisation, once asked."""
    membership = member_or_404(request, pk, membership_pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_person(membership, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, f"{membership.person} is no longer in {membership.organisation}.")
            return redirect("organisation")
    return render(request, "organisation/organisation_person_remove.html", {"form": form, "membership": membership})
