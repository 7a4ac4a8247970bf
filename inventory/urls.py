"""Addresses of the stock."""

from __future__ import annotations

from django.urls import path

from inventory.views import (
    descriptions,
    form_help,
    media,
    papers,
    photos,
    public,
    stickers,
    vehicle_form,
    vehicle_page,
    vehicles,
)

app_name = "inventory"
urlpatterns = [
    path("stock/new/", vehicle_form.vehicle_create, name="vehicle_create"),
    path("stock/versions/", form_help.version_search, name="version_search"),
    path("stock/fipe/", form_help.fipe_price, name="fipe_price"),
    path("stock/similar/", form_help.similar_list, name="similar_list"),
    path("stock/new/draft/", form_help.draft_save, name="new_draft"),
    path("stock/<int:pk>/draft/", form_help.draft_save, name="vehicle_draft"),
    path("stock/<int:pk>/", vehicle_page.vehicle_detail, name="vehicle_detail"),
    path("stock/<int:pk>/history/", vehicle_page.vehicle_history, name="vehicle_history"),
    path("stock/<int:pk>/edit/", vehicle_form.vehicle_update, name="vehicle_update"),
    path("stock/<int:pk>/move/", vehicles.vehicle_move, name="vehicle_move"),
    path("stock/<int:pk>/photos/", photos.photo_list, name="photo_list"),
    path("stock/<int:pk>/photos/upload/", photos.photo_upload, name="photo_upload"),
    path("stock/<int:pk>/photos/arrange/", photos.photo_arrange, name="photo_arrange"),
    path("stock/<int:pk>/reserve/", papers.vehicle_reserve, name="vehicle_reserve"),
    path("stock/<int:pk>/sell/", papers.vehicle_sell, name="vehicle_sell"),
    path("stock/<int:pk>/release/", papers.vehicle_release, name="vehicle_release"),
    path("stock/<int:pk>/sticker/", stickers.sticker, name="sticker"),
    path("stock/stickers/", stickers.sticker_list, name="sticker_list"),
    path("settings/descriptions/", descriptions.template_list, name="template_list"),
    path("settings/descriptions/new/", descriptions.template_create, name="template_create"),
    path("settings/descriptions/preview/", descriptions.template_preview, name="template_preview"),
    path("settings/descriptions/<int:pk>/", descriptions.template_update, name="template_update"),
    path(
        "settings/descriptions/<int:pk>/delete/",
        descriptions.template_delete,
        name="template_delete",
    ),
    path("media/<path:name>", media.photo_file, name="photo_file"),
    path("loja/<slug:code>/", public.public_stock, name="public_stock"),
    path("loja/<slug:code>/sitemap.xml", public.public_sitemap, name="public_sitemap"),
    path("loja/<slug:code>/<slug:name>/", public.public_vehicle, name="public_vehicle"),
    path("sitemap.xml", public.sitemap_index, name="sitemap_index"),
    path("robots.txt", public.robots, name="robots"),
]
