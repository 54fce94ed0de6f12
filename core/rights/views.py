"""A person's own requests about their data, and the file that answers one."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core import step_up
from core.accounts.requests import Personal
from core.files import types
from core.rights.actions import requests as actions
from core.rights.models import RightsRequest


@require_safe
@login_required
def account_data(request: Personal) -> HttpResponse:
    requests = RightsRequest.objects.filter(person=request.user).order_by("-received_on", "-pk")
    return render(request, "rights/account_data.html", {"requests": requests})


@require_safe
@login_required
@step_up.before("rights.download_file")
def account_data_file(request: Personal, reference: str) -> HttpResponseBase:
    """The file, for the person who asked and for those who hand it over."""
    asked = get_object_or_404(RightsRequest, reference=reference)
    if not request.user.has_perm("rights.download_file", asked):
        raise Http404
    if request.method == "GET":
        actions.note_download(asked, by=request.user, at=request.arrived_at)
    return types.send(asked.file.open("rb"), f"personal-data-{asked.reference}.zip", "application/zip")
