"""The ground: loads the worker's configuration, the checks, and the project's own admin site."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin
from django.contrib.staticfiles.apps import StaticFilesConfig


class GroundConfig(AppConfig):
    """The ground the four apps stand on."""

    name = "cii"
    label = "cii"
    default = True
    verbose_name = "Grants office"

    def ready(self) -> None:
        """Load Celery here, not in the package, so that importing `cii` stays cheap."""
        from cii import celery, checks, error_reports, role_checks  # noqa: F401

        if settings.SENTRY_DSN:
            error_reports.start()


class AdminConfig(admin.AdminConfig):
    """Django's admin with our own site: a workplace for the funder's staff and the assessors."""

    default = False
    default_site = "core.admin.WorkplaceSite"


class StaticConfig(StaticFilesConfig):
    """Static files without the fonts of PDFs: only core/pdf.py reads them, where the build put them."""

    default = False
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "build/fonts/*"]
