"""Where members of a body who do not work in the admin read the minutes."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.decorators.http import require_safe

from core.governance.minutes_page import minutes_view

urlpatterns = [
    path("meetings/<int:pk>/minutes.pdf", require_safe(login_required(minutes_view)), name="meeting_minutes")
]
