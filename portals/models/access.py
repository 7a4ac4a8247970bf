"""A dealer's account at a portal: where, with which credentials, and whether it is stopped."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager, DealerScopedQuerySet
from config.lib.encryption import EncryptedJSONField
from portals.models.portal import Portal


class Environment(models.TextChoices):
    """Which of the portal's installations an access talks to."""

    SANDBOX = "sandbox", _("Sandbox")
    TEST = "test", _("Test")
    PRODUCTION = "production", _("Production")


class FailureMode(models.TextChoices):
    """By who must act; '' = nothing is wrong."""

    NONE = "", _("None")
    TRANSIENT = "transient", _("Portal unreachable")
    THROTTLED = "throttled", _("Portal asked to wait")
    CREDENTIALS = "credentials", _("Credentials refused")
    REFUSED = "refused", _("Refused by the portal")
    PREFLIGHT = "preflight", _("Data missing or invalid")
    MAPPING = "mapping", _("Name unknown to the portal")
    PLAN = "plan", _("Plan full")
    UNSUPPORTED = "unsupported", _("Not supported by the portal")
    UNEXPECTED = "unexpected", _("Unexpected answer")


class PortalAccess(models.Model):
    """The account of one dealer at one portal.

    `credentials` are encrypted and write-only. `account_fingerprint` is derived from environment,
    base URL and login: when it changes, remote ids, plans and tokens are void. `failure_mode`
    "credentials" stops the access until new credentials come. `blocked_until` holds it back for a
    while (throttled). `lease_*` says who drains it. `catalogue_key` names the catalogue
    (environment plus origin) its names are looked up in. `plans_due_at`: a write may have changed
    how many slots are used, so that the plans are to be read then; null = only by the hour.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="portal_accesses")
    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="accesses")
    environment = models.CharField(
        _("environment"), max_length=12, choices=Environment.choices, default=Environment.SANDBOX
    )
    base_url = models.URLField(_("base URL (support only)"), blank=True)
    credentials = EncryptedJSONField(_("credentials"), default=dict, blank=True)
    account_fingerprint = models.CharField(_("account fingerprint"), max_length=64, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    stock_enabled = models.BooleanField(_("publish stock"), default=True)
    leads_enabled = models.BooleanField(_("receive leads"), default=True)
    failure_mode = models.CharField(
        _("stopped because"), max_length=12, choices=FailureMode.choices, blank=True
    )
    failure_code = models.CharField(_("failure"), max_length=60, blank=True)
    failed_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    blocked_until = models.DateTimeField(_("held back until"), null=True, blank=True)
    lease_owner = models.CharField(_("drained by"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    checked_at = models.DateTimeField(_("credentials tested at"), null=True, blank=True)
    plans_fetched_at = models.DateTimeField(_("plans read at"), null=True, blank=True)
    plans_due_at = models.DateTimeField(_("plans to be read at"), null=True, blank=True)
    catalogue_fetched_at = models.DateTimeField(_("catalogue read at"), null=True, blank=True)
    reconciled_at = models.DateTimeField(_("compared at"), null=True, blank=True)
    reconcile_report = models.JSONField(_("last comparison"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["PortalAccess"]()

    class Meta:
        verbose_name = _("portal access")
        verbose_name_plural = _("portal accesses")
        ordering = ("portal", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "portal"), name="portals_access_dealer_portal"
            ),
        )

    def __str__(self) -> str:
        return f"{self.portal} · {self.dealer}"

    @property
    def is_stopped(self) -> bool:
        """Whether nothing can be sent before a person acts."""
        return not self.is_active or self.failure_mode == FailureMode.CREDENTIALS


class PortalToken(models.Model):
    """The portal's token for an access, renewed by one holder of the lease at a time.

    `account_fingerprint` and `generation` fence the store: a renewal that lost its lease, or was
    made with other credentials, is thrown away.
    """

    access = models.OneToOneField(
        PortalAccess, on_delete=models.CASCADE, primary_key=True, related_name="token"
    )
    account_fingerprint = models.CharField(_("account fingerprint"), max_length=64, blank=True)
    value = EncryptedJSONField(_("token"), default=dict, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    generation = models.PositiveIntegerField(_("generation"), default=0)
    lease_owner = models.CharField(_("renewed by"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)

    class Meta:
        verbose_name = _("portal token")
        verbose_name_plural = _("portal tokens")

    def __str__(self) -> str:
        return f"token of access {self.access_id}"


AccessQuerySet = DealerScopedQuerySet[PortalAccess]
