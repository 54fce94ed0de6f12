"""The site as a service runs it, with the bench's yardsticks among its addresses."""

from django.conf import settings

from cii.wsgi import application

settings.ROOT_URLCONF = "bench.bare"

__all__ = ["application"]
