"""Which draft calls somebody writes posts for, or was asked to comment on."""

from django.db.models import Q, QuerySet

from applications.lifecycle import CallStatus
from applications.models import Call, CommentRequest
from core.accounts.models import User
from core.accounts.roles import READS_CALLS, Role

DRAFTS_POSTS = frozenset({Role.LINE_MANAGER, Role.PROGRAMME_MANAGER})


def calls_with_drafts(person: User) -> QuerySet[Call]:
    """The draft calls of the programmes in which a person works, and those on which their organisations are asked."""
    asked = CommentRequest.objects.filter(organisation__in=person.organisation_ids)
    mine = Q(programme__in=person.programmes_as(*READS_CALLS, *DRAFTS_POSTS)) | Q(pk__in=asked.values("call"))
    return Call.objects.filter(mine, status=CallStatus.DRAFT).select_related("programme").order_by("opens_at", "pk")
