"""The store whose data every tenant row belongs to, and who may work for it."""

from __future__ import annotations

import zoneinfo
from typing import Self, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

M = TypeVar("M", bound=models.Model)


class DealerScopedQuerySet(models.QuerySet[M]):
    """QuerySet of a tenant table; every read of a page, endpoint or task starts with for_dealer."""

    def for_dealer(self, dealer: Dealer | int) -> Self:
        """Return only the rows of this dealer (instance or id)."""
        return self.filter(dealer=dealer)


class DealerScopedManager(models.Manager[M]):
    """Manager of a tenant table with for_dealer."""

    def get_queryset(self) -> DealerScopedQuerySet[M]:
        """Return the scoped query set."""
        return DealerScopedQuerySet(self.model, using=self._db)

    def for_dealer(self, dealer: Dealer | int) -> DealerScopedQuerySet[M]:
        """Return only the rows of this dealer (instance or id)."""
        return self.get_queryset().for_dealer(dealer)


class Country(models.TextChoices):
    """Countries whose rules (plate, tax id, currency) we know."""

    BRAZIL = "BR", _("Brazil")
    ITALY = "IT", _("Italy")


class Dealer(models.Model):
    """One store. Country decides the rules for plates and tax ids; money is in `currency`."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    country = models.CharField(
        _("country"), max_length=2, choices=Country.choices, default=Country.BRAZIL
    )
    currency = models.CharField(_("currency"), max_length=3, default="BRL")
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Sao_Paulo")
    language = models.CharField(_("language"), max_length=10, default="pt-br")
    tax_id = models.CharField(_("tax id (CNPJ)"), max_length=20, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    street = models.CharField(_("street"), max_length=160, blank=True)
    street_number = models.CharField(_("number"), max_length=20, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(pgettext_lazy("address", "state"), max_length=2, blank=True)
    reservation_keeps_ads = models.BooleanField(
        _("ads stay live while a vehicle is reserved"), default=True
    )
    public_pages = models.BooleanField(
        _("public pages of the stock"),
        default=True,
        help_text=_("A page of the stock and one for each vehicle that anybody can open."),
    )
    gone_target_minutes = models.PositiveIntegerField(
        _("minutes until an ad must be gone"),
        default=60,
        validators=(MinValueValidator(5), MaxValueValidator(7 * 24 * 60)),
        help_text=_("From the sale or withdrawal until the portal shows the ad no more."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("dealer")
        verbose_name_plural = _("dealers")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("country", "tax_id"),
                name="accounts_dealer_tax_id",
                condition=~models.Q(tax_id=""),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        """The zone in which this dealer reads times (stored values are UTC)."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Role(models.TextChoices):
    """What a member may do; integrator is a machine's account."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    SALESPERSON = "salesperson", _("Salesperson")
    INTEGRATOR = "integrator", _("API integrator")


class Membership(models.Model):
    """A user works for a dealer in a role; deactivated rather than deleted.

    `preferences` is how this person likes the pages of this dealer, by page; it is read with every
    request anyway.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    dealer = models.ForeignKey(Dealer, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_active = models.BooleanField(_("active"), default=True)
    preferences = models.JSONField(_("preferences"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["Membership"]()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("dealer", "user")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "dealer"), name="accounts_membership_user_dealer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} @ {self.dealer} ({self.get_role_display()})"

    @property
    def manages(self) -> bool:
        """Whether this member may change accesses, plans and the team."""
        return self.role in (Role.OWNER, Role.MANAGER)
