"""What is said when a code has run out: allauth leads silently to the sign-in page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import confirm_password_reset_code, email_verification_sent
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def or_say(view: View, sentence: str, way_out: str) -> View:
    """Put the sentence on the page that is the way out, in place of a silent way to the sign-in page."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.headers.get("Location") != reverse("account_login"):
            return response
        messages.info(request, sentence)
        return redirect(way_out)

    return told


LATE = "A code works for 15 minutes, and this one has run out or been replaced."
reset = or_say(
    confirm_password_reset_code,
    f"{LATE} Ask for a new one here.",
    "account_reset_password",
)
verification = or_say(
    email_verification_sent,
    f"{LATE} Sign in with your password: a new one is sent.",
    "account_login",
)
