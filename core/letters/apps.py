"""The app's configuration."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Letters."""

    name = "core.letters"
    label = "letters"
    verbose_name = "Letters"

    def ready(self) -> None:
        """Make the rules known to whatever asks for a permission."""
        from core.letters import rules  # noqa: F401
