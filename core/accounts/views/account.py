"""Pages of one's own account."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.accounts import actions, links, second_factor
from core.accounts.forms import NameForm, WelcomeForm
from core.accounts.requests import Arrived, Personal


@login_required
def account_you(request: Personal) -> HttpResponse:
    """Show one's name, address, password and second factor."""
    context = {"has_second_factor": second_factor.has_one(request.user), "roles": "\n".join(sorted(request.user.roles))}
    return render(request, "accounts/account_you.html", context)


@login_required
def account_name(request: Personal) -> HttpResponse:
    """Change one's name."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        actions.change_name(request.user, name=form.cleaned_data["name"], by=request.user, at=request.arrived_at)
        messages.success(request, "Your name is saved.")
        return redirect("account_you")
    return render(request, "accounts/account_name.html", {"form": form})


@never_cache
@sensitive_post_parameters("password")
def account_welcome(request: Arrived, uid: str, token: str) -> HttpResponse:
    """Let an invited person choose a password and come in; the link works once."""
    person = links.welcomed(uid, token)
    if person is None:
        return render(request, "accounts/account_welcome_over.html", status=410)
    form = WelcomeForm(request.POST or None, person=person, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        actions.open_account(person, at=request.arrived_at, **form.cleaned_data)
        login = Login(user=person, email=person.email)
        signed_in: HttpResponse = perform_password_login(request, {"email": person.email}, login)
        return signed_in
    return render(request, "accounts/account_welcome.html", {"form": form, "person": person})
