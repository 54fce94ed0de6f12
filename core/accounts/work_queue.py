"""What waits for administrators."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from core.accounts.models import RoleRequest, User
from core.permissions import may_ever
from core.work_queue import WorkItem


def items(user: User, _now: datetime) -> Iterator[WorkItem]:
    if not may_ever(user, "accounts.give_roles"):
        return
    asked = RoleRequest.objects.exclude(asked_by=user).exclude(person=user).select_related("person")
    for person in {request.person_id: request.person for request in asked}.values():
        yield WorkItem(f"Roles of {person} to confirm", reverse("admin:accounts_user_change", args=[person.pk]))
