"""What a request carries here besides Django's own: when it arrived, and a person who has signed in."""

from datetime import datetime
from typing import TypedDict, cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from core.accounts.models import User


class Arrived(HttpRequest):
    """A request with its instant, set by the first middleware, and with what htmx says of itself."""

    arrived_at: datetime
    htmx: HtmxDetails


class Personal(Arrived):
    """A request of somebody who has signed in."""

    user: User


def signed_in(request: HttpRequest) -> User:
    """Return who is signed in; for views of the admin, which nobody else reaches."""
    return cast("User", request.user)


class Acting(TypedDict):
    """Who acts and when, as every action takes them."""

    by: User
    at: datetime


def acting(request: Personal) -> Acting:
    return {"by": request.user, "at": request.arrived_at}
