"""Addresses of the portals' pages."""

from __future__ import annotations

from django.urls import path

from portals.views import (
    accesses,
    ads,
    board,
    connecting,
    draft_preflight,
    mapping_bulk,
    mapping_decided,
    mapping_deciding,
    mapping_files,
    mapping_name,
    mapping_queue,
    photo_limits,
    plans,
    problems,
    radar,
)

app_name = "portals"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/wish/", board.wish, name="wish"),
    path("stock/<int:pk>/ads/", ads.vehicle_ads, name="vehicle_ads"),
    path("stock/<int:pk>/ads/publish/", ads.vehicle_publish, name="vehicle_publish"),
    path("stock/<int:pk>/ads/<int:access_pk>/", ads.ad_wish, name="ad_wish"),
    path("stock/<int:pk>/ads/<int:access_pk>/retry/", ads.ad_retry, name="ad_retry"),
    path("stock/<int:pk>/preflight/", ads.vehicle_preflight, name="vehicle_preflight"),
    path(
        "stock/<int:pk>/photo-limits/",
        photo_limits.vehicle_photo_limits,
        name="vehicle_photo_limits",
    ),
    path("stock/new/preflight/", draft_preflight.draft_preflight, name="new_preflight"),
    path(
        "stock/<int:pk>/preflight/draft/", draft_preflight.draft_preflight, name="draft_preflight"
    ),
    path("problems/", problems.problem_list, name="problem_list"),
    path("problems/retry/", problems.problem_retry, name="problem_retry"),
    path("problems/<slug:mode>/", problems.problem_detail, name="problem_detail"),
    path("portals/", accesses.access_list, name="access_list"),
    path("portals/plans/", plans.plan_list, name="plan_list"),
    path("portals/radar/", radar.radar, name="radar"),
    path("portals/radar/readings/", radar.radar_readings, name="radar_readings"),
    path("portals/radar/<int:pk>/", radar.radar_reading, name="radar_reading"),
    path("portals/connect/<slug:slug>/", accesses.access_create, name="access_create"),
    path("portals/connect/<slug:slug>/start/", connecting.connect_start, name="connect_start"),
    path("portals/connect/<slug:slug>/done/", connecting.connect_done, name="connect_done"),
    path("portals/<int:pk>/", accesses.access_detail, name="access_detail"),
    path("portals/<int:pk>/edit/", accesses.access_update, name="access_update"),
    path("portals/<int:pk>/test/", accesses.access_test, name="access_test"),
    path("portals/<int:pk>/sync/", accesses.access_sync, name="access_sync"),
    path("portals/<int:pk>/switch/", accesses.access_switch, name="access_switch"),
    path("portals/<int:pk>/highlights/", plans.highlight_rule, name="highlight_rule"),
    path("portals/<int:pk>/highlights/run/", plans.highlight_run, name="highlight_run"),
    path("portals/<int:pk>/resume/", accesses.access_resume, name="access_resume"),
    path("mappings/", mapping_queue.mapping_list, name="mapping_list"),
    path("mappings/keys/", mapping_queue.mapping_keys, name="mapping_keys"),
    path("mappings/many/", mapping_bulk.mapping_bulk, name="mapping_bulk"),
    path("mappings/name/", mapping_name.mapping_name, name="mapping_name"),
    path("mappings/decide/", mapping_deciding.mapping_decide, name="mapping_decide"),
    path("mappings/decided/", mapping_decided.mapping_decided, name="mapping_decided"),
    path("mappings/copy/", mapping_files.mapping_copy, name="mapping_copy"),
    path("mappings/files/", mapping_files.mapping_file, name="mapping_file"),
    path("mappings/files/<int:pk>/", mapping_files.mapping_export, name="mapping_export"),
    path("mappings/batches/", mapping_decided.mapping_batches, name="mapping_batches"),
    path("mappings/batches/<int:pk>/", mapping_decided.mapping_batch, name="mapping_batch"),
    path("mappings/batches/<int:pk>/undo/", mapping_deciding.mapping_undo, name="mapping_undo"),
    path("mappings/<int:pk>/delete/", mapping_deciding.mapping_delete, name="mapping_delete"),
]
