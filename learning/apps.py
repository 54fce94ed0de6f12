"""The app's configuration."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Learning."""

    name = "learning"
    verbose_name = "Learning"
