"""The app's configuration."""

from django.apps import AppConfig


class SavedListsConfig(AppConfig):
    name = "core.saved_lists"
    label = "saved_lists"
    verbose_name = "Saved lists"
