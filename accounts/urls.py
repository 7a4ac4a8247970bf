"""Addresses of the door."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import door, team

app_name = "accounts"
urlpatterns = [
    path("login/", door.LoginPage.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/password/", door.PasswordPage.as_view(), name="password"),
    path("account/language/", door.switch_language, name="switch_language"),
    path("account/dealer/", door.switch_dealer, name="switch_dealer"),
    path("password/forgotten/", team.forgotten, name="password_forgotten"),
    path(
        "password/<uidb64>/<token>/",
        team.ChoosePage.as_view(),
        name="password_choose",
    ),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/", team.member, name="team_member"),
    path("settings/store/", door.store_settings, name="store_settings"),
    path("settings/public/", door.public_settings, name="public_settings"),
]
