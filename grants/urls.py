"""The addresses of grants: URL name = view = template."""

from django.urls import path

from grants.views import (
    agreement,
    award,
    bank_account,
    contribution,
    dashboard,
    grant,
    other_post,
    outcome,
    remittance,
    report,
    verify,
)

urlpatterns = [
    path("candidate/<str:token>/post/", other_post.candidate_post, name="candidate_post"),
    path("calls/<slug:slug>/outcome/", outcome.call_outcome, name="call_outcome"),
    path("contributions/", contribution.contributions, name="contributions"),
    path("contributions/<int:pk>/", contribution.contribution, name="contribution"),
    path("grants/", award.grants, name="grants"),
    path("grants/360giving.json", award.grants_360giving_json, name="grants_360giving_json"),
    path("grants/360giving.csv", award.grants_360giving_csv, name="grants_360giving_csv"),
    path("grants/verify/", verify.grants_verify, name="grants_verify"),
    path("grants/<str:reference>/", grant.grant, name="grant"),
    path("grants/<str:reference>/award/", award.award, name="award"),
    path("grants/<str:reference>/next.ics", dashboard.grant_calendar, name="grant_calendar"),
    path("grants/<str:reference>/accept/", grant.grant_accept, name="grant_accept"),
    path("grants/<str:reference>/decline/", grant.grant_decline, name="grant_decline"),
    path("grants/<str:reference>/sign/", agreement.grant_sign, name="grant_sign"),
    path("grants/<str:reference>/agreement.pdf", agreement.grant_agreement, name="grant_agreement"),
    path("grants/<str:reference>/bank-details/", bank_account.grant_bank_account, name="grant_bank_account"),
    path(
        "grants/<str:reference>/payments/<int:number>/remittance.pdf",
        remittance.grant_remittance,
        name="grant_remittance",
    ),
    path("grants/<str:reference>/reports/<int:number>/", report.grant_report, name="grant_report"),
]
