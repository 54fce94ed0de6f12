"""Steps for many at once: applications, assessments, visits."""

from __future__ import annotations

from typing import Any, cast

from applications.actions import assessments, reminding, shortlisting, visit_slots
from applications.admin.forms import PersonField
from applications.admin.shortlisting import PREFETCHED, PREPARED, ReasonsForm, release_page
from applications.admin.visit_slot_forms import OfferManyForm
from applications.lifecycle import Status
from applications.models import Application
from applications.models.assessment import Party
from applications.rules.assessments import possible_assessors
from applications.work_queue import in_office
from core.accounts.models import User
from core.admin import StepButton
from core.admin.bulk import BulkForm, BulkStep
from core.lifecycle import require

RELATED = ("organisation", "call__programme__funder", "call__programme__host", "post")


class TurnDownManyForm(ReasonsForm, BulkForm):
    """The same reasons for each application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer({thing.programme_id for thing in self.things})


class AssignManyForm(BulkForm):
    """One assessor of each side, or of one only, for each application."""

    funder_assessor = PersonField(User.objects.none(), required=False, label="Funder's assessor")
    host_assessor = PersonField(User.objects.none(), required=False, label="Host's assessor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one_of_each = {thing.programme_id: thing for thing in self.things}.values()
        for side in Party:
            people = User.objects.none()
            for application in one_of_each:
                people |= possible_assessors(side, application)
            field = cast("Any", self.fields[f"{side}_assessor"])
            field.queryset, field.empty_label = people.distinct().order_by("name"), "No one now"
            field.help_text = "Who has a conflict of interest, or was asked before, is left out row by row."
            field.error_messages["invalid_choice"] = "Choose a person from the list."

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not self.errors and not (typed["funder_assessor"] or typed["host_assessor"]):
            self.add_error("funder_assessor", "Choose an assessor of the funder, of the host, or one of each.")
        return typed


def refuse_assigning(application: Application, at: Any) -> None:
    shortlisting.refuse_before_close(application, at, "Assessment")
    is_assessed = application.status in {Status.SUBMITTED, Status.SHORTLISTED}
    state = application.get_status_display()
    require(is_assessed, f"This application is {state}. You can assess only submitted or shortlisted applications.")


REMIND = StepButton(
    "Remind the assessor",
    reminding.remind,
    "applications.remind_assessment",
    precheck=reminding.refuse_reminding,
    confirm="We send the email now.",
    done="We are emailing the assessor.",
)
OF_ASSESSMENTS = {
    "remind": BulkStep(
        "Remind assessors",
        "remind",
        in_office,
        "reminded of. We are emailing the assessors.",
        confirm="We email each assessor about each application whose scores are owed.",
        precheck=reminding.refuse_reminding,
        related=("assessor", "application__organisation", "application__call__programme"),
    ),
}
OF_VISIT = ("application__organisation", "application__call__programme", "arranged_by")
OF_VISITS = {
    "confirm": BulkStep(
        "Confirm the chosen visits",
        "confirm",
        in_office,
        "confirmed. We are emailing everyone invited.",
        confirm="The visits take place as proposed. We email everyone invited to each.",
        related=OF_VISIT,
    ),
    "cancel": BulkStep(
        "Cancel the chosen visits",
        "cancel",
        in_office,
        "cancelled. We are emailing everyone invited.",
        confirm="We email everyone invited to each visit and remove it from their calendars. You cannot undo this.",
        related=OF_VISIT,
    ),
}
STEPS = {
    "shortlist": BulkStep(
        "Shortlist",
        "shortlist",
        in_office,
        f"prepared for the shortlist. {PREPARED}",
        confirm=f"The applications are prepared for the shortlist. {PREPARED}",
        precheck=shortlisting.refuse_shortlisting,
        onward=release_page,
        related=RELATED,
        prefetched=PREFETCHED,
    ),
    "turn-down": BulkStep(
        "Turn down",
        "turn_down",
        in_office,
        f"prepared to be turned down. {PREPARED}",
        confirm=f"The applications do not go to the committee. {PREPARED}",
        form=TurnDownManyForm,
        precheck=shortlisting.refuse_turning_down,
        onward=release_page,
        related=RELATED,
        prefetched=("shortlist_outcomes",),
    ),
    "assign": BulkStep(
        "Assign assessors",
        "assign",
        in_office,
        "assigned. We are emailing the assessors.",
        confirm="We email each assessor about each application.",
        form=AssignManyForm,
        action=assessments.assign_both,
        precheck=refuse_assigning,
        related=RELATED,
    ),
    "offer-times": BulkStep(
        "Offer visit times",
        "offer-times",
        in_office,
        "offered times. We are emailing the organisations, which choose.",
        confirm="We email each organisation the same times. Each time goes to the one that chooses it first.",
        form=OfferManyForm,
        precheck=visit_slots.refuse_offering,
        related=RELATED,
        prefetched=("visits",),
    ),
}
