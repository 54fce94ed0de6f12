"""Emails that did not arrive, on the page of the person or the case in the admin."""

from typing import Any

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, Q
from django.http import HttpRequest

from core.letters.models import Letter, Status
from core.letters.outbox import case_in
from core.visibility import visible

register = template.Library()


@register.inclusion_tag("letters/_returned.html")
def returned_letters(request: HttpRequest, thing: Model | None) -> dict[str, Any]:
    """List the letters given up that were for this person, or about the case that this thing belongs to."""
    given_up = Letter.objects.filter(status=Status.DEAD, erased_at__isnull=True)
    if isinstance(thing, AbstractBaseUser):
        of_thing = Q(to_user=thing.pk) | Q(to_email__iexact=thing.get_username())
    elif thing is not None and (case := case_in([thing])):
        of_thing = Q(case=case)
    else:
        return {}
    return {
        "letters": visible(given_up.filter(of_thing), request.user),
        "is_person": isinstance(thing, AbstractBaseUser),
    }
