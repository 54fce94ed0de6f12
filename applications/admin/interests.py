"""The page of a call on which a person declares interests, by names only, before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.actions import deputies, interests
from applications.models import Application, Call, Interest
from applications.rules.deputies import without_deputy
from applications.visibility.interests import asked_to_declare, closed_until_declared
from applications.visibility.names import shown_name
from core.accounts.models import RoleAssignment, User
from core.accounts.requests import signed_in
from core.accounts.roles import OPENS_ADMIN, STANDS_ALONE
from core.admin import StepButton, StepForm
from core.admin.history import by_and_at
from core.admin.readonly import around
from core.dates import say_day
from core.form_fields import DayField
from core.forms import posted, run_action
from core.governance.admin import MeetingAdmin
from core.governance.models import Meeting
from core.text import plural

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

NONE, CONFLICT = "none", "conflict"


TO_DECLARE = "admin/applications/_to_declare.html"


def page_of(call: int) -> str:
    return reverse("admin:applications_call_interests", args=[call])


def asked_first(request: HttpRequest, key: str) -> HttpResponse | None:
    """Lead whoever is still to declare their interests in an application to the page that asks; None for others."""
    rows = closed_until_declared(signed_in(request))
    application = rows.filter(pk=key).first() if key.isdecimal() else None
    if application is None:
        return None
    messages.info(request, "Say first whether you have a conflict of interest. You can read the application then.")
    return HttpResponseRedirect(page_of(application.call_id))


def still_to_declare(request: HttpRequest, call: Call | None = None) -> list[dict[str, Any]]:
    """How many applications of a call are closed to a member of the committee; of every call, the undecided ones."""
    user = signed_in(request)
    rows = asked_to_declare(user) if call is None else closed_until_declared(user).filter(call=call)
    counted = rows.order_by("call").values("call", "call__title").annotate(count=Count("pk"))
    return [{**row, "url": page_of(row["call"])} for row in counted]


def of_meeting(request: HttpRequest, _meeting: Meeting) -> tuple[str, dict[str, Any]]:
    return TO_DECLARE, {"to_declare": still_to_declare(request)}


MeetingAdmin.parts.append(of_meeting)


class InterestsForm(forms.Form):
    """None or a conflict for each application, and none for all that were left open."""

    rest = forms.BooleanField(label="I have no conflict of interest with the rest", required=False)

    def __init__(self, data: Any = None, *, applications: list[Application], by: User) -> None:
        super().__init__(data)
        self.applications, self.by = applications, by
        for one in applications:
            self.fields[f"answer_{one.pk}"] = forms.ChoiceField(
                label=str(one.organisation),
                required=False,
                choices=[(NONE, "I have no conflict of interest"), (CONFLICT, "I have a conflict of interest")],
                widget=forms.RadioSelect,
            )
            self.fields[f"what_{one.pk}"] = forms.CharField(
                label=f"What it is: {one.organisation}",
                required=False,
                max_length=2000,
                widget=forms.TextInput(attrs={"class": "vTextField"}),
            )

    def rows(self) -> list[dict[str, Any]]:
        keys = [one.pk for one in self.applications]
        rows = Application.objects.filter(pk__in=keys).annotate(shown_name=shown_name(self.by))
        named = dict(rows.values_list("pk", "shown_name"))
        return [
            {
                "application": one,
                "name": named.get(one.pk) or "",
                "answer": self[f"answer_{one.pk}"],
                "what": self[f"what_{one.pk}"],
            }
            for one in self.applications
        ]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        conflicts, none = {}, []
        for one in self.applications:
            answer, what = typed.get(f"answer_{one.pk}"), typed.get(f"what_{one.pk}", "")
            if answer == CONFLICT and not what.strip():
                self.add_error(f"what_{one.pk}", f"Enter what the conflict of interest with {one.organisation} is.")
            elif answer == NONE and what.strip():
                self.add_error(f"answer_{one.pk}", "You wrote what it is: choose that you have a conflict of interest.")
            if answer == CONFLICT or (not answer and what.strip()):
                conflicts[one] = what
            elif answer == NONE or (typed.get("rest") and f"what_{one.pk}" in self.data):  # it was on their page
                none.append(one)
        if not self.errors and not conflicts and not none:
            raise forms.ValidationError("Choose an answer, or tick that you have none with the rest.")
        return {"conflicts": conflicts, "none": none}


def declare(form: InterestsForm, call: Call, request: HttpRequest) -> bool:
    if not run_action(form, interests.declare_all, call, **by_and_at(request), **form.cleaned_data):
        return False
    count = len(form.cleaned_data["conflicts"]) + len(form.cleaned_data["none"])
    messages.success(request, f"You have declared your interests for {plural(count, 'application')}.")
    return True


def list_url(request: HttpRequest, call: Call) -> str:
    filters = request.GET.get("_changelist_filters") or f"call__id__exact={call.pk}"
    return f"{reverse('admin:applications_application_changelist')}?{filters}"


class DeputyForm(forms.Form):
    """Who stands in, on a case from which one stood aside, in a role that one holds alone; by names only."""

    case = forms.ChoiceField(label="Case", widget=forms.RadioSelect, error_messages={"required": "Choose the case."})
    person: Any = forms.ModelChoiceField(User.objects.none(), label="Deputy", required=False)

    def __init__(self, data: Any = None, *, call: Call, by: User) -> None:
        super().__init__(data)
        self.cases = {
            f"{case.pk}:{role}": (case, role)
            for role in STANDS_ALONE
            for case in without_deputy(by, role).filter(call=call).select_related("organisation", "call__programme")
        }
        choices = [(key, f"{case.organisation}, as {role}") for key, (case, role) in self.cases.items()]
        of_call = RoleAssignment.objects.filter(programme=call.programme_id, role__in=OPENS_ADMIN)
        people = User.objects.filter(pk__in=of_call.values("person"), is_active=True).exclude(pk=by.pk)
        case, person = cast("Any", self.fields["case"]), cast("Any", self.fields["person"])
        case.choices, person.queryset = choices, people.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("person"):
            self.add_error("person", "Choose who stands in.")
        return typed


def name_deputy(form: DeputyForm, request: HttpRequest) -> bool:
    case, role = form.cases[form.cleaned_data["case"]]
    person = form.cleaned_data["person"]
    if not run_action(form, deputies.name, case, role=role, person=person, **by_and_at(request)):
        return False
    messages.success(request, f"{person} stands in for you. We are emailing them.")
    return True


def interests_view(calls: ModelAdmin[Call]) -> Callable[[HttpRequest, int], HttpResponse]:
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        call = calls.get_object(request, str(pk))
        if call is None or not user.has_perm("applications.declare_interests_call", call):
            raise Http404
        rows = list(interests.to_declare(call, user).select_related("organisation", "call__programme"))
        is_deputy = "person" in request.POST
        naming = DeputyForm(posted(request) if is_deputy else None, call=call, by=user)
        if naming.is_bound and naming.is_valid() and name_deputy(naming, request):
            return HttpResponseRedirect(request.path)
        form = InterestsForm(None if is_deputy else posted(request), applications=rows, by=user)
        if form.is_bound and form.is_valid() and declare(form, call, request):
            return HttpResponseRedirect(request.get_full_path())
        context = {
            **around(request),
            "title": "Declare your interests",
            "subtitle": str(call),
            "opts": calls.opts,
            "original": call,
            "form": form,
            "naming": naming,
            "rows": form.rows(),
            "list_url": list_url(request, call),
        }
        return TemplateResponse(request, "admin/applications/call/interests.html", context)

    return view


class HandleForm(StepForm):
    """Whose conflict of interest, and what follows from it."""

    interest: Any = forms.ModelChoiceField(
        Interest.objects.none(),
        label="Whose",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose whose conflict of interest you decide about."},
    )
    handling = forms.ChoiceField(
        label="What follows",
        choices=Interest.Handling.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the person is recused or stays."},
    )
    measure = forms.CharField(
        label="What is done so that the person may stay",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only for a person who stays. For example, a colleague checks their scores.",
    )
    review_on = DayField(label="Review it on", required=False, help_text="Only for a person who stays.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.thing.interests.filter(has_conflict=True).exclude(person=self.by).select_related("person")
        field = cast("Any", self.fields["interest"])
        field.queryset = rows
        field.label_from_instance = lambda row: f"{row.person}: {row.explanation} ({row.get_source_display()})"


def handle(_application: Application, *, interest: Interest, **facts: Any) -> None:
    interests.handle(interest, **facts)


class ReviewForm(HandleForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("Any", self.fields["interest"])
        field.queryset = field.queryset.filter(handling=Interest.Handling.STAYS).order_by("review_on")
        field.label_from_instance = lambda row: (
            f"{row.person}, to review on {say_day(row.review_on)}: {row.measure} ({row.explanation})"
        )
        self.fields["measure"].help_text = "Only for a person who stays. Leave it empty to keep the measure as it is."

    def clean_measure(self) -> str:
        return str(self.cleaned_data["measure"]).strip()


def review(application: Application, *, interest: Interest, measure: str, **facts: Any) -> None:
    handle(application, interest=interest, measure=measure or interest.measure, **facts)


def somebody_stays(application: Application) -> bool:
    return application.interests.filter(handling=Interest.Handling.STAYS).exists()


REVIEW = StepButton(
    "Review a conflict of interest",
    review,
    "applications.handle_interest",
    form=ReviewForm,
    when=somebody_stays,
    done="You have reviewed the conflict of interest.",
)
HANDLE = StepButton(
    "Handle a conflict of interest",
    handle,
    "applications.handle_interest",
    form=HandleForm,
    when=lambda application: application.interests.filter(has_conflict=True).exists(),
    done="You have recorded how the conflict of interest is handled.",
)
