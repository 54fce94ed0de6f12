"""Which data requests wait for whom."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from core.accounts.models import User
from core.permissions import may_ever
from core.rights.lifecycle import RequestStatus
from core.rights.models import RightsRequest
from core.visibility import visible
from core.work_queue import WorkItem

DOING = {
    RequestStatus.RECEIVED: "Check who asks, and answer, data request",
    RequestStatus.CHECKED: "Answer data request",
    RequestStatus.PREPARED: "Confirm the erasure of data request",
}


def items(user: User, _now: datetime) -> Iterator[WorkItem]:
    """One line a request for those who prepare it; to confirm an erasure, for another than who prepared it."""
    if not may_ever(user, "rights.add_rightsrequest"):
        return
    for request in visible(RightsRequest, user).filter(status__in=DOING).select_related("programme"):
        is_to_confirm = request.status == RequestStatus.PREPARED
        permission = "rights.confirm_erasure" if is_to_confirm else "rights.prepare_request"
        if may_ever(user, permission, request):
            url = reverse("admin:rights_rightsrequest_change", args=[request.pk])
            words = f"{DOING[RequestStatus(request.status)]} {request.reference}"
            yield WorkItem(words, url, due_on=request.due_on)
