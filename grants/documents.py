"""What goes into a grant's papers: the funding agreement."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from applications.budget import months_between
from core.dates import london
from core.documents import store
from core.documents.models import GeneratedDocument
from core.lifecycle import Refused
from grants.instalments import schedule
from grants.models import Grant
from grants.models.report import reports_due
from grants.periods import GRANT_FILE
from grants.rules import FUNDER_SIGNATORY


def agreement(grant: Grant, *, prepared_at: datetime) -> GeneratedDocument:
    """Request the funding agreement as a PDF, with its content as it is now."""
    html, name = agreement_html(grant, prepared_at=prepared_at), f"Funding agreement {grant.reference}.pdf"
    return store.request(grant, "agreement", html, name=name, at=prepared_at, is_frozen=True)


def agreement_html(grant: Grant, *, prepared_at: datetime) -> str:
    """The funding agreement: parties, sums, plan of payments, conditions, reports, how it is signed."""
    return render_to_string("grants/agreement.pdf.html", agreement_context(grant, prepared_at=prepared_at))


def agreement_context(grant: Grant, *, prepared_at: datetime) -> dict[str, Any]:
    if grant.post is None:
        raise Refused("This grant has no post, so we cannot prepare an agreement.")
    months = months_between(grant.starts_on, grant.ends_on)
    programme = grant.programme
    return {
        "grant": grant,
        "site_name": settings.SITE_NAME,
        "programme": programme,
        "funder": programme.funder,
        "host": programme.host,
        "organisation": grant.organisation,
        "call": grant.post.call,
        "director": programme.title_of(FUNDER_SIGNATORY),
        "lines": list(grant.lines.all()),
        "plan": schedule(grant.total, months, grant.starts_on),
        "reports": reports_due(grant.starts_on, grant.ends_on),
        "conditions": grant.condition_list,
        "records_kept": GRANT_FILE,
        "prepared_on": london(prepared_at).date(),
    }
