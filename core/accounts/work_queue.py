"""What waits for administrators."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet
from django.urls import reverse

from core.accounts.models import RoleAssignment, RoleRequest, User
from core.permissions import may_ever
from core.text import plural
from core.visibility import visible
from core.work_queue import Task, WorkItem

WEEK = timedelta(days=7)


def invited_in_vain(user: User, now: datetime) -> QuerySet[User]:
    """Open accounts with a role whose invitation nobody has used for a week."""
    rows = visible(User, user).filter(is_active=True, last_login__isnull=True, date_joined__lte=now - WEEK)
    return rows.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX, pk__in=RoleAssignment.objects.values("person"))


def keeps_accounts(user: User) -> bool:
    return may_ever(user, "accounts.add_user")


INVITED = Task("invited", User, "who have not used their invitation", invited_in_vain, keeps_accounts)


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    if not may_ever(user, "accounts.give_roles"):
        return
    asked = RoleRequest.objects.exclude(asked_by=user).exclude(person=user).select_related("person")
    for person in {request.person_id: request.person for request in asked}.values():
        yield WorkItem(f"Roles of {person} to confirm", reverse("admin:accounts_user_change", args=[person.pk]))
    if keeps_accounts(user) and (count := invited_in_vain(user, now).count()):
        yield WorkItem(
            f"{plural(count, 'person has', 'people have')} not used their invitation for a week", INVITED.url
        )
