"""Names somebody else in a placement: a manager who takes over from one who has left."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted
from secondments.actions import people
from secondments.forms.opening import LineManagerForm, PersonForm
from secondments.lifecycle import Part
from secondments.views.fetch import placement_or_404, too_late


@login_required
def placement_person(request: Personal, reference: str, part: str) -> HttpResponse:
    placement = placement_or_404(request, reference)
    if part not in Part.values or (part == Part.SECONDEE and not placement.is_preparing):
        raise Http404
    if not request.user.has_perm("secondments.change_placement", placement):
        return too_late(request, "secondments.change_placement", placement, placement)
    role, is_line_manager = Part(part), part == Part.LINE_MANAGER
    form = LineManagerForm if is_line_manager else partial(PersonForm, part=role)
    action = people.change_line_manager if is_line_manager else partial(people.change_person, part=role)
    return confirm_page(
        request,
        form(posted(request), placement=placement),
        partial(action, placement, **acting(request)),
        template="secondments/placement_person.html",
        context={"placement": placement, "part": role, "current": getattr(placement, part)},
        done=f"We have changed the {role.label} and are emailing everyone in the placement.",
        to=placement,
    )
