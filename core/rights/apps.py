"""The app's configuration."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "core.rights"
    label = "rights"
    verbose_name = "A person's rights"

    def ready(self) -> None:
        """Check that what libraries keep about people is found too."""
        from django.core.checks import register

        from core.rights.libraries import check_libraries

        register(check_libraries)
