"""List columns that several admins share."""

from typing import Any

from django.contrib import admin


class StatusColumn:
    """The status in words, for rows with a `status` of choices."""

    @admin.display(description="status", ordering="status")
    def status_name(self, row: Any) -> str:
        return str(row.get_status_display())


class ApplicationColumns(StatusColumn):
    """Reference and organisation of the application to which a row belongs; fetch it with `list_select_related`."""

    @admin.display(description="application", ordering="application__reference")
    def reference(self, row: Any) -> str:
        return str(row.application)

    @admin.display(description="organisation", ordering="application__organisation__name")
    def organisation(self, row: Any) -> str:
        return str(row.application.organisation)
