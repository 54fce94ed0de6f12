"""The addresses of placements: URL name = view = template."""

from django.urls import path

from secondments.views import (
    amendments,
    dashboard,
    opening,
    organisation,
    people,
    placements,
    reports,
    starting,
    steps,
    week,
    workplan,
)

urlpatterns = [
    path("amendments/<str:reference>/", amendments.amendments, name="amendments"),
    path("amendments/<str:reference>/ask/<slug:kind>/", amendments.amendment_ask, name="amendment_ask"),
    path("amendments/<str:reference>/<int:number>/", amendments.amendment, name="amendment"),
    path("amendments/<str:reference>/<int:number>/agree/", amendments.amendment_agree, name="amendment_agree"),
    path("amendments/<str:reference>/<int:number>/refuse/", amendments.amendment_refuse, name="amendment_refuse"),
    path("amendments/<str:reference>/<int:number>/withdraw/", amendments.amendment_withdraw, name="amendment_withdraw"),
    path("amendments/<str:reference>/<int:number>/sign/", amendments.amendment_sign, name="amendment_sign"),
    path("amendments/<str:reference>/<int:number>/agreement.pdf", amendments.amendment_pdf, name="amendment_pdf"),
    path("placements/", placements.placements, name="placements"),
    path("placements/week/", week.placement_week, name="placement_week"),
    path("placements/open/<str:reference>/", opening.placement_open, name="placement_open"),
    path("placements/<str:reference>/", placements.placement, name="placement"),
    path("placements/<str:reference>/next.ics", dashboard.placement_calendar, name="placement_calendar"),
    path("placements/<str:reference>/start/", starting.placement_start, name="placement_start"),
    path("placements/<str:reference>/end/", starting.placement_end, name="placement_end"),
    path("placements/<str:reference>/call-off/", starting.placement_call_off, name="placement_call_off"),
    path("placements/<str:reference>/people/<slug:part>/", people.placement_person, name="placement_person"),
    path("placements/<str:reference>/days/", starting.placement_days, name="placement_days"),
    path("placements/<str:reference>/steps/<slug:kind>/", steps.placement_step, name="placement_step"),
    path(
        "placements/<str:reference>/steps/<slug:kind>/confirm/",
        steps.placement_step_confirm,
        name="placement_step_confirm",
    ),
    path("placements/<str:reference>/steps/<slug:kind>/keep/", steps.placement_step_keep, name="placement_step_keep"),
    path(
        "placements/<str:reference>/steps/<slug:kind>/waive/", steps.placement_step_waive, name="placement_step_waive"
    ),
    path(
        "placements/<str:reference>/steps/<slug:kind>/reopen/",
        steps.placement_step_reopen,
        name="placement_step_reopen",
    ),
    path("placements/<str:reference>/view/", organisation.placement_view, name="placement_view"),
    path("placements/<str:reference>/view/<int:pk>/answer/", organisation.placement_answer, name="placement_answer"),
    path("placements/<str:reference>/reports/", reports.placement_reports, name="placement_reports"),
    path("placements/<str:reference>/workplan.pdf", workplan.placement_workplan_pdf, name="placement_workplan_pdf"),
    path("placements/<str:reference>/workplan/", workplan.placement_workplan, name="placement_workplan"),
    path(
        "placements/<str:reference>/workplan/objectives/new/",
        workplan.workplan_objective,
        name="workplan_objective_new",
    ),
    path(
        "placements/<str:reference>/workplan/objectives/<int:pk>/",
        workplan.workplan_objective,
        name="workplan_objective",
    ),
    path(
        "placements/<str:reference>/workplan/objectives/<int:objective_pk>/milestones/new/",
        workplan.workplan_milestone,
        name="workplan_milestone_new",
    ),
    path(
        "placements/<str:reference>/workplan/milestones/<int:pk>/",
        workplan.workplan_milestone,
        name="workplan_milestone",
    ),
    path(
        "placements/<str:reference>/workplan/milestones/<int:pk>/steps/<slug:step>/",
        workplan.workplan_milestone_step,
        name="workplan_milestone_step",
    ),
]
