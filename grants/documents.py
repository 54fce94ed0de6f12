"""What goes into a grant's papers: the funding agreement."""

from datetime import datetime
from typing import Any

from applications.budget import months_between
from core import pdf
from core.dates import london
from core.lifecycle import Refused
from grants.instalments import schedule
from grants.models import Agreement, Grant
from grants.models.report import reports_due
from grants.rules import FUNDER_SIGNATORY


def agreement(grant: Grant, *, prepared_at: datetime) -> bytes:
    """The funding agreement as a tagged PDF: parties, sums, plan of payments, conditions, reports, how it is signed."""
    return pdf.render("grants/agreement.pdf.html", agreement_context(grant, prepared_at=prepared_at))


def agreement_context(grant: Grant, *, prepared_at: datetime) -> dict[str, Any]:
    """Gather what the agreement says."""
    if grant.post is None:
        raise Refused("This grant has no post on record, so there is no agreement to prepare.")
    months = months_between(grant.starts_on, grant.ends_on)
    programme = grant.programme
    return {
        "grant": grant,
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
        "prepared_on": london(prepared_at).date(),
    }


def agreement_attachment(grant_pk: int) -> tuple[str, str, bytes]:
    """The stored agreement, byte for byte, for a letter: name, content type, content."""
    kept = Agreement.objects.select_related("grant").get(grant_id=grant_pk)
    with kept.file.open() as stored:
        return agreement_name(kept.grant), "application/pdf", stored.read()


def agreement_name(grant: Grant) -> str:
    """The file name people see."""
    return f"Funding agreement {grant.reference}.pdf"
