"""Whom letters about an application or a call go to, and the links in them."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from applications.models import Application, ExpressionOfInterest
from core.accounts.models import Membership, Organisation, User
from core.accounts.roles import Role


def leads(application: Application) -> QuerySet[User]:
    """The people who lead the organisation that applies and may sign in."""
    return leads_of(application.organisation_id)


def leads_of(organisation: Organisation | int) -> QuerySet[User]:
    """The people who lead this organisation and may sign in."""
    lead = Membership.Standing.LEAD
    return User.objects.filter(
        is_active=True, memberships__organisation=organisation, memberships__standing=lead
    ).distinct()


def members(thing: Application | ExpressionOfInterest) -> QuerySet[User]:
    """Everybody of the organisation that applies, or is interested, who may sign in.

    With them the officer who entered the application: where nobody is registered, the office has to hear of it.
    """
    concerned = Q(memberships__organisation=thing.organisation_id)
    if isinstance(thing, Application) and thing.entered_by_id:
        concerned |= Q(pk=thing.entered_by_id)
    return User.objects.filter(concerned, is_active=True).distinct()


def officers() -> QuerySet[User]:
    """The grants officers who may sign in."""
    return User.objects.filter(is_active=True, role_assignments__role=Role.OFFICER)


def link(name: str, *args: object) -> str:
    """The whole address of a page, built from SITE_URL and never from a request."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
