"""The page on which people choose which emails they get, and how often."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.accounts.emails_form import EmailsForm
from core.accounts.requests import Personal, acting
from core.forms import posted, run_action
from core.letters import preferences
from core.letters.actions.choices import choose_emails
from core.text import plural


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account_emails(request: Personal) -> HttpResponse:
    """Show each topic with its choice; save, and send what waited for the daily email of a topic that was changed."""
    person = request.user
    offered = preferences.offered_to(person, is_member=bool(person.standings), is_staff=person.has_reach)
    form = EmailsForm(posted(request), topics=offered, ways=preferences.ways_of(person))
    choose = partial(choose_emails, person, **acting(request))
    if form.is_bound and form.is_valid() and run_action(form, choose, ways=form.cleaned_data):
        sent = f" We are sending {plural(form.result, 'notice')} that waited." if form.result else ""
        messages.success(request, f"We have saved your choice.{sent}")
        return redirect("account_emails")
    context = {"form": form, "waiting": preferences.waiting_for(person)}
    return render(request, "accounts/account_emails.html", context)
