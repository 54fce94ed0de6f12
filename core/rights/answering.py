"""What every answer to a data request asks and writes."""

from __future__ import annotations

from datetime import datetime

from core.accounts.models import User
from core.lifecycle import Refused, require
from core.rights.lifecycle import Kind, RequestStatus
from core.rights.models import RightsRequest


def closed(by: User, at: datetime) -> dict[str, object]:
    return {"closed_by_id": by.pk, "closed_at": at}


def require_open(request: RightsRequest) -> None:
    require(request.is_open, "It was answered already.", code="wrong_state")


def require_checked(request: RightsRequest, kind: Kind) -> None:
    if request.kind != kind:
        raise Refused("This is another kind of request.", code="wrong_kind")
    is_checked = request.status == RequestStatus.CHECKED
    require(is_checked, "Record first how the person's identity was checked.", code="wrong_state")
