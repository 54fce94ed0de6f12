"""The addresses of the service, and a way to each page that says what went wrong."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.shortcuts import render
from django.urls import path

from cii import urls
from core.lifecycle import Refused

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def fail(request, kind):
    """Go wrong in this way."""
    if kind == 429:
        return render(request, "429.html", status=429)
    if kind == 419:
        return render(request, "403_csrf.html", status=403)
    raise {
        400: SuspiciousOperation("no"),
        403: PermissionDenied("no"),
        409: Refused("The call closed at 5pm on Wednesday 13 March 2019, so nothing can be changed."),
        413: RequestDataTooBig("no"),
        500: RuntimeError("no"),
    }[kind]


urlpatterns = [path("wrong/<int:kind>/", fail), *urls.urlpatterns]
