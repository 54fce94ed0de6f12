"""Whether a file is, byte for byte, an agreement that was signed here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods

from core.files.types import sha256_of
from grants.forms.verify import VerifyForm


@require_http_methods(["GET", "HEAD", "POST"])
def grants_verify(request: HttpRequest) -> HttpResponse:
    """Say which paper the file is and when each party signed it; nothing is kept and no person is named."""
    is_sent = request.method == "POST"
    form = VerifyForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    context = {"form": form, "is_checked": form.is_bound and form.is_valid()}
    if context["is_checked"]:
        digest = sha256_of(form.cleaned_data["file"])
        found = (import_string(source)(digest) for source in settings.SIGNED_PAPERS)
        context["paper"] = next((paper for paper in found if paper), None)
    return render(request, "grants/grants_verify.html", context)
