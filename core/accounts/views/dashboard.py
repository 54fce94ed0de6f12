"""The programmes that an administrator sets up, on their home page."""

from datetime import datetime

from django.urls import reverse

from core.accounts.models import Programme, User
from core.dashboard import DashboardRow, DashboardSection
from core.permissions import may_ever

MOST = 5


def section(user: User, _now: datetime) -> DashboardSection:
    if not may_ever(user, "accounts.give_roles"):
        return DashboardSection("Programmes", [])
    programmes = Programme.objects.select_related("funder", "host").order_by("name")[:MOST]
    rows = [
        DashboardRow(
            reference=programme.reference_prefix,
            url=reverse("admin:accounts_programme_change", args=[programme.pk]),
            title=programme.name,
            about=f"{programme.funder} and {programme.host.in_sentence}",
            state="",
            status="",
        )
        for programme in programmes
    ]
    return DashboardSection("Programmes", rows, reverse("admin:accounts_programme_changelist"))
