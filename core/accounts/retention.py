"""How long invitations and sign-ins are kept, and what stays and why."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from core.accounts.models import Invitation
from core.retention.rules import Kept, Rule, ago


def invitations(at: datetime) -> QuerySet[Invitation]:
    """Invitations to join an organisation that were used, or ran out, 90 days ago."""
    before = ago(at, days=90)
    return Invitation.objects.filter(Q(accepted_at__lte=before) | Q(accepted_at__isnull=True, expires_at__lte=before))


def sessions(at: datetime) -> QuerySet[Session]:
    """Sign-ins that ended by themselves, with whatever had been typed when they did."""
    return Session.objects.filter(expire_date__lte=at)


TABLE: tuple[Kept, ...] = (
    Rule(
        "Invitations to join an organisation's account",
        "90 days after they were used or ran out",
        "On the trail: that somebody was invited, by whom, and who joined",
        due=invitations,
        is_whole=True,
    ),
    Rule("Sign-ins", "12 hours, or until you sign out", due=sessions, is_whole=True, is_noted=False),
    Kept(
        "Accounts: name, e-mail address, organisation, role",
        "you want one: you may ask us to close yours",
        "Your name beside what you did here",
    ),
    Kept(
        "The trail: who did what and when",
        "this service itself; of people's own words nothing stays in it when their time is over",
    ),
)

# What says something about a person and yet outlives the rules, by the reason why.
STAYS = {
    "the person's own account, theirs to change, and kept while they have one": (
        "User.password User.last_login User.is_superuser User.email User.name User.works_for User.is_staff "
        "User.is_active User.date_joined User.groups User.user_permissions"
    ),
    "who works on a programme in which role; it ends when the role is taken back": (
        "RoleAssignment.person RoleAssignment.role"
    ),
    "who belongs to an organisation; it ends when somebody leaves": (
        "Membership.person Membership.standing Membership.is_signatory Membership.joined_at"
    ),
}
