"""The saved lists beside a list of the admin, and the form that saves this one."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import BigIntegerField, TextField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest

from core.accounts.models import Programme
from core.saved_lists.addresses import address_of
from core.saved_lists.models import LONGEST_NAME, SavedList
from core.saved_lists.rules import offices_of
from core.visibility import visible

register = template.Library()


MOST = 20  # programmes offered, the latest first


@register.inclusion_tag("saved_lists/_beside.html")
def saved_lists(request: HttpRequest, cl: Any) -> dict[str, Any]:
    """One query, which also names the programmes of whoever works in the offices of several."""
    user: Any = request.user
    current = address_of(request, cl.model_admin)
    found, offices = _lists_and_offices(user, cl.opts.label_lower, offices_of(user))
    return {
        "lists": [(one, one.address == current) for one in found],
        "label": cl.opts.label_lower,
        "current": current,
        "offices": offices,
        "longest": LONGEST_NAME,
        "opts": SavedList._meta,
    }


def _lists_and_offices(user: Any, label: str, offices: frozenset[int]) -> tuple[list[SavedList], list[tuple[int, str]]]:
    lists = visible(SavedList, user).filter(listing=label).order_by()
    lines: Any = lists.annotate(is_list=Value(1)).values_list("is_list", "pk", "name", "address", "shared_in")
    if len(offices) > 1:
        latest = Programme.objects.filter(pk__in=offices).order_by("-pk").values("pk")[:MOST]
        nothing = Value("", TextField()), Cast(Value(None), BigIntegerField())
        named = Programme.objects.filter(pk__in=latest).order_by()
        named = named.annotate(is_list=Value(0), no_address=nothing[0], no_office=nothing[1])
        lines = lines.union(named.values_list("is_list", "pk", "name", "no_address", "no_office"), all=True)
    saved, named_offices = [], []
    for is_list, key, name, address, shared_in in sorted(lines, key=lambda line: (line[2].casefold(), line[1])):
        if is_list:
            saved.append(SavedList(pk=key, name=name, address=address, shared_in_id=shared_in, listing=label))
        else:
            named_offices.append((key, name))
    return saved, named_offices or [(key, "") for key in offices]
