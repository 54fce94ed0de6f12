"""Pay of a programme's secondees, for those who may see salaries."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from core.accounts.models import Programme, User
from core.accounts.requests import Personal
from core.admin.readonly import around
from grants.exports.pay import grants_of, notes_of, pay_of, tables_of
from grants.forms.accounts import PayForm
from grants.models import Grant
from grants.rules import READS_SALARIES


def pay_view(request: Personal, pk: int) -> HttpResponseBase:
    programme = get_object_or_404(Programme, pk=pk)
    if not request.user.has_perm("grants.view_pay", programme):
        raise Http404
    form = PayForm(request.GET or None, programme=programme)
    grants = list(grants_of(programme, request.user, form.chosen))
    rows = pay_of(grants)
    context = {
        **around(request),
        "title": "Pay of secondees",
        "opts": Grant._meta,
        "form": form,
        "programme": programme,
        "tables": tables_of(rows),
        "notes": notes_of(grants, rows),
    }
    return TemplateResponse(request, "admin/grants/pay.html", context)


def programmes_with_pay(person: User) -> list[tuple[int, str]]:
    """The keys of the programmes that the page may be opened for, with their names where there are several."""
    keys = sorted(person.programmes_as(*READS_SALARIES))
    if len(keys) == 1:
        return [(keys[0], "")]  # no query for a list that is opened all day
    return [(one.pk, str(one)) for one in Programme.objects.filter(pk__in=keys)]
