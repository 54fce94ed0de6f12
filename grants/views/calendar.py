"""What stands in a person's own calendar about grants: first and last days, reports due, meetings of the committee."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from core import calendars
from core.accounts.models import User
from core.dashboard import NextDate, entry
from core.dates import london
from core.governance.models import Meeting
from core.visibility import visible
from grants.lifecycle import ReportStatus
from grants.models import EvaluationReport, Grant
from grants.views.dashboard import HAS_DATES


def entries(user: User, now: datetime, stamped_at: datetime) -> Iterator[bytes]:
    today = london(now).date()
    grants = visible(Grant, user).filter(status__in=HAS_DATES, ends_on__gte=today)
    for grant in grants.select_related("organisation", "post", "programme"):
        title, publisher = f"{grant.role}, {grant.organisation}", str(grant.programme)
        for coming in (NextDate("Starts", grant.starts_on), NextDate("Last day", grant.ends_on)):
            url = grant.get_absolute_url()
            yield entry(grant.reference, title, url, coming, stamped_at=stamped_at, publisher=publisher)
    written = visible(EvaluationReport, user).filter(status__in=[ReportStatus.DUE, ReportStatus.RETURNED])
    for report in written.filter(grant__status__in=HAS_DATES).select_related("grant__organisation", "grant__programme"):
        coming, publisher = NextDate("Evaluation report due", report.due_on), str(report.grant.programme)
        about, url = f"{report.grant.reference}-{report.number}", report.grant.get_absolute_url()
        yield entry(about, str(report.grant.organisation), url, coming, stamped_at=stamped_at, publisher=publisher)
    host = urlsplit(settings.SITE_URL).hostname
    for meeting in visible(Meeting, user).filter(held_on__gte=today).select_related("body__programme"):
        uid, publisher = f"meeting-{meeting.pk}@{host}", str(meeting.body.programme)
        yield calendars.day(uid, 0, str(meeting.body), meeting.held_on, stamped_at=stamped_at, publisher=publisher)
