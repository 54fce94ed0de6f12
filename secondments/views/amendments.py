"""Changes of a grant: asked for, agreed to, refused, withdrawn and signed by those who take part."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core import step_up
from core.accounts.requests import Personal, acting
from core.accounts.rules import is_member_of
from core.audit import trail
from core.documents.responses import respond
from core.forms import confirm_page, posted, run_action
from core.lifecycle import Refused, refusal_of
from core.permissions import may_ever
from core.visibility import visible, visible_or_404
from grants.forms.agreement import SignForm
from grants.models import Grant, Signature
from secondments.actions import amendments as actions
from secondments.actions import supplements
from secondments.forms.amendments import AskForm, ReasonForm
from secondments.forms.fields import ButtonForm
from secondments.lifecycle import AmendmentKind
from secondments.models import Amendment
from secondments.models.amendment import extension_due_on
from secondments.views.amendment_page import AmendmentPage

OF_GRANT = ("organisation", "programme__host", "programme__funder", "post__call")


@require_safe
@login_required
def amendments(request: Personal, reference: str) -> HttpResponse:
    grant = grant_or_404(request, reference)
    may_ask = request.user.has_perm("secondments.ask_amendment", grant)
    context = {
        "grant": grant,
        "amendments": list(visible(Amendment.objects.with_parties(), request.user).filter(grant=grant)),
        "may_ask": may_ask,
        "problem": refusal_of(actions.refuse_now, grant, request.arrived_at) if may_ask else "",
        "due_on": extension_due_on(grant),
    }
    return render(request, "secondments/amendments.html", context)


@login_required
def amendment_ask(request: Personal, reference: str, kind: str) -> HttpResponse:
    grant = grant_or_404(request, reference)
    if kind not in AmendmentKind.values:
        raise Http404
    if not request.user.has_perm("secondments.ask_amendment", grant):
        if not may_ever(request.user, "secondments.ask_amendment", grant):
            raise PermissionDenied
        return redirect("amendments", reference)
    asked = AmendmentKind(kind)
    return confirm_page(
        request,
        AskForm(posted(request), kind=asked),
        partial(actions.ask, grant, kind=asked, **acting(request)),
        template="secondments/amendment_ask.html",
        context={"grant": grant, "kind": asked, "due_on": extension_due_on(grant)},
        done="We are emailing those who have to agree.",
        to=lambda amendment: amendment,
    )


@require_safe
@login_required
def amendment(request: Personal, reference: str, number: int) -> HttpResponse:
    found = amendment_or_404(request, reference, number)
    context = {"amendment": found, "grant": found.grant, "page": AmendmentPage(request.user, found)}
    context["entries"] = trail.history_for(request.user, found)
    return render(request, "secondments/amendment.html", context)


@login_required
def amendment_agree(request: Personal, reference: str, number: int) -> HttpResponse:
    form = ButtonForm(posted(request), button="I agree to this change")
    return _answer(request, reference, number, "consent", form, done="You have agreed to this change.")


@login_required
def amendment_refuse(request: Personal, reference: str, number: int) -> HttpResponse:
    form = ReasonForm(posted(request), button="Refuse this change")
    return _answer(request, reference, number, "refuse", form, done="You have refused this change.")


@login_required
def amendment_withdraw(request: Personal, reference: str, number: int) -> HttpResponse:
    form = ReasonForm(posted(request), button="Withdraw this change")
    return _answer(request, reference, number, "withdraw", form, done="You have withdrawn this change.")


def _answer(request: Personal, reference: str, number: int, verb: str, form: Any, *, done: str) -> HttpResponse:
    found = amendment_or_404(request, reference, number)
    permission = f"secondments.{verb}_amendment"
    if not request.user.has_perm(permission, found):
        return too_late(request, permission, found)
    name = "agree" if verb == "consent" else verb
    return confirm_page(
        request,
        form,
        partial(getattr(actions, verb), found, **acting(request)),
        template=f"secondments/amendment_{name}.html",
        context={"amendment": found, "grant": found.grant, "page": AmendmentPage(request.user, found)},
        done=done,
        to=found,
    )


@login_required
@step_up.before("secondments.sign_amendment")
def amendment_sign(request: Personal, reference: str, number: int) -> HttpResponse:
    """Sign the supplementary agreement, after it has been read."""
    found = amendment_or_404(request, reference, number)
    page = AmendmentPage(request.user, found)
    if not request.user.has_perm("secondments.sign_amendment", found) or page.has_signed:
        return too_late(request, "secondments.sign_amendment", found)
    if not found.is_ready:
        return render(request, "secondments/amendment_sign.html", {"amendment": found, "grant": found.grant})
    side = found.organisation if is_member_of(request.user, found.grant) else found.grant.programme.funder
    initial = {"shown_sha256": found.sha256}
    form = SignForm(posted(request), initial=initial, person_name=request.user.name, party_name=str(side))
    if form.is_bound and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("name_typed", "shown_sha256")}
        if run_action(form, supplements.sign, found, **acting(request), **typed):
            is_last = found.signatures.count() == len(Signature.Party)
            both = "You have signed. Both parties have, so the change is in force."
            messages.success(request, both if is_last else "You have signed. The other party signs next.")
            return redirect(found)
    return render(
        request,
        "secondments/amendment_sign.html",
        {"amendment": found, "grant": found.grant, "form": form, "page": page},
    )


@require_safe
@login_required
def amendment_pdf(request: Personal, reference: str, number: int) -> HttpResponseBase:
    found = amendment_or_404(request, reference, number)
    if not request.user.has_perm("grants.view_salary", found.grant):  # it prints how each amount is worked out
        raise Http404
    if found.erased_at:
        raise Refused(found.erasure)
    if found.document is None:
        raise Http404
    return respond(request, found.document)


def grant_or_404(request: Personal, reference: str) -> Grant:
    """The grant, for who reads amendments of it: not each of them reads the grant itself."""
    grant = get_object_or_404(Grant.objects.select_related(*OF_GRANT), reference=reference)
    if not request.user.has_perm("secondments.view_amendment", grant):
        raise Http404
    return grant


def amendment_or_404(request: Personal, reference: str, number: int) -> Amendment:
    rows = Amendment.objects.with_parties()
    return visible_or_404(rows, request.user, grant__reference=reference, number=number)


def too_late(request: Personal, permission: str, found: Amendment) -> HttpResponse:
    """403 for who never may; for the others it has moved on, and the page shows where it stands."""
    if not may_ever(request.user, permission, found):
        raise PermissionDenied
    messages.info(request, f"This change is {found.get_status_display()}.")
    return redirect(found)
