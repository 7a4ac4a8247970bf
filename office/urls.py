"""Addresses of the top floor."""

from __future__ import annotations

from django.urls import path

from office.views import start, stock

app_name = "office"
urlpatterns = [
    path("", start.start, name="start"),
    path("stock/", stock.stock_list, name="stock_list"),
]
