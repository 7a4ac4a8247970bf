"""Support's view of dealers, people and the history. Support people are superusers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import ChainHead, Change, Dealer, Membership, User
from accounts.services.changes import By
from accounts.services.dealers import FACTS, create_dealer, update_dealer
from accounts.services.team import (
    add_membership,
    create_user,
    deactivate_membership,
    deactivate_user,
    reset_lockout,
    set_password,
    update_membership,
    update_user,
)
from config.lib.admin import ModelFormBase, ReadOnlyAdmin, ServiceAdmin, each_one

_POWERS = ("is_staff", "is_superuser")


def by_support(request: HttpRequest) -> By:
    """Return who acts: the support person, through the admin."""
    return By(user_id=request.user.pk, source="admin")


@admin.register(Dealer)
class DealerAdmin(ServiceAdmin):
    """Stores; the code is given once."""

    can_add = True
    editable = tuple(
        field.name
        for field in Dealer._meta.concrete_fields  # noqa: SLF001 - the documented Model API
        if field.name in FACTS
    )
    addable = ("code",)
    list_display = ("name", "code", "tax_id", "city", "state", "is_active")
    list_filter = ("is_active", "state")
    search_fields = ("name", "code", "tax_id", "legal_name")

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> Dealer:
        """On-board a dealer."""
        return create_dealer(by=by_support(request), **form.cleaned_data)

    def apply_changes(self, request: HttpRequest, obj: Dealer, form: forms.Form) -> None:
        """Write what changed."""
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        update_dealer(obj.pk, by=by_support(request), **changed)


class UserForm(ModelFormBase):
    """A user, with a password that can be set but never seen."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty to keep the password; a new one ends the user's sessions."),
    )

    def clean_new_password(self) -> str:
        """A new user needs a password."""
        password: str = self.cleaned_data["new_password"]
        if not password and self.instance.pk is None:
            raise forms.ValidationError(_("Give the new user a password."), code="required")
        return password


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """People and integrations. Nobody but a superuser touches a superuser."""

    can_add = True
    form = UserForm
    editable = ("username", "email", "first_name", "last_name", "language", "is_active", *_POWERS)
    exclude = ("password", "groups", "user_permissions")
    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "email", "first_name", "last_name")
    actions = ("deactivate", "reset_lockout")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody raises their own powers by taking over an account that has more."""
        allowed = super().has_change_permission(request, obj)
        if obj is not None and obj.is_superuser:
            return allowed and bool(getattr(request.user, "is_superuser", False))
        return allowed

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Powers are given by superusers only."""
        names = super().get_readonly_fields(request, obj)
        return names if getattr(request.user, "is_superuser", False) else [*names, *_POWERS]

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> User:
        """Create the user."""
        facts = dict(form.cleaned_data)
        return create_user(by=by_support(request), password=facts.pop("new_password"), **facts)

    def apply_changes(self, request: HttpRequest, obj: User, form: forms.Form) -> None:
        """Write what changed, the password apart."""
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        password = changed.pop("new_password", "")
        with transaction.atomic():
            update_user(obj.pk, by=by_support(request), **changed)
            if password:
                set_password(obj.pk, by=by_support(request), password=password)

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """End the access of users; one's own account is left out, so that nobody locks out."""
        others = [
            user
            for user in users
            if user.pk != request.user.pk and self.has_change_permission(request, user)
        ]
        for user in others:
            deactivate_user(user.pk, by=by_support(request))
        done = len(others)
        text = ngettext("%(count)d user deactivated.", "%(count)d users deactivated.", done)
        self.message_user(request, text % {"count": done})

    @admin.action(description=_("Let them log in again"), permissions=["change"])
    def reset_lockout(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Forget wrong passwords, so that a locked out person need not wait."""
        by = by_support(request)
        each_one(self, request, users, lambda user: reset_lockout(user.pk, by=by))


@admin.register(Membership)
class MembershipAdmin(ServiceAdmin):
    """Who works for whom; who and whom are given once."""

    can_add = True
    editable = ("role", "is_active")
    addable = ("user", "dealer")
    list_display = ("user", "dealer", "role", "is_active", "created_at")
    list_select_related = ("user", "dealer")
    list_filter = ("role", "is_active", "dealer")
    actions = ("deactivate",)
    search_fields = ("user__username", "dealer__name", "dealer__code")

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> Membership:
        """Add the membership."""
        facts = form.cleaned_data
        return add_membership(
            user=facts["user"],
            dealer=facts["dealer"],
            role=facts["role"],
            by=by_support(request),
        )

    def apply_changes(self, request: HttpRequest, obj: Membership, form: forms.Form) -> None:
        """Change role or activity."""
        changed: dict[str, Any] = {name: form.cleaned_data[name] for name in form.changed_data}
        update_membership(obj.pk, dealer=obj.dealer, by=by_support(request), **changed)

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, memberships: QuerySet[Membership]) -> None:
        """End people's work for a dealer, except its last owner's."""
        by = by_support(request)
        rows = memberships.select_related("dealer")
        each_one(self, request, rows, lambda m: deactivate_membership(m.pk, dealer=m.dealer, by=by))


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """The history: who changed what, when and why."""

    list_display = ("at", "action", "subject_type", "subject_label", "actor", "dealer", "source")
    list_select_related = ("actor", "dealer")
    list_filter = ("subject_type", "source", "dealer")
    search_fields = ("subject_label", "request_id", "=subject_id")
    search_help_text = _("Subject, its id, or a request id.")
    exclude = ("personal", "reason_salt")


@admin.register(ChainHead)
class ChainHeadAdmin(ReadOnlyAdmin):
    """How far the history is sealed: a good thing to note down elsewhere (verify_trail)."""

    list_display = ("sequence", "chain", "sealed_at")
