"""The cast, brought on once for this folder, and taken off again with everything it did."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from applications.models import Candidate, CaseMessage, PostComment
from applications.models.visit_words import needs_token
from core.accounts.links import digest
from core.accounts.models import Invitation, Participation, Programme, RoleRequest
from core.accounts.roles import Role
from core.audit import trail
from core.audit.models import Entry
from core.letters.models import Letter
from tests.accounts.factories import UserFactory
from tests.cast import place

HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="package")
def stage(django_db_setup, django_db_blocker, tmp_path_factory):
    """One transaction around all tests of this folder (each test has its own within), and one folder for files."""
    folder = str(tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder, PASSWORD_HASHERS=HASHERS):
        atomic = transaction.atomic()
        atomic._from_testcase = True
        with atomic:
            yield folder
            transaction.set_rollback(True)


@pytest.fixture(scope="package")
def cast(stage):
    """Everybody and everything."""
    return place()


@pytest.fixture(scope="package")
def things(cast):
    """Everything a permission is asked about, by noun and state."""
    own, rival = cast.lead.memberships.get(), cast.rival.memberships.get()
    ours, other = Programme.objects.get(slug="cii"), Programme.objects.get(slug="other")
    sent = {"invited_by": cast.lead, "invited_at": own.joined_at, "expires_at": own.joined_at + timedelta(days=14)}
    to_join = Invitation.objects.create(organisation=own.organisation, email=cast.rival.email, **sent)
    asked = UserFactory(name="asked")
    role = {"role": Role.LEARNING_PARTNER, "programme": ours, "asked_at": own.joined_at}
    RoleRequest.objects.create(person=asked, asked_by=cast.director, **role)
    return cast.things | {
        "programme": {"ours": ours, "other": other},
        "participation": {
            "own here": Participation(own.organisation_id, ours.pk),
            "rival here": Participation(rival.organisation_id, ours.pk),
            "own elsewhere": Participation(own.organisation_id, other.pk),
        },
        "invitation to join": {"for the rival": to_join},
        "account": {"lead": cast.lead, "administrator": cast.administrator, "asked": asked},
        "organisation": {"own": own.organisation, "rival": rival.organisation},
        "membership": {"own": own},
        "letter": {
            "welcome": Letter.objects.filter(template="accounts.welcome").first(),
            "received": Letter.objects.filter(template="applications.received").first(),
        },
        "line of the trail": {
            "of a call": Entry.objects.filter(thing_type="applications.call").first(),
            "of a person": trail.record("name changed", cast.lead, by=cast.lead, at=own.joined_at),
            "of an invited person": Entry.objects.filter(event="person invited").first(),
            "of the other programme": trail.record("programme changed", other, by=None, at=own.joined_at),
        },
        "nothing": {"at all": None},
    }


@pytest.fixture(scope="package")
def leads_to(cast):
    """What an address leads to: its words in the table -> what stands in the address."""
    things = cast.things
    at = datetime(2019, 5, 1, 9, 0, tzinfo=UTC)
    invitation = Invitation.objects.create(
        organisation=cast.organisation,
        email="new@example.org",
        token_digest=digest("welcome"),
        invited_by=cast.lead,
        invited_at=at,
        expires_at=at,
    )
    Candidate.objects.filter(application=things["application"]["submitted"]).update(token_digest=digest("mine"))
    CaseMessage.objects.filter(pk=things["message"]["to the secondee"].pk).update(token_digest=digest("asks"))
    by_reference = {
        f"{noun} {state}": {"reference": getattr(row, "shown_reference", None) or row.reference}
        for noun in ("application", "grant", "placement")
        for state, row in things[noun].items()
    }
    shortlisted = by_reference["application shortlisted"]
    milestone, commented = things["milestone"]["under way"], PostComment.objects.get()
    own, signs = {"pk": cast.organisation.pk}, cast.editor.memberships.get().pk
    of_active = by_reference["placement active"]
    return {
        **by_reference,
        **{f"call {state}": {"slug": call.slug} for state, call in things["call"].items()},
        **{f"document {kind}": {**shortlisted, "document_id": row.pk} for kind, row in things["document"].items()},
        **{f"visit {state}": {"uid": row.uid} for state, row in things["visit"].items()},
        "message sent": {**shortlisted, "pk": things["message"]["sent"].pk},
        **{
            f"section {name}": {**by_reference["application draft"], "section": name}
            for name in ("organisation", "secondment", "documents")
        },
        **{
            f"report {state}": {"reference": row.grant.reference, "number": row.number}
            for state, row in things["report"].items()
        },
        **{
            f"payment {state}": {"reference": row.grant.reference, "number": row.number}
            for state, row in things["instalment"].items()
        },
        **{
            f"start step {state}": {**by_reference["placement preparing"], "kind": row.kind}
            for state, row in things["start step"].items()
        },
        **{f"step {step}": {**of_active, "pk": milestone.pk, "step": step} for step in ("drop", "ask", "give")},
        **{
            f"expression {state}": {"reference": row.reference}
            for state, row in things["expression of interest"].items()
        },
        "": {},
        "programme": {"slug": cast.organisation.programmes.first().slug},
        "placement nobody's": {"reference": "CII-P-2019-999"},
        "candidate": {"token": "mine"},
        "message link": {"token": "asks"},
        "needs link": {"token": needs_token(things["visit"]["confirmed"].attendees.get(email=cast.declared.email))},
        "equality link": {"token": "equal"},
        "nobody's candidate": {"token": "guessed"},
        "no such number": {"pk": 10**9},
        "no such institution": {"key": "gone"},
        "invitation link": {"token": "welcome"},
        "invitation code": {"code": "AAAA-BBBB"},
        "organisation": own,
        "invitation": {**own, "invitation_pk": invitation.pk},
        "membership": {**own, "membership_pk": signs},
        **{
            f"amendment {state}": {"reference": row.grant.reference, "number": row.number}
            for state, row in things["amendment"].items()
        },
        "extension of active": {**by_reference["grant active"], "kind": "extension"},
        "nothing of active": {**by_reference["grant active"], "kind": "nothing"},
        "contribution received": {"pk": things["contribution"]["received"].pk},
        "home manager": {**of_active, "part": "home_manager"},
        "view": {**of_active, "pk": things["view"]["concern"].pk},
        "objective": {**of_active, "pk": milestone.objective_id},
        "new milestone": {**of_active, "objective_pk": milestone.objective_id},
        "milestone": {**of_active, "pk": milestone.pk},
        "draft post": {"pk": commented.post_id},
        "comment on a post": {"pk": commented.post_id, "comment_pk": commented.pk},
        "message in confidence": {"pk": things["message in confidence"]["waiting"].pk},
        "finding": {"pk": things["finding"]["recorded"].pk},
        "data request": {"reference": things["data request"]["released"].reference},
        "export csv": {"dataset": "placements", "form": "csv"},
    }


@pytest.fixture(autouse=True)
def _own_files(settings, request):
    """Let tests with the cast read its files."""
    settings.DOCUMENT_MAKER = "here"
    settings.PASSWORD_HASHERS = HASHERS
    if "stage" in request.fixturenames:
        settings.MEDIA_ROOT = request.getfixturevalue("stage")
    else:
        settings.MEDIA_ROOT = str(request.getfixturevalue("tmp_path") / "media")


@pytest.fixture(autouse=True)
def _same_names_in_each_test():
    """Go on numbering made-up people: the cast's are here during all tests of this folder."""
