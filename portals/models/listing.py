"""One vehicle on one portal: what is wished, what the portal holds, and what is due."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models import Vehicle
from portals.models.access import FailureMode, PortalAccess
from portals.models.plan import Plan


class Wanted(models.TextChoices):
    """What people and rules wish; never overwritten by a sale, a pause or an inactive access."""

    LIVE = "live", _("Published")
    PAUSED = "paused", _("Paused")
    ABSENT = "absent", _("Not published")


class Observed(models.TextChoices):
    """What the portal holds, as far as we know."""

    UNKNOWN = "unknown", _("To be verified")
    ABSENT = "absent", _("Not on the portal")
    PENDING = "pending", _("Waiting for the portal")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    REFUSED = "refused", _("Refused")


class HighlightOrigin(models.TextChoices):
    """Who said which highlight an ad has; '' = nobody yet, a rule may."""

    OPEN = "", _("Nobody")
    HAND = "hand", _("By hand")
    RULE = "rule", _("By the rule")


class Cause(models.TextChoices):
    """Why an ad was taken in hand; `cause_request` beside it names the act's own request."""

    UNKNOWN = "", _("Not recorded")
    VEHICLE = "vehicle", _("The vehicle was changed")
    WISH = "wish", _("The wish for the ad was changed")
    TEXTS = "texts", _("The ad's own texts were changed")
    RETRY = "retry", _("Somebody asked to try again")
    NAMES = "names", _("A name was decided or changed")
    RULE = "rule", _("The rule for highlights moved it")
    STORE = "store", _("The store's data were changed")
    PLAN = "plan", _("A slot of the plan became free")
    ACCESS = "access", _("The portal's account was changed or switched")
    COMPARE = "compare", _("The comparison with the portal's list found a difference")
    STATUS = "status", _("It was time to read the status")
    CONFIRM = "confirm", _("We looked whether the ad is really gone")


class Listing(models.Model):
    """The ad of a vehicle at an access.

    Wish (`wanted`, `plan`, `highlight`, `overrides`) is written by people and rules only; a rule
    never touches a highlight whose `highlight_origin` is a hand. `highlighted_at` is since when
    the present highlight is wished, `unlit_at` when the last one ended. Observed
    (`state` … `observed_at`) is written by the engine only. Running:

    - `due_at`: when there is something to decide or send; null = nothing. `urgent` marks what must
      not wait behind new ads (withdrawals).
    - `check_at`: when the status is to be read again; null = never.
    - `version` grows with every mark, so that a change made during a send stays due.
    - `claim`: the drain that has it in hand. `intent` and `intent_at` are committed before a write
      is sent; an intent of a dead drain means the portal may hold anything: look first.
    - `uncertain_until`: until when a request without an answer may still land.
    - `sent_fingerprint`: payload the portal last accepted; `refused_fingerprint`: payload it (or
      the preflight) last refused, lifted by new data only.
    - `reduced`, `warnings` [{"kind", "asked", "granted", "message"}, with "foreseen" what we left
      out before sending] and `problems` [{"field", "code", "message", "params"}] as the connectors'
      types store them.
    - `cause`, `cause_request`: why it was last marked as due, and under which request.
    - `slot_plan`, `slot_highlight`: plans in which a slot is reserved for this ad.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    access = models.ForeignKey(PortalAccess, on_delete=models.PROTECT, related_name="listings")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="listings")

    wanted = models.CharField(
        _("wanted"), max_length=8, choices=Wanted.choices, default=Wanted.ABSENT
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="wished_by"
    )
    highlight = models.PositiveSmallIntegerField(_("highlight"), default=0)
    highlight_origin = models.CharField(
        _("highlight chosen"), max_length=4, choices=HighlightOrigin.choices, blank=True, default=""
    )
    highlighted_at = models.DateTimeField(_("highlighted since"), null=True, blank=True)
    unlit_at = models.DateTimeField(_("last highlight ended"), null=True, blank=True)
    overrides = models.JSONField(_("overrides"), default=dict, blank=True)
    wished_at = models.DateTimeField(_("wished at"), null=True, blank=True)

    state = models.CharField(
        _("state"), max_length=8, choices=Observed.choices, default=Observed.ABSENT
    )
    remote_id = models.CharField(_("id at the portal"), max_length=60, blank=True)
    url = models.CharField(_("address at the portal"), max_length=300, blank=True)
    remote_status = models.CharField(_("the portal's own word"), max_length=60, blank=True)
    sent_fingerprint = models.CharField(_("fingerprint sent"), max_length=64, blank=True)
    asked = models.JSONField(_("asked"), default=dict, blank=True)
    reduced = models.BooleanField(_("reduced"), default=False)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    pending_ref = models.CharField(_("reference of a pending request"), max_length=120, blank=True)
    observed_at = models.DateTimeField(_("observed at"), null=True, blank=True)
    live_at = models.DateTimeField(_("live since"), null=True, blank=True)

    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices, blank=True)
    cause_request = models.CharField(_("request of the cause"), max_length=40, blank=True)
    check_at = models.DateTimeField(_("status due at"), null=True, blank=True)
    version = models.PositiveBigIntegerField(_("version"), default=1)
    claim = models.CharField(_("claimed by"), max_length=32, blank=True)
    intent = models.CharField(_("intent"), max_length=10, blank=True)
    intent_at = models.DateTimeField(_("intent at"), null=True, blank=True)
    uncertain_until = models.DateTimeField(_("uncertain until"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failure_mode = models.CharField(
        _("failure"), max_length=12, choices=FailureMode.choices, blank=True
    )
    refused_fingerprint = models.CharField(_("fingerprint refused"), max_length=64, blank=True)
    slot_plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="holders"
    )
    slot_highlight = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="highlight_holders"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["Listing"]()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = (
            models.UniqueConstraint(
                fields=("access", "vehicle"), name="portals_listing_access_vehicle"
            ),
        )
        indexes = (
            models.Index(
                fields=("access", "urgent", "due_at"),
                name="portals_listing_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                fields=("access", "check_at"),
                name="portals_listing_check",
                condition=models.Q(check_at__isnull=False),
            ),
            models.Index(
                fields=("access",),
                name="portals_listing_claimed",
                condition=~models.Q(claim=""),
            ),
            models.Index(fields=("dealer", "failure_mode"), name="portals_listing_failure"),
            models.Index(fields=("access", "remote_id"), name="portals_listing_remote_id"),
            models.Index(
                fields=("dealer", "state", "vehicle", "wanted"), name="portals_listing_state"
            ),
            # SQLite would otherwise look for the ads of a page among all of the dealer.
            models.Index(fields=("vehicle", "dealer"), name="portals_listing_vehicle"),
            models.Index(
                fields=("dealer", "vehicle"),
                name="portals_listing_reduced",
                condition=models.Q(reduced=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.vehicle_id} @ {self.access_id}"
