"""A question about a call, from anybody who can read it."""

from __future__ import annotations

from functools import partial

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from applications.actions import enquiries
from applications.forms.enquiries import EnquiryForm
from applications.views import rate_limits
from applications.views.calls import readable_or_404
from core.accounts.requests import Arrived
from core.forms import confirm_page, posted

TOO_MANY = "You have sent several questions. Wait five minutes, then send this one."


@require_http_methods(["GET", "HEAD", "POST"])
def call_ask(request: Arrived, slug: str) -> HttpResponse:
    call, _ = readable_or_404(request, slug)
    if request.method != "POST" and not enquiries.takes_questions(call, request.arrived_at):
        messages.info(request, enquiries.NO_MORE)
        return redirect(call)
    form = EnquiryForm(posted(request), email=getattr(request.user, "email", ""))
    if form.is_bound and form.is_valid():
        visitor = get_adapter().get_client_ip(request)
        if rate_limits.is_over("questions", visitor):
            form.add_error(None, TOO_MANY)
        rate_limits.count("questions", visitor)
    return confirm_page(
        request,
        form,
        partial(enquiries.ask, call, at=request.arrived_at),
        template="applications/call_ask.html",
        context={"call": call},
        done="We have your question. We will email you the answer.",
        to=call,
    )
