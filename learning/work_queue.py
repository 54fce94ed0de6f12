"""What waits for the learning partner."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from core.accounts.models import User
from core.dates import london
from core.text import plural
from core.work_queue import WorkItem
from learning.models import ConfidentialMessage
from learning.visibility import partnered

NEWS = timedelta(days=30)  # how long an answer is on the home page of who wrote


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    """Messages to answer for a learning partner; for people without a role, the answers they got: one query each."""
    url = reverse("learning_confidence")
    if programmes := partnered(user):
        waiting = ConfidentialMessage.objects.filter(programme__in=programmes, answered_at=None)
        sent = list(waiting.exclude(sender=user).order_by("sent_at").values_list("sent_at", flat=True))
        if sent:
            sentence = plural(len(sent), "message in confidence to answer", "messages in confidence to answer")
            yield WorkItem(sentence, url, since=london(sent[0]).date())
    elif not user.roles:
        answered = ConfidentialMessage.objects.filter(sender=user, answered_at__gt=now - NEWS)
        if answered.exists():
            yield WorkItem("Read what the learning partner answered you in confidence", url)
