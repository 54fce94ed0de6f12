"""Pages of one's own account."""

from functools import partial

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.accounts import actions, links, oidc, second_factor
from core.accounts.forms import NameForm, WelcomeForm
from core.accounts.requests import Arrived, Personal, acting
from core.forms import confirm_page, posted, run_action


@login_required
def account_you(request: Personal) -> HttpResponse:
    context = {
        "has_second_factor": second_factor.has_one(request.user),
        "roles": "\n".join(sorted(request.user.roles)),
        "links": oidc.links_of(request.user),
        "providers": oidc.offered_to(request.user),
    }
    return render(request, "accounts/account_you.html", context)


@login_required
def account_name(request: Personal) -> HttpResponse:
    return confirm_page(
        request,
        NameForm(posted(request), initial={"name": request.user.name}),
        partial(actions.change_name, request.user, **acting(request)),
        template="accounts/account_name.html",
        done="We have saved your name.",
        to="account_you",
    )


@never_cache
@sensitive_post_parameters("password")
def account_welcome(request: Arrived, uid: str, token: str) -> HttpResponse:
    """Let an invited person choose a password and come in; the link works once."""
    person = links.welcomed(uid, token)
    if person is None:
        return render(request, "accounts/account_welcome_over.html", status=410)
    form = WelcomeForm(posted(request), person=person, initial={"name": person.name})
    open_account = partial(actions.open_account, person, at=request.arrived_at)
    if form.is_bound and form.is_valid() and run_action(form, open_account, **form.cleaned_data):
        login = Login(user=person, email=person.email)
        signed_in: HttpResponse = perform_password_login(request, {"email": person.email}, login)
        return signed_in
    return render(request, "accounts/account_welcome.html", {"form": form, "person": person})
