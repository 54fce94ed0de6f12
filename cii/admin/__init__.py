"""The admin as a workplace: a site whose front page is a queue of work, and rows whose buttons take steps."""

from cii.admin.filters import LatestFilter
from cii.admin.site import WorkplaceSite
from cii.admin.steps import StepButton, StepForm, StepsAdmin

__all__ = ["LatestFilter", "StepButton", "StepForm", "StepsAdmin", "WorkplaceSite"]
