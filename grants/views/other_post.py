"""The proposed secondee's page for the offer of another post. They have no account: the link is all they have."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.actions.candidates import is_theirs, note_refused_link
from core.accounts.models import User
from core.accounts.requests import Arrived
from core.dates import london
from core.forms import posted, run_action
from grants.actions import other_posts
from grants.forms.offer import OtherPostForm
from grants.models import Grant
from grants.views.presenters import what_changes


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def candidate_post(request: Arrived, token: str) -> HttpResponse:
    response = answer_page(request, token)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def answer_page(request: Arrived, token: str) -> HttpResponse:
    found = other_posts.find(token)
    if found is None:
        return render(request, "applications/candidate_over.html", status=404)
    grant, candidate = found
    if isinstance(request.user, User) and not is_theirs(candidate, request.user):
        if request.method == "POST":
            note_refused_link(candidate, user=request.user, at=request.arrived_at)
        return render(request, "applications/candidate_other.html", {"candidate": candidate}, status=403)
    is_late = grant.is_late_to_agree(london(request.arrived_at).date())
    form = OtherPostForm(posted(request), is_late=is_late)
    is_sent = form.is_bound and form.is_valid()
    if is_sent and run_action(form, answer_offer, grant, **form.cleaned_data, at=request.arrived_at):
        messages.success(request, "Thank you. We have recorded your answer and emailed you and your employer.")
        return redirect("candidate_post", token)
    facts = {"grant": grant, "candidate": candidate, "form": form, "changes": what_changes(grant)}
    return render(request, "grants/candidate_post.html", {**facts, "is_late": is_late})


def answer_offer(grant: Grant, *, answer: str, reason: str, at: datetime) -> None:
    if answer == OtherPostForm.AGREE:
        other_posts.agree(grant, at=at)
    else:
        other_posts.refuse(grant, reason=reason, at=at)
