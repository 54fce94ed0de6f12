"""The addresses of this part of the journey: URL name = view = template."""

from django.urls import path, re_path

from applications.models.call import Section
from applications.views import (
    applications,
    calls,
    candidates,
    dashboard,
    documents,
    equality,
    expressions,
    invitations,
    rehearsals,
    sections,
    starting,
)

APPLICATION = "applications/<str:reference>/"
EXPRESSION = "interest/<str:reference>/"

urlpatterns = [
    path("calls/", calls.calls, name="calls"),
    path("calls/<slug:slug>/", calls.call, name="call"),
    path("calls/<slug:slug>/apply/", starting.call_apply, name="call_apply"),
    path("calls/<slug:slug>/deadline.ics", calls.call_calendar, name="call_calendar"),
    path("calls/<slug:slug>/blank.pdf", calls.call_blank, name="call_blank"),
    path("invited/", invitations.invited, name="invited"),
    path("invited/apply/", invitations.invited_take_up, name="invited_take_up"),
    path("invited/<str:code>/", invitations.invited_code, name="invited_code"),
    path("applications/", applications.applications, name="applications"),
    path(APPLICATION, applications.application, name="application"),
    path(f"{APPLICATION}next.ics", dashboard.application_calendar, name="application_calendar"),
    path(f"{APPLICATION}check/", applications.application_check, name="application_check"),
    path(f"{APPLICATION}submit/", applications.application_submit, name="application_submit"),
    path(f"{APPLICATION}receipt/", applications.application_receipt, name="application_receipt"),
    path(f"{APPLICATION}withdraw/", applications.application_withdraw, name="application_withdraw"),
    path(f"{APPLICATION}reopen/", applications.application_reopen, name="application_reopen"),
    path(f"{APPLICATION}ask/", applications.application_ask, name="application_ask"),
    path(f"{APPLICATION}earlier/", starting.application_bring, name="application_bring"),
    path(f"{APPLICATION}rehearsal/", rehearsals.application_rehearsal, name="application_rehearsal"),
    path(f"{APPLICATION}sheet/", sections.application_sheet, name="application_sheet"),
    path(f"{APPLICATION}application.pdf", documents.application_pdf, name="application_pdf"),
    path(f"{APPLICATION}documents/<uuid:document_id>/", documents.application_document, name="application_document"),
    re_path(
        rf"^applications/(?P<reference>[^/]+)/(?P<section>{'|'.join(Section.values)})/$",
        sections.application_section,
        name="application_section",
    ),
    path("candidate/<str:token>/", candidates.candidate, name="candidate"),
    path("candidate/<str:token>/details/", candidates.candidate_correct, name="candidate_correct"),
    path("candidate/<str:token>/upload/", candidates.candidate_upload, name="candidate_upload"),
    path("candidate/<str:token>/cv/", candidates.candidate_cv, name="candidate_cv"),
    path("candidate/<str:token>/statement/", candidates.candidate_statement, name="candidate_statement"),
    path("calls/<slug:slug>/equality/", equality.call_equality, name="call_equality"),
    path("equality/thanks/", equality.equality_thanks, name="equality_thanks"),
    path("equality/<str:token>/", equality.equality, name="equality"),
    path("interest/", expressions.expressions, name="expressions"),
    path("interest/new/", expressions.expression_new, name="expression_new"),
    path(EXPRESSION, expressions.expression, name="expression"),
    path(f"{EXPRESSION}edit/", expressions.expression_edit, name="expression_edit"),
    path(f"{EXPRESSION}withdraw/", expressions.expression_withdraw, name="expression_withdraw"),
    path(f"{EXPRESSION}start/", expressions.expression_start, name="expression_start"),
]
