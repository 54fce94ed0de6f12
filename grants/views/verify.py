"""Whether a file is, byte for byte, an agreement that was signed here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.files.types import sha256_of
from grants.forms.verify import VerifyForm
from grants.models import Agreement


@require_http_methods(["GET", "HEAD", "POST"])
def grants_verify(request: HttpRequest) -> HttpResponse:
    """Say which agreement the file is and when each party signed it; nothing is kept and no person is named."""
    is_sent = request.method == "POST"
    form = VerifyForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    context = {"form": form, "is_checked": form.is_bound and form.is_valid()}
    if context["is_checked"]:
        digest = sha256_of(form.cleaned_data["file"])
        found = Agreement.objects.filter(sha256=digest, signatures__sha256=digest).distinct()
        agreement = found.select_related("grant__organisation", "grant__programme__funder").first()
        context |= {"agreement": agreement, "digest": digest}
    return render(request, "grants/grants_verify.html", context)
