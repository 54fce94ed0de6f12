"""From the six steps before the start to the end of a placement."""

from secondments.models.owners import confirmers, leads, line_managers, programme_managers, recorders, unplaced
from secondments.models.placement import WEEK, Placement, StartStep
from secondments.models.workplan import Milestone, Objective, OrganisationView, Workplan

__all__ = [
    "WEEK",
    "Milestone",
    "Objective",
    "OrganisationView",
    "Placement",
    "StartStep",
    "Workplan",
    "confirmers",
    "leads",
    "line_managers",
    "programme_managers",
    "recorders",
    "unplaced",
]
