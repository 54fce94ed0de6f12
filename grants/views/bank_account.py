"""Where a grant is paid: the accounts that were entered, by their last digits, and the form for another."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core import step_up
from core.accounts.requests import Personal, acting
from core.accounts.rules import is_member_of
from core.dates import london
from core.forms import confirm_page, posted
from core.visibility import visible
from grants.actions import bank_accounts
from grants.forms.bank_account import BankAccountForm
from grants.models import BankAccount
from grants.views.fetch import grant_or_404

DONE = "We have your bank details. We will call you on the number in a public register to check them."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def grant_bank_account(request: Personal, reference: str) -> HttpResponse:
    grant = grant_or_404(request, reference)
    if not is_member_of(request.user, grant):
        raise Http404
    rows = visible(BankAccount.objects.filter(grant=grant).select_related("entered_by"), request.user)
    context = {"grant": grant, "accounts": list(rows), "today": london(request.arrived_at).date()}
    if not request.user.has_perm("grants.enter_bankaccount", grant):
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "grants/grant_bank_account.html", context)
    step_up.demand(request, "grants.enter_bankaccount")
    form = BankAccountForm(posted(request), organisation=str(grant.organisation))
    action = partial(bank_accounts.enter, grant, **acting(request))
    return confirm_page(
        request, form, action, template="grants/grant_bank_account.html", context=context, done=DONE, to=grant
    )
