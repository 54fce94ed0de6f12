"""What waits for whom while posts are drafted."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from applications.lifecycle import CallStatus
from applications.models import Call, CommentRequest, PostComment
from applications.visibility.role_drafts import DRAFTS_POSTS
from core.accounts.models import User
from core.dates import london
from core.text import plural
from core.work_queue import WorkItem


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    """Posts to describe and comments to answer for the host's managers, two queries; what to comment on, one."""
    if programmes := user.programmes_as(*DRAFTS_POSTS):
        drafts = Call.objects.filter(status=CallStatus.DRAFT, programme__in=programmes)
        for call in drafts.filter(posts=None):
            yield WorkItem(f"Describe the post of the call “{call}”", reverse("post_draft_new", args=[call.slug]))
        waiting = PostComment.objects.filter(answered_at=None, post__call__in=drafts)
        for row in waiting.order_by("post").values("post", "post__job_title").annotate(count=Count("pk")):
            sentence = f"{plural(row['count'], 'comment')} to answer on the post “{row['post__job_title']}”"
            yield WorkItem(sentence, f"{reverse('post_draft', args=[row['post']])}#comments")
    if user.organisation_ids:
        yield from to_comment(user, now)


def to_comment(user: User, now: datetime) -> Iterator[WorkItem]:
    today = london(now).date()
    asked = CommentRequest.objects.filter(
        organisation__in=user.organisation_ids, until_on__gte=today, call__status=CallStatus.DRAFT
    )
    own = PostComment.objects.filter(organisation__in=user.organisation_ids)
    asked = asked.exclude(call__in=own.values("post__call")).select_related("call")
    for row in asked:
        yield WorkItem(f"Comment on the posts of “{row.call}”", reverse("post_drafts"), row.until_on)
