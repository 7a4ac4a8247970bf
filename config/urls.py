"""Addresses of the whole application."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config.lib import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("inventory.urls")),
    path("", include("portals.urls")),
    path("", include("office.urls")),
]
