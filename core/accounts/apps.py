"""The app's configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organisations."""

    name = "core.accounts"
    label = "accounts"
    verbose_name = "People and organisations"

    def ready(self) -> None:
        """Make the rules known to whatever asks for a permission, and log what concerns sign-in."""
        from core.accounts import known_devices, received, rules, security_log, sessions  # noqa: F401
