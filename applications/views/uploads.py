"""Answers to static/cii/upload.js, which sends one file at a time and takes the page's part for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from core.accounts.requests import Arrived


def by_script(request: Arrived) -> bool:
    """Whether the script sent the file: it wants a part of the page instead of a redirect."""
    return request.headers.get("X-Upload") == "yes"


def render_upload(request: Arrived, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render the page; for the script only its part, so that messages wait for the next whole page."""
    if not by_script(request):
        response = render(request, template, context)
        patch_vary_headers(response, ["X-Upload"])
        return response
    response = render(request, "applications/_upload.html", context)
    response.headers["X-Upload"] = "yes"
    return response
