"""The outcome of a call, published from the call's page with everything shown before."""

from __future__ import annotations

from typing import Any

from applications.admin.calls import CallAdmin
from applications.models import Call
from applications.work_queue import calls as call_tasks
from core.admin import StepButton, StepForm, tasks_filter
from grants.actions import openness
from grants.models import PublicOutcome
from grants.openness import outcome_of
from grants.work_queue import tasks_with


class PublishOutcomeForm(StepForm):
    """The figures, to read before they are public."""

    panel = "admin/grants/_outcome.html"

    def panel_context(self) -> dict[str, Any]:
        return {"outcome": outcome_of(self.thing)}


def is_not_public(call: Call) -> bool:
    return call.status in openness.DECIDED and not PublicOutcome.objects.filter(call=call).exists()


CallAdmin.list_filter = (tasks_filter(*call_tasks.TASKS, *tasks_with(Call)), *CallAdmin.list_filter[1:])
CallAdmin.steps = {
    **CallAdmin.steps,
    "publish-outcome": StepButton(
        "Publish the outcome",
        openness.publish_outcome,
        "grants.publish_outcome",
        form=PublishOutcomeForm,
        confirm="Everyone can read this page, linked from the call and from the programme. You cannot take it back.",
        when=is_not_public,
        done="The outcome of “{thing}” is public.",
    ),
}
