"""Accesses: connect a portal, change its account, test it, switch it on and off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import Act, By, record_changes
from config.lib.encryption import Secrets
from config.lib.remote_errors import CredentialsRefused, RemoteError
from config.lib.wire import origin_of
from portals.connectors.registry import connector_class
from portals.connectors.types import AccountReport
from portals.models import Listing, Plan, Portal, PortalAccess, PortalToken
from portals.models.access import Environment
from portals.models.listing import Observed, Wanted
from portals.services import departures
from portals.services.marking import Marked, mark_scope
from portals.services.sessions import fingerprint_of, open_connector
from portals.services.stopping import stop_access

_SWITCHES = ("is_active", "stock_enabled", "leads_enabled")


def save_access(
    *,
    dealer: Dealer,
    portal: Portal,
    environment: str = Environment.SANDBOX,
    base_url: str = "",
    credentials: Mapping[str, Any],
    connection: Mapping[str, Any] | None = None,
    by: By,
) -> tuple[PortalAccess, Marked]:
    """Connect a dealer to a portal or change the account; blank secrets keep the stored ones.

    `credentials` are what was typed, `connection` what a portal gave that is connected at its own
    page; it replaces what is stored. Another environment, base URL or login is another account:
    remote ids, plans and tokens of the old one are void. New credentials lift a stop. Raises
    ValidationError naming the field.
    """
    existing = PortalAccess.objects.filter(dealer=dealer, portal=portal).first()
    _check(environment, base_url)
    place = (environment, base_url)
    secrets = _secrets(portal.slug, existing, credentials, connection, place=place)
    fingerprint = fingerprint_of(
        slug=portal.slug, environment=environment, base_url=base_url, secrets=secrets
    )
    with transaction.atomic():
        access, created = PortalAccess.objects.select_for_update().get_or_create(
            dealer=dealer, portal=portal
        )
        before = {
            "environment": access.environment,
            "base_url": access.base_url,
            "account": access.account_fingerprint[:12],
        }
        other_account = access.account_fingerprint not in ("", fingerprint)
        new_secrets = dict(access.credentials or {}) != dict(secrets)
        access.environment, access.base_url = environment, base_url
        access.credentials, access.account_fingerprint = Secrets(secrets), fingerprint
        if other_account or new_secrets:
            access.failure_mode, access.failure_code, access.failed_at = "", "", None
            access.blocked_until = access.checked_at = None
            PortalToken.objects.filter(access=access).delete()
        access.save()
        if other_account:
            _void_account(access)
        after = {
            "environment": environment,
            "base_url": base_url,
            "account": fingerprint[:12],
            "credentials": "changed" if new_secrets else "kept",
        }
        action = "access.connected" if created else "access.changed"
        act = Act(subject=access, action=action, before=before, after=after, label=portal.name)
        record_changes([act], by=by, dealer=dealer)
        marked = Marked(access_ids=frozenset([access.pk]))
        if other_account:
            marked = mark_scope(access_id=access.pk)
    return access, marked


def _secrets(
    slug: str,
    existing: PortalAccess | None,
    typed: Mapping[str, Any],
    given: Mapping[str, Any] | None,
    *,
    place: tuple[str, str],
) -> dict[str, str]:
    """Return what is to be stored; `place` is the environment and base URL it is for."""
    if connector_class(slug).connects_by != "browser":
        if given is not None:
            raise ValidationError(_("This portal is not connected in the browser."))
        return _merged(slug, existing, typed)
    if typed:
        raise ValidationError({sorted(typed)[0]: _("This portal knows no such credential.")})
    if given is not None:
        return _given_by_portal(slug, given)
    if existing is None or not existing.credentials:
        raise ValidationError(_("This portal is connected by the dealer, at the portal's page."))
    if place != (existing.environment, existing.base_url):
        # What one installation gave is never shown to another.
        raise ValidationError(
            {"environment": _("Connect at the portal's page again for another environment.")}
        )
    return dict(existing.credentials)


def _given_by_portal(slug: str, given: object) -> dict[str, str]:
    """Return what a portal gave, if it is texts that name an account."""
    texts = dict(given) if isinstance(given, Mapping) else {}
    usable = bool(texts) and all(
        isinstance(part, str) and part.strip() for pair in texts.items() for part in pair
    )
    if not usable or not connector_class(slug).login_name(texts).strip():
        raise ValidationError(_("The portal did not say which account it connected."))
    return texts


def _merged(slug: str, existing: PortalAccess | None, given: Mapping[str, Any]) -> dict[str, str]:
    fields = connector_class(slug).credentials
    stored = dict(existing.credentials or {}) if existing is not None else {}
    unknown = set(given) - {field.name for field in fields}
    if unknown:
        raise ValidationError({sorted(unknown)[0]: _("This portal knows no such credential.")})
    merged: dict[str, str] = {}
    for field in fields:
        value = given.get(field.name) or stored.get(field.name) or ""
        if not isinstance(value, str) or not value.strip():
            raise ValidationError({field.name: _("This credential is required.")})
        merged[field.name] = value
    return merged


def _check(environment: str, base_url: str) -> None:
    if environment not in Environment.values:
        raise ValidationError({"environment": _("Choose sandbox, test or production.")})
    if base_url and not _is_base_url(base_url):
        raise ValidationError({"base_url": _("Enter an http(s) address without parameters.")})


def _is_base_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        origin_of(text)  # raises for a port that is none
    except ValueError:
        return False
    extra = parts.query or parts.fragment or parts.username or parts.password
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not extra


def _void_account(access: PortalAccess) -> None:
    """Forget what only the old account meant: ids, plans. The wishes stay."""
    # Under another name it may be the same account after all: what is on the wire may still land.
    in_hand = list(Listing.objects.filter(~Q(claim=""), access=access).values_list("pk", flat=True))
    Listing.objects.filter(access=access).update(
        state=Observed.ABSENT,
        remote_id="",
        url="",
        remote_status="",
        sent_fingerprint="",
        refused_fingerprint="",
        asked={},
        warnings=[],
        problems=[],
        reduced=False,
        failure_mode="",
        failures=0,
        pending_ref="",
        check_at=None,
        live_at=None,
        uncertain_until=None,
        claim="",
        intent="",
        plan=None,
        slot_plan=None,
        slot_highlight=None,
        version=F("version") + 1,
    )
    # Only of what is on the wire may something come up there that no list shows yet.
    Listing.objects.filter(access=access).exclude(pk__in=in_hand).update(intent_at=None)
    # The new account may hold ads of these codes already: verify before creating.
    rows = Listing.objects.filter(access=access).exclude(wanted=Wanted.ABSENT)
    rows.update(state=Observed.UNKNOWN)
    landed = timezone.now() + timedelta(seconds=settings.HTTP_DEADLINE + settings.LANDING_SLACK)
    rows.filter(pk__in=in_hand).update(uncertain_until=landed)
    departures.void_account(access, now=timezone.now())
    Plan.objects.filter(access=access).delete()
    PortalAccess.objects.filter(pk=access.pk).update(
        lease_owner="", lease_until=None, plans_fetched_at=None, reconciled_at=None
    )


def set_switches(*, access: PortalAccess, by: By, **switches: bool) -> Marked:
    """Switch an access, its stock or its leads on or off."""
    unknown = set(switches) - set(_SWITCHES)
    if unknown:
        raise ValidationError({sorted(unknown)[0]: _("There is no such switch.")})
    with transaction.atomic():
        row = PortalAccess.objects.select_for_update().get(pk=access.pk)
        before = {n: getattr(row, n) for n, value in switches.items() if getattr(row, n) != value}
        if not before:
            return Marked()
        after = {name: switches[name] for name in before}
        PortalAccess.objects.filter(pk=row.pk).update(**after)
        act = Act(
            subject=row, action="access.switched", before=before, after=after, label=str(row.portal)
        )
        record_changes([act], by=by, dealer=row.dealer_id)
        return mark_scope(access_id=row.pk)


def resume_access(*, access: PortalAccess, by: By) -> Marked:
    """Lift a stop or a hold-back, as a person asked; what is due goes out again."""
    with transaction.atomic():
        row = PortalAccess.objects.select_for_update().get(pk=access.pk)
        before = {"failure_mode": row.failure_mode, "blocked_until": row.blocked_until}
        PortalAccess.objects.filter(pk=row.pk).update(
            failure_mode="", failure_code="", failed_at=None, blocked_until=None
        )
        act = Act(
            subject=row, action="access.resumed", before=before, after={}, label=str(row.portal)
        )
        record_changes([act], by=by, dealer=row.dealer_id)
    return Marked(access_ids=frozenset([access.pk]))


def check_credentials(access: PortalAccess) -> AccountReport:
    """Log in and read the plans, each step told apart.

    A success lifts a stop; a refused login is one, as it would be with the next ad that is sent.
    Talks to the portal; never raises for what the portal answers.
    """
    fingerprint = access.account_fingerprint
    try:
        with open_connector(access) as connector:
            report = connector.check_account()
    except RemoteError as err:
        return AccountReport(steps=(("reached", False),), failure=err.code)
    rows = PortalAccess.objects.filter(pk=access.pk, account_fingerprint=fingerprint)
    now = timezone.now()
    if all(passed for _code, passed in report.steps):
        rows.update(checked_at=now, failure_mode="", failure_code="", failed_at=None)
    else:
        rows.update(checked_at=now)
        if ("login", False) in report.steps:
            stop_access(access, code=report.failure or CredentialsRefused.code)
    return report
