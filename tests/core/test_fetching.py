"""Fetching one row for a view: what is not to be seen is not found."""

from __future__ import annotations

import pytest
from django.http import Http404

from core.accounts.models import Organisation
from core.permissions import may_ever
from core.visibility import visible_or_404
from tests.accounts.factories import MembershipFactory, OrganisationFactory

PERMISSION = "accounts.change_organisation"

pytestmark = pytest.mark.django_db


def test_a_row_that_somebody_sees_is_found() -> None:
    membership = MembershipFactory()
    found = visible_or_404(Organisation, membership.person, pk=membership.organisation.pk)
    assert found == membership.organisation


@pytest.mark.parametrize("pk", ["another's", "nobody's"])
def test_a_row_that_they_do_not_see_is_not_found_like_one_that_does_not_exist(pk: str) -> None:
    membership = MembershipFactory()
    other = OrganisationFactory().pk if pk == "another's" else 0
    with pytest.raises(Http404):
        visible_or_404(Organisation, membership.person, pk=other)


def test_a_row_is_not_found_without_the_permission_asked_for() -> None:
    editor = MembershipFactory(standing="editor")
    lead = MembershipFactory(organisation=editor.organisation)
    rows, pk = Organisation.objects.all(), editor.organisation.pk
    assert visible_or_404(rows, lead.person, PERMISSION, pk=pk) == editor.organisation
    with pytest.raises(Http404):
        visible_or_404(rows, editor.person, PERMISSION, pk=pk)


def test_a_superuser_who_may_view_everything_is_not_one_of_those_who_have_the_permission() -> None:
    lead, superuser = MembershipFactory(), MembershipFactory().person
    superuser.is_superuser = True
    assert superuser.has_perm("accounts.view_organisation", lead.organisation)
    assert may_ever(lead.person, "accounts.view_organisation", lead.organisation)
    assert not may_ever(superuser, "accounts.view_organisation", lead.organisation)
