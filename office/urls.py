"""Addresses of the top floor."""

from __future__ import annotations

from django.urls import path

from office.views import (
    audit,
    bulk,
    departures,
    design,
    notices,
    reservations,
    start,
    stock,
    stock_filters,
    trail,
)

app_name = "office"
urlpatterns = [
    path("", start.start, name="start"),
    path("stock/", stock.stock_list, name="stock_list"),
    path("stock/columns/", stock_filters.columns_save, name="columns_save"),
    path("stock/filters/", stock_filters.filter_save, name="filter_save"),
    path("stock/filters/<int:pk>/delete/", stock_filters.filter_delete, name="filter_delete"),
    path("audit/", audit.audit, name="audit"),
    path("audit/file/", audit.audit_file, name="audit_file"),
    path("departures/", departures.departures, name="departures"),
    path("departures/target/", departures.departure_target, name="departure_target"),
    path("stock/<int:pk>/ads/<int:access_pk>/trail/", trail.trail, name="trail"),
    path("design/", design.design, name="design"),
    path("reservations/", reservations.reservation_list, name="reservations"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/number/", notices.notice_number, name="notice_number"),
    path("notices/seen/", notices.notices_seen, name="notices_seen"),
    path("notices/mail/", notices.notice_mail, name="notice_mail"),
    path("stock/bulk/", bulk.bulk_list, name="bulk_list"),
    path("stock/bulk/new/", bulk.bulk_new, name="bulk_new"),
    path("stock/bulk/<int:pk>/", bulk.bulk_detail, name="bulk_detail"),
    path("stock/bulk/<int:pk>/confirm/", bulk.bulk_confirm, name="bulk_confirm"),
    path("stock/bulk/<int:pk>/drop/", bulk.bulk_drop, name="bulk_drop"),
    path("stock/bulk/<int:pk>/stop/", bulk.bulk_stop, name="bulk_stop"),
    path("stock/bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk_undo"),
]
