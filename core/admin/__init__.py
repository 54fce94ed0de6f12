"""The admin as a workplace: a site whose front page is a queue of work, and rows whose buttons take steps."""

from core.admin.filters import LatestFilter, StageFilter, tasks_filter
from core.admin.site import WorkplaceSite
from core.admin.steps import StepButton, StepForm, StepsAdmin

__all__ = ["LatestFilter", "StageFilter", "StepButton", "StepForm", "StepsAdmin", "WorkplaceSite", "tasks_filter"]
