"""From the steps before the start to the end of a placement."""

from secondments.models.amendment import Amendment, AmendmentConsent, AmendmentQuerySet, AmendmentSignature
from secondments.models.placement import WEEK, Placement, PlacementQuerySet
from secondments.models.start_step import ProgrammeStep, StartStep
from secondments.models.workplan import Milestone, Objective, OrganisationView, Workplan

__all__ = [
    "WEEK",
    "Amendment",
    "AmendmentConsent",
    "AmendmentQuerySet",
    "AmendmentSignature",
    "Milestone",
    "Objective",
    "OrganisationView",
    "Placement",
    "PlacementQuerySet",
    "ProgrammeStep",
    "StartStep",
    "Workplan",
]
