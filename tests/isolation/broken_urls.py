"""The addresses of the application, and one that always breaks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as everything


def breaks(request: HttpRequest) -> HttpResponse:
    """Fail as a mistake of ours would."""
    raise RuntimeError("pw-broken-canary")


urlpatterns = [*everything, path("breaks/", breaks)]
