"""The app's configuration."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "core.governance"
    label = "governance"
    verbose_name = "Governance"
