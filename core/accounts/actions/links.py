"""Linking one's account to one's account at an institution, and undoing it."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from core.accounts import links, oidc
from core.accounts.models import User
from core.accounts.oidc_providers import Provider
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check


@transaction.atomic
def link_account(person: User, *, provider: Provider, uid: str, by: User, at: datetime) -> SocialAccount:
    """Let this identity (issuer and subject) sign in as the person; they get an email.

    Raises Refused for an address at another domain, for a second identity, and for one that is linked already.
    """
    check(by, "accounts.link_account", person)
    require(oidc.is_for(provider, person), oidc.not_theirs(provider), code="other_domain")
    sentence = f"Your account is already linked to an account at {provider.name}. Remove that link first."
    require(not SocialAccount.objects.filter(user=person, provider=provider.key).exists(), sentence, code="linked")
    try:
        with transaction.atomic():
            row: SocialAccount = SocialAccount.objects.create(user=person, provider=provider.key, uid=uid)
    except IntegrityError:
        raise Refused(f"This account at {provider.name} is linked to another account here.", code="taken") from None
    trail.record("account linked", person, by=by, at=at, institution=provider.name)
    _tell("account_linked", person, provider.name, at=at)
    return row


@transaction.atomic
def unlink_account(person: User, *, link: SocialAccount, by: User, at: datetime) -> None:
    check(by, "accounts.link_account", person)
    require(link.user_id == person.pk, "This is not your link.", code="not_own")
    provider = oidc.provider_of(link.provider)
    name = provider.name if provider else link.provider
    link.delete()
    trail.record("account link removed", person, by=by, at=at, institution=name)
    _tell("account_unlinked", person, name, at=at)


def _tell(template: str, person: User, name: str, *, at: datetime) -> None:
    outbox.post(
        f"accounts.{template}",
        to=person,
        key=f"{template}:{person.pk}:{at.isoformat()}",
        at=at,
        institution=name,
        account=links.absolute("account_you"),
    )
