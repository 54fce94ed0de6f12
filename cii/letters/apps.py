"""The app's configuration."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Letters."""

    name = "cii.letters"
    label = "letters"
    verbose_name = "Letters"

    def ready(self) -> None:
        """Make the rules known to whatever asks for a permission."""
        from cii.letters import rules  # noqa: F401
