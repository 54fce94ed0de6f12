"""The seconding organisation's say in the workplan."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.accounts.requests import Personal
from secondments.actions import organisation_views
from secondments.forms.workplan import AnswerForm, ViewForm
from secondments.models import OrganisationView
from secondments.views.fetch import done, placement_or_404


@login_required
def placement_view(request: Personal, reference: str) -> HttpResponse:
    """Show what was said of the workplan, with the form for whoever speaks for the organisation."""
    placement = placement_or_404(request, reference)
    may_say = request.user.has_perm("secondments.say_view", placement)
    version = placement.workplan.version
    form = ViewForm(request.POST or None, initial={"seen_version": version}) if may_say and version else None
    facts = {"by": request.user, "at": request.arrived_at}
    if (
        request.method == "POST"
        and form
        and form.is_valid()
        and done(form, organisation_views.say_view, placement, **form.cleaned_data, **facts)
    ):
        messages.success(request, "What your organisation says is on the workplan now.")
        return redirect("placement_view", reference)
    if form and form.errors:
        # What is on the screen now has been seen: the next press counts.
        form.data = {**{name: form.data.get(name, "") for name in form.fields}, "seen_version": version}
    context = {
        "placement": placement,
        "form": form,
        "views": placement.workplan.views.select_related("said_by", "answered_by"),
        "may_answer": request.user.has_perm("secondments.answer_view", placement),
    }
    return render(request, "secondments/placement_view.html", context)


@login_required
def placement_answer(request: Personal, reference: str, pk: int) -> HttpResponse:
    """Answer a concern for the host."""
    placement = placement_or_404(request, reference, "secondments.answer_view")
    views = OrganisationView.objects.select_related("said_by").filter(workplan=placement.workplan, view="concern")
    view = get_object_or_404(views, pk=pk)
    view.workplan = placement.workplan
    view.workplan.placement = placement
    if not view.waits_for_answer:
        return redirect("placement_view", reference)
    form = AnswerForm(request.POST or None, view=view)
    facts = {"by": request.user, "at": request.arrived_at}
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, organisation_views.answer_view, view, **form.cleaned_data, **facts)
    ):
        messages.success(request, f"Your answer has gone to {view.said_by}.")
        return redirect("placement_view", reference)
    return render(request, "secondments/placement_answer.html", {"form": form, "placement": placement, "view": view})
