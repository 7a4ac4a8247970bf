"""Portals, the dealers' accounts at them, and what was bought there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import by_support
from config.lib.admin import ModelFormBase, ReadOnlyAdmin, ServiceAdmin
from config.lib.tasks import enqueue
from portals import tasks
from portals.connectors.registry import CONNECTORS
from portals.connectors.types import CredentialField
from portals.models import HighlightRule, Plan, Portal, PortalAccess, PortalToken
from portals.services.access import resume_access, save_access, set_switches
from portals.services.portals import DECIDED, update_portal

_PREFIX = "credential_"
_ACCOUNT = ("environment", "base_url")
_SWITCHES = ("is_active", "stock_enabled", "leads_enabled")


@admin.register(Portal)
class PortalAdmin(ServiceAdmin):
    """Classified portals; name and categories come from the connector."""

    editable = DECIDED
    list_display = ("name", "slug", "is_active", "requests_per_second")
    search_fields = ("name", "slug")

    def apply_changes(self, request: HttpRequest, obj: Portal, form: forms.Form) -> None:
        """Write what changed."""
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        tasks.wake(update_portal(obj.pk, by=by_support(request), **changed))


def _credential_fields(portal: Portal | None) -> dict[str, forms.CharField]:
    """Return write-only form fields for a portal's credentials; for all portals without one."""
    connectors = [CONNECTORS[portal.slug]] if portal is not None else list(CONNECTORS.values())
    fields = {field.name: field for cls in connectors for field in cls.credentials}
    return {f"{_PREFIX}{name}": _write_only(field) for name, field in fields.items()}


def _write_only(field: CredentialField) -> forms.CharField:
    # Even the login name is not shown again: it belongs to the dealer, not to us.
    return forms.CharField(
        label=field.label,
        required=False,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("Never shown. Leave it empty to keep what is stored."),
    )


@admin.register(PortalAccess)
class PortalAccessAdmin(ServiceAdmin):
    """Dealers' accounts; credentials can be written, never read."""

    can_add = True
    editable = (*_ACCOUNT, *_SWITCHES)
    addable = ("dealer", "portal")
    raw_id_fields = ("dealer",)
    list_display = (
        *("dealer", "portal", "environment", "is_active", "failure_mode", "failure_code"),
        *("blocked_until", "catalogue_fetched_at"),
    )
    list_select_related = ("dealer", "portal")
    list_filter = ("portal", "environment", "failure_mode", "is_active")
    search_fields = ("dealer__name", "dealer__code")
    actions = ("resume", "read_again", "compare")

    def get_form(
        self,
        request: HttpRequest,
        obj: PortalAccess | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's own signature
        **kwargs: Any,
    ) -> Any:
        """Add one write-only field for each of the portal's credentials."""
        fields = _credential_fields(obj.portal if obj is not None else None)
        kwargs["form"] = type("AccessForm", (ModelFormBase,), dict(fields))
        return super().get_form(request, obj, change, **kwargs)

    def apply_addition(self, request: HttpRequest, form: forms.Form) -> PortalAccess:
        """Connect a dealer to a portal."""
        facts = form.cleaned_data
        access, marked = save_access(
            dealer=facts["dealer"],
            portal=facts["portal"],
            environment=facts["environment"],
            base_url=facts["base_url"],
            credentials=_given(form),
            by=by_support(request),
        )
        switches = {name: facts[name] for name in _SWITCHES}
        set_switches(access=access, by=by_support(request), **switches)
        tasks.wake(marked)
        enqueue(tasks.sync_access, access.pk)
        return access

    def apply_changes(self, request: HttpRequest, obj: PortalAccess, form: forms.Form) -> None:
        """Write account and switches, each by its service."""
        credentials = _given(form)
        if credentials or any(name in form.changed_data for name in _ACCOUNT):
            _access, marked = save_access(
                dealer=obj.dealer,
                portal=obj.portal,
                environment=form.cleaned_data["environment"],
                base_url=form.cleaned_data["base_url"],
                credentials=credentials,
                by=by_support(request),
            )
            tasks.wake(marked)
        switches = {n: form.cleaned_data[n] for n in _SWITCHES if n in form.changed_data}
        tasks.wake(set_switches(access=obj, by=by_support(request), **switches))

    @admin.action(description=_("Resume (lift a stop)"), permissions=["change"])
    def resume(self, request: HttpRequest, accesses: QuerySet[PortalAccess]) -> None:
        """Lift stops and hold-backs; what is due goes out again."""
        chosen = list(accesses.select_related("portal"))
        for access in chosen:
            tasks.wake(resume_access(access=access, by=by_support(request)))
        self._tell(request, len(chosen))

    @admin.action(description=_("Read plans and catalogue again"), permissions=["change"])
    def read_again(self, request: HttpRequest, accesses: QuerySet[PortalAccess]) -> None:
        """Have the worker read the portal again."""
        self._enqueue(request, accesses, task=tasks.sync_access)

    @admin.action(description=_("Compare with the portal's own list"), permissions=["change"])
    def compare(self, request: HttpRequest, accesses: QuerySet[PortalAccess]) -> None:
        """Have the worker compare our listings with the portal's."""
        self._enqueue(request, accesses, task=tasks.reconcile_access)

    def _enqueue(
        self, request: HttpRequest, accesses: QuerySet[PortalAccess], *, task: Any
    ) -> None:
        chosen = list(accesses.values_list("pk", flat=True))
        for access_id in chosen:
            enqueue(task, access_id)
        self._tell(request, len(chosen))

    def _tell(self, request: HttpRequest, count: int) -> None:
        text = ngettext(
            "%(count)d access handed to the worker.",
            "%(count)d accesses handed to the worker.",
            count,
        )
        self.message_user(request, text % {"count": count})


def _given(form: forms.Form) -> dict[str, str]:
    """Return the credentials that were typed, by their own names."""
    values = form.cleaned_data.items()
    return {name.removeprefix(_PREFIX): v for name, v in values if name.startswith(_PREFIX) and v}


@admin.register(PortalToken)
class PortalTokenAdmin(ReadOnlyAdmin):
    """When tokens end and who renews them; the token itself is never shown."""

    list_display = ("access", "expires_at", "generation", "lease_until")
    list_select_related = ("access__portal", "access__dealer")
    search_fields = ("access__dealer__code", "access__dealer__name")


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """What dealers bought, as last read."""

    list_display = (
        *("name", "access", "kind", "weight", "total", "published", "reserved", "released"),
        "renews_at",
        "fetched_at",
    )
    list_select_related = ("access__portal", "access__dealer")
    list_filter = ("kind", "released", "access__portal")
    search_fields = ("name", "remote_key", "access__dealer__code")


@admin.register(HighlightRule)
class HighlightRuleAdmin(ReadOnlyAdmin):
    """By what dealers have their highlights given."""

    list_display = ("access", "criterion", "keep_days", "is_active", "ran_at", "due_at")
    list_select_related = ("access__portal", "access__dealer")
    list_filter = ("criterion", "is_active")
    search_fields = ("access__dealer__code",)
