"""Which people, organisations, programmes, lines of the trail and letters somebody sees."""

from collections import defaultdict

from django.db.models import Q, QuerySet

from core.accounts.models import Invitation, Membership, Organisation, Programme, User
from core.accounts.roles import FUNDER_OFFICERS, SEES_ORGANISATIONS
from core.accounts.rules import is_administrator
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.letters.models import Letter, LetterWording, Mailing
from core.visibility import hidden_from, shows


def _organisations(user: User) -> Q:
    return Q(programmes__in=user.programmes_as(*SEES_ORGANISATIONS)) | Q(pk__in=user.organisation_ids)


@shows(Organisation)
def visible_organisations(rows: QuerySet[Organisation], user: object) -> QuerySet[Organisation]:
    """One's own; those of one's programmes for the funder's office; all for administrators."""
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser or is_administrator(user):
        return rows
    return rows.filter(pk__in=Organisation.objects.filter(_organisations(user)).values("pk"))


@shows(Membership)
def visible_memberships(rows: QuerySet[Membership], user: object) -> QuerySet[Membership]:
    return rows.filter(organisation__in=visible_organisations(Organisation.objects.all(), user))


@shows(Invitation)
def visible_invitations(rows: QuerySet[Invitation], user: object) -> QuerySet[Invitation]:
    return rows.filter(organisation__in=visible_organisations(Organisation.objects.all(), user))


@shows(User)
def visible_people(rows: QuerySet[User], user: object) -> QuerySet[User]:
    return rows if isinstance(user, User) and (user.is_superuser or is_administrator(user)) else rows.none()


@shows(Programme)
def visible_programmes(rows: QuerySet[Programme], user: object) -> QuerySet[Programme]:
    """The programmes in which one is an officer or director; all for administrators."""
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser or is_administrator(user):
        return rows
    return rows.filter(pk__in=user.programmes_as(*FUNDER_OFFICERS))


@shows(Entry)
def visible_entries(rows: QuerySet[Entry], user: object) -> QuerySet[Entry]:
    """Those of one's programmes for officers and directors; those on people and the installation for administrators.

    None about an application whose story is hidden from one, nor about what came of it (core.visibility.hides).
    """
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser:
        return rows
    seen = Q(programme__in=user.programmes_as(*FUNDER_OFFICERS))
    if is_administrator(user):
        of_installation = Q(thing_type__startswith="letters.", programme__isnull=True)
        seen |= Q(thing_type__startswith="accounts.") | of_installation
    keys: dict[str, list[str]] = defaultdict(list)
    for label in hidden_from(user):
        thing_type, _, key = label.partition(":")
        keys[thing_type].append(key)
    for thing_type, hidden in keys.items():
        seen &= ~Q(thing_type=thing_type, thing_id__in=hidden)
    return rows.filter(seen)


@shows(Letter)
def visible_letters(rows: QuerySet[Letter], user: object) -> QuerySet[Letter]:
    """Those of one's programmes for officers and directors; those of the installation for administrators.

    None about an application whose story is hidden from one, nor about what came of it (core.visibility.hides).
    """
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser:
        return rows
    seen = Q(programme__in=user.programmes_as(*FUNDER_OFFICERS))
    if is_administrator(user):
        seen |= Q(programme__isnull=True) | Q(template__startswith="accounts.")
    if hidden := hidden_from(user):
        seen &= ~Q(case__in=hidden)
    return rows.filter(seen)


@shows(LetterWording)
def visible_wordings(rows: QuerySet[LetterWording], user: object) -> QuerySet[LetterWording]:
    """Those of one's programmes for officers and directors."""
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    return rows if user.is_superuser else rows.filter(programme__in=user.programmes_as(*FUNDER_OFFICERS))


@shows(Mailing)
def visible_mailings(rows: QuerySet[Mailing], user: object) -> QuerySet[Mailing]:
    """Those of one's programmes for officers and directors: who got one is told by the letters that one may read."""
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    return rows if user.is_superuser else rows.filter(programme__in=user.programmes_as(*FUNDER_OFFICERS))


@shows(GeneratedDocument)
def visible_documents(rows: QuerySet[GeneratedDocument], user: object) -> QuerySet[GeneratedDocument]:
    """How the making of documents fares, for administrators; the documents are served by the views of their things."""
    return rows if isinstance(user, User) and (user.is_superuser or is_administrator(user)) else rows.none()
