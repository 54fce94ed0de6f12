"""A message of the grants office, as its organisation and as the proposed secondee read and answer it."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.actions import candidates, messages
from applications.forms.messages import AnswerMessageForm
from applications.models import Application, CaseMessage
from applications.rules.messages import may_be_answered
from applications.views.fetch import with_readable
from core.accounts.models import User
from core.accounts.requests import Arrived, Personal, acting
from core.forms import confirm_page, posted

SENT = "Thank you. The grants office has your answer."


def to_organisation(application: Application) -> QuerySet[CaseMessage]:
    return CaseMessage.objects.filter(application=application, party=CaseMessage.Party.ORGANISATION).select_related(
        "application"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_readable
def application_message(request: Personal, application: Application, pk: int) -> HttpResponse:
    """For everybody of the organisation; a lead answers."""
    own = to_organisation(application).filter(application__organisation__in=request.user.organisation_ids)
    message = get_object_or_404(own.select_related("sent_by", "answered_by"), pk=pk)
    message.application = application
    return confirm_page(
        request,
        AnswerMessageForm(posted(request)),
        partial(messages.answer, message, **acting(request)),
        template="applications/message.html",
        context={
            "message": message,
            "application": application,
            "back": application.get_absolute_url(),
            "may_answer": request.user.has_perm("applications.answer_casemessage", message),
        },
        done=SENT,
        to=message,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_message(request: Arrived, token: str) -> HttpResponse:
    """For the proposed secondee, who has no account: the link is all they have."""
    message = messages.find(token)
    candidate, user = (message.candidate if message else None), request.user
    if message is None or candidate is None:
        response = render(request, "applications/candidate_over.html", status=404)
    elif isinstance(user, User) and not candidates.is_theirs(candidate, user):
        response = render(request, "applications/candidate_other.html", {"candidate": candidate}, status=403)
    else:
        response = confirm_page(
            request,
            AnswerMessageForm(posted(request)),
            partial(messages.answer_by_link, message, at=request.arrived_at),
            template="applications/message.html",
            context={
                "message": message,
                "application": message.application,
                "may_answer": may_be_answered(None, message),
            },
            done=SENT,
            to=reverse("case_message", args=[token]),
        )
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
