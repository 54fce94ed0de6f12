"""What stands still, for those who may see how the service fares."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from core.dates import london
from core.monitoring.models import Incident
from core.permissions import may_ever
from core.work_queue import WorkItem


def items(user: AbstractBaseUser, _now: datetime) -> Iterator[WorkItem]:
    if not may_ever(user, "monitoring.view_status"):
        return
    for incident in Incident.objects.filter(ended_at=None).order_by("began_at"):
        address = f"{reverse('admin:index')}#service"
        yield WorkItem(incident.sentence.rstrip("."), address, since=london(incident.began_at).date())
