"""Addresses of one's own data requests."""

from django.urls import path

from core.rights import views

urlpatterns = [
    path("you/data/", views.account_data, name="account_data"),
    path("you/data/<str:reference>/", views.account_data_file, name="account_data_file"),
]
