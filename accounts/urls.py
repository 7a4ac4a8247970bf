"""Addresses of the door."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.LoginPage.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/password/", views.PasswordPage.as_view(), name="password"),
    path("account/language/", views.switch_language, name="switch_language"),
    path("account/dealer/", views.switch_dealer, name="switch_dealer"),
    path("settings/store/", views.store_settings, name="store_settings"),
    path("settings/public/", views.public_settings, name="public_settings"),
]
