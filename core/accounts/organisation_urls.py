"""Addresses under /organisation/."""

from django.urls import path

from core.accounts.views import joining, organisation

urlpatterns = [
    path("", organisation.organisation, name="organisation"),
    path("new/", organisation.organisation_new, name="organisation_new"),
    path("join/<str:token>/", joining.organisation_join, name="organisation_join"),
    path("<int:pk>/edit/", organisation.organisation_edit, name="organisation_edit"),
    path("<int:pk>/leave/", organisation.organisation_leave, name="organisation_leave"),
    path("<int:pk>/invite/", organisation.organisation_invite, name="organisation_invite"),
    path(
        "<int:pk>/invitations/<int:invitation_pk>/withdraw/",
        organisation.organisation_uninvite,
        name="organisation_uninvite",
    ),
    path("<int:pk>/people/<int:membership_pk>/", organisation.organisation_signatory, name="organisation_signatory"),
    path(
        "<int:pk>/people/<int:membership_pk>/remove/",
        organisation.organisation_person_remove,
        name="organisation_person_remove",
    ),
]
