"""An application's deadline: the same in SQL as in Python, whatever its call, its invitation and its own deadline."""

from datetime import timedelta
from itertools import product

import pytest

from applications.models import Application, CallInvitation
from tests.applications.factories import CLOSES, OPENS, an_application, officer, published_call

pytestmark = pytest.mark.django_db
EARLIER, LATER = CLOSES - timedelta(days=5), CLOSES + timedelta(days=5)


def draft(kind, own, *, is_invited):
    """A draft of a call of this kind, with this deadline of its own, as `with_deadline` reads it."""
    call = published_call(kind=kind, closes_at=None if kind == "rolling" else CLOSES)
    application = an_application(call)
    invitation = None
    if is_invited:
        invitation = CallInvitation.objects.create(
            call=call,
            invited="A charity",
            email="office@example.org",
            code_digest="0" * 64,
            expires_at=own or CLOSES,
            issued_at=OPENS,
            issued_by=officer(),
        )
    Application.objects.filter(pk=application.pk).update(own_closes_at=own, invitation=invitation)
    return Application.objects.with_deadline().get(pk=application.pk)


@pytest.mark.parametrize(
    ("kind", "own", "is_invited"),
    list(product(("open", "rolling"), (None, EARLIER, CLOSES, LATER), (False, True))),
)
def test_the_deadline_is_the_same_in_sql_and_in_python(kind, own, is_invited):
    application = draft(kind, own, is_invited=is_invited)
    assert application.deadline == application.closes_at


@pytest.mark.parametrize(
    ("kind", "own", "is_invited", "closes_at"),
    [
        ("open", None, False, CLOSES),
        ("open", EARLIER, False, CLOSES),  # the call was extended after somebody was admitted late
        ("open", LATER, False, LATER),
        ("open", EARLIER, True, EARLIER),
        ("rolling", None, False, None),
        ("rolling", LATER, False, None),
        ("rolling", LATER, True, LATER),
    ],
)
def test_an_invitations_deadline_counts_and_else_the_later_of_its_own_and_the_calls(kind, own, is_invited, closes_at):
    assert draft(kind, own, is_invited=is_invited).closes_at == closes_at
