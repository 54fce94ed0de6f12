"""The actions on data requests, each on a request of the cast."""

from __future__ import annotations

from datetime import date

from core.accounts.models import Programme
from core.rights.actions import access, corrections, erasures, requests, restrictions
from tests.promises.acts import Act
from tests.rights.asked import ASKING


def record(programme, by, cast):
    email = cast.rival.email if by != cast.rival else cast.lead.email
    facts = {"kind": "access", "email": email, "received_on": date(2021, 3, 1)}
    return requests.record(programme=Programme.objects.get(pk=programme.pk), **facts, by=by, at=ASKING)


def check_identity(request, by, _cast):
    return requests.check_identity(request, how="We called them back.", by=by, at=ASKING)


def name_officer(request, by, cast):
    return requests.name_officer(request, officer=cast.officer, by=by, at=ASKING)


def extend(request, by, _cast):
    return requests.extend(request, months=1, reason="There are many files.", by=by, at=ASKING)


def refuse(request, by, _cast):
    return requests.refuse(request, reason="It is the third in a month.", by=by, at=ASKING)


def withdraw(request, by, _cast):
    return requests.withdraw(request, by=by, at=ASKING)


def note_download(request, by, _cast):
    return requests.note_download(request, by=by, at=ASKING)


def put_back(request, by, _cast):
    return erasures.put_back(request, by=by, at=ASKING)


def erase(request, by, _cast):
    return erasures.erase(request, by=by, at=ASKING)


def prepare_erasure(request, by, _cast):
    return erasures.prepare_erasure(request, by=by, at=ASKING)


def restrict(request, by, _cast):
    return restrictions.restrict(request, answer="", by=by, at=ASKING)


def permit_use(request, by, _cast):
    facts = {"use": "emails", "ground": "consent", "words": "They agreed."}
    return restrictions.permit_use(request, **facts, by=by, at=ASKING)


def lift(request, by, _cast):
    return restrictions.lift(request, by=by, at=ASKING)


def release(request, by, _cast):
    for item in access.waiting(request):
        access.review(request, chosen=[item.key], by=by, at=ASKING)
    return access.release(request, handed_over="by_hand", by=by, at=ASKING)


def finish(request, by, _cast):
    return corrections.finish(request, answer="It is right as it is.", by=by, at=ASKING)


ACTS = [
    Act("rights.add_rightsrequest", "programme", "ours", record),
    Act("rights.check_identity", "data request", "received", check_identity),
    Act("rights.name_officer", "data request", "received", name_officer),
    Act("rights.prepare_request", "data request", "received", extend),
    Act("rights.prepare_request", "data request", "received", refuse),
    Act("rights.withdraw_request", "data request", "received", withdraw),
    Act("rights.prepare_request", "data request", "to copy", release),
    Act("rights.prepare_request", "data request", "to correct", finish),
    Act("rights.prepare_request", "data request", "to restrict", restrict),
    Act("rights.prepare_request", "data request", "restricted", permit_use),
    Act("rights.prepare_request", "data request", "restricted", lift),
    Act("rights.prepare_request", "data request", "to erase", prepare_erasure),
    Act("rights.prepare_request", "data request", "prepared", put_back),
    Act("rights.confirm_erasure", "data request", "prepared", erase),
    Act("rights.download_file", "data request", "released", note_download),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK: dict[str, str] = {}
