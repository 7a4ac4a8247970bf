"""Addresses of the portals' pages."""

from __future__ import annotations

from django.urls import path

from portals.views import accesses, ads, board, mappings, problems

app_name = "portals"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/wish/", board.wish, name="wish"),
    path("stock/<int:pk>/ads/", ads.vehicle_ads, name="vehicle_ads"),
    path("stock/<int:pk>/ads/<int:access_pk>/", ads.ad_wish, name="ad_wish"),
    path("stock/<int:pk>/ads/<int:access_pk>/retry/", ads.ad_retry, name="ad_retry"),
    path("stock/<int:pk>/preflight/", ads.vehicle_preflight, name="vehicle_preflight"),
    path("problems/", problems.problem_list, name="problem_list"),
    path("problems/retry/", problems.problem_retry, name="problem_retry"),
    path("problems/<slug:mode>/", problems.problem_detail, name="problem_detail"),
    path("portals/", accesses.access_list, name="access_list"),
    path("portals/connect/<slug:slug>/", accesses.access_create, name="access_create"),
    path("portals/<int:pk>/", accesses.access_detail, name="access_detail"),
    path("portals/<int:pk>/edit/", accesses.access_update, name="access_update"),
    path("portals/<int:pk>/test/", accesses.access_test, name="access_test"),
    path("portals/<int:pk>/sync/", accesses.access_sync, name="access_sync"),
    path("portals/<int:pk>/switch/", accesses.access_switch, name="access_switch"),
    path("portals/<int:pk>/resume/", accesses.access_resume, name="access_resume"),
    path("mappings/", mappings.mapping_list, name="mapping_list"),
    path("mappings/choose/", mappings.mapping_choose, name="mapping_choose"),
    path("mappings/save/", mappings.mapping_save, name="mapping_save"),
    path("mappings/<int:pk>/delete/", mappings.mapping_delete, name="mapping_delete"),
]
