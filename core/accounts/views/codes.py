"""What the pages for codes say where allauth leads silently to the sign-in page, or shows a bare page 429."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account.views import confirm_password_reset_code, email_verification_sent
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from core.accounts.adapter import SENTENCES

View = Callable[..., HttpResponseBase]
LATE = "This code has expired or been replaced. A code works for 15 minutes. "
THIRD = "You entered a wrong code three times, so the code no longer works. "
TOO_SOON = "We have just sent a code. Check your email, or wait 10 seconds and ask again."


def or_say(view: View, sentence: str, way_out: str) -> View:
    """Say on the page that is the way out why the code is over, and then the sentence: what to do.

    Who asks for a new code too soon stays on the page.
    """

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except ImmediateHttpResponse as stopped:
            if stopped.response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                raise
            messages.info(request, TOO_SOON)
            return redirect(request.path)
        if response.headers.get("Location") != reverse("account_login"):
            return response
        said = [str(message) for message in messages.get_messages(request)]  # allauth's own, which says to wait
        is_third = SENTENCES["too_many_login_attempts"] in said
        messages.info(request, (THIRD if is_third else LATE) + sentence)
        return redirect(way_out)

    return told


reset = or_say(
    confirm_password_reset_code,
    "Ask for a new one.",
    "account_reset_password",
)
verification = or_say(
    email_verification_sent,
    "Sign in with your password and we will email you a new one.",
    "account_login",
)
