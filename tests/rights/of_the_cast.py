"""A data request of the cast in every state."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from core.rights.actions import erasures, requests, restrictions
from core.rights.models import RightsRequest
from tests.accounts.factories import programme
from tests.rights.asked import ASKED_ON, ASKING


def data_requests(cast: Any) -> dict[str, RightsRequest]:
    """About the rival, but for one about the lead whose file waits, and one about the director."""

    def recorded(kind: str, about: Any, by: Any = cast.officer) -> RightsRequest:
        facts: dict[str, Any] = {"programme": programme(), "kind": kind, "received_on": ASKED_ON}
        return requests.record(email=about.email, **facts, by=by, at=ASKING)

    def checked(kind: str, about: Any = cast.rival) -> RightsRequest:
        request = recorded(kind, about)
        requests.check_identity(request, how="We called them back.", by=cast.officer, at=ASKING)
        return request

    named = checked("access")
    requests.name_officer(named, officer=cast.second_officer, by=cast.director, at=ASKING)
    prepared = checked("erasure")
    requests.name_officer(prepared, officer=cast.second_officer, by=cast.director, at=ASKING)
    erasures.prepare_erasure(prepared, by=cast.director, at=ASKING)
    restricted = checked("restriction", cast.editor)
    restrictions.restrict(restricted, answer="", by=cast.director, at=ASKING)
    released = checked("access", cast.lead)
    released.file.save("copy", ContentFile(b"zip"))
    facts = {"status": "done", "handed_over": "sign_in", "closed_at": ASKING, "closed_by": cast.director}
    RightsRequest.objects.filter(pk=released.pk).update(**facts)
    released.refresh_from_db()
    return {
        "received": recorded("access", cast.rival),
        "of the director": recorded("access", cast.director),
        "to copy": checked("access"),
        "named": named,
        "to correct": checked("rectification"),
        "to restrict": checked("restriction"),
        "restricted": restricted,
        "to erase": checked("erasure"),
        "prepared": prepared,
        "released": released,
    }
