"""What the seconding organisation says about the workplan."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted, run_action
from secondments.actions import organisation_views
from secondments.forms.workplan import AnswerForm, ViewForm
from secondments.models import OrganisationView
from secondments.views.fetch import with_workplan_or_404


@login_required
def placement_view(request: Personal, reference: str) -> HttpResponse:
    """Show what was said, with the form for whoever speaks for the organisation."""
    placement = with_workplan_or_404(request, reference)
    may_say = request.user.has_perm("secondments.say_view", placement)
    version = placement.workplan.version
    form = ViewForm(posted(request), version=version) if may_say and version else None
    if form and form.is_bound and form.is_valid():
        action = partial(organisation_views.say_view, placement, **acting(request))
        if run_action(form, action, **form.cleaned_data):
            messages.success(request, "We have saved what your organisation thinks.")
            return redirect("placement_view", reference)
        form.show_current_version()
    context = {
        "placement": placement,
        "form": form,
        "views": placement.workplan.views.select_related("said_by", "answered_by"),
        "may_answer": request.user.has_perm("secondments.answer_view", placement),
    }
    return render(request, "secondments/placement_view.html", context)


@login_required
def placement_answer(request: Personal, reference: str, pk: int) -> HttpResponse:
    placement = with_workplan_or_404(request, reference, "secondments.answer_view")
    concerns = placement.workplan.views.select_related("said_by").filter(view=OrganisationView.View.CONCERN)
    view = get_object_or_404(concerns, pk=pk)
    if not view.waits_for_answer:
        return redirect("placement_view", reference)
    return confirm_page(
        request,
        AnswerForm(posted(request)),
        partial(organisation_views.answer_view, view, **acting(request)),
        template="secondments/placement_answer.html",
        context={"placement": placement, "view": view},
        done=f"We have emailed your answer to {view.said_by}.",
        to=reverse("placement_view", args=[reference]),
    )
