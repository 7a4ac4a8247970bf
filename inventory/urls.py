"""Addresses of the stock."""

from __future__ import annotations

from django.urls import path

from inventory.views import media, papers, photos, vehicles

app_name = "inventory"
urlpatterns = [
    path("stock/new/", vehicles.vehicle_create, name="vehicle_create"),
    path("stock/versions/", vehicles.version_search, name="version_search"),
    path("stock/<int:pk>/", vehicles.vehicle_detail, name="vehicle_detail"),
    path("stock/<int:pk>/edit/", vehicles.vehicle_update, name="vehicle_update"),
    path("stock/<int:pk>/move/", vehicles.vehicle_move, name="vehicle_move"),
    path("stock/<int:pk>/photos/", photos.photo_list, name="photo_list"),
    path("stock/<int:pk>/photos/upload/", photos.photo_upload, name="photo_upload"),
    path("stock/<int:pk>/photos/arrange/", photos.photo_arrange, name="photo_arrange"),
    path("stock/<int:pk>/reserve/", papers.vehicle_reserve, name="vehicle_reserve"),
    path("stock/<int:pk>/sell/", papers.vehicle_sell, name="vehicle_sell"),
    path("stock/<int:pk>/release/", papers.vehicle_release, name="vehicle_release"),
    path("media/<path:name>", media.photo_file, name="photo_file"),
]
