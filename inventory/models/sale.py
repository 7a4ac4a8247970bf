"""Reservations, quotes and contracts, and the single open hold a vehicle may have."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models.vehicle import Vehicle


class _Paper(models.Model):
    """What the three papers share: whose, of which vehicle, for which person, by whom."""

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="%(class)ss")
    customer_name = models.CharField(_("customer"), max_length=120, blank=True)
    customer_tax_id = models.CharField(_("CPF or CNPJ"), max_length=20, blank=True)
    customer_phone = models.CharField(_("phone"), max_length=20, blank=True)
    customer_email = models.EmailField(_("e-mail"), blank=True)
    external_id = models.CharField(_("id in the source"), max_length=60, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        abstract = True


class ReservationState(models.TextChoices):
    """Life of a reservation."""

    OPEN = "open", _("Open")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    CONVERTED = "converted", _("Became a contract")


class Reservation(_Paper):
    """A vehicle kept for someone until a moment (UTC); null means until cancelled.

    `state_before` is the vehicle's state to return to.
    """

    until = models.DateTimeField(_("until"), null=True, blank=True)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=ReservationState.choices,
        default=ReservationState.OPEN,
    )
    state_before = models.CharField(_("state before"), max_length=20)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = DealerScopedManager["Reservation"]()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = (
            models.UniqueConstraint(
                fields=("vehicle",),
                condition=models.Q(state=ReservationState.OPEN),
                name="inventory_reservation_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.state}"


class QuoteState(models.TextChoices):
    """Life of a quote."""

    OPEN = "open", _("Open")
    CONVERTED = "converted", _("Became a contract")
    CANCELLED = "cancelled", _("Cancelled")


class Quote(_Paper):
    """An offer to a person, in the dealer's currency; does not hold the vehicle."""

    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    state = models.CharField(
        _("state"), max_length=12, choices=QuoteState.choices, default=QuoteState.OPEN
    )

    objects = DealerScopedManager["Quote"]()

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.price}"


class ContractState(models.TextChoices):
    """Life of a contract."""

    OPEN = "open", _("In force")
    CANCELLED = "cancelled", _("Cancelled")


class Contract(_Paper):
    """A sale: takes the vehicle off every portal; cancelling gives the stock back as it was.

    `state_before` is the vehicle's state to return to.
    """

    quote = models.OneToOneField(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="contract"
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, null=True, blank=True)
    sold_on = models.DateField(_("sold on"))
    state = models.CharField(
        _("state"), max_length=12, choices=ContractState.choices, default=ContractState.OPEN
    )
    state_before = models.CharField(_("state before"), max_length=20)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = DealerScopedManager["Contract"]()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = (
            models.UniqueConstraint(
                fields=("vehicle",),
                condition=models.Q(state=ContractState.OPEN),
                name="inventory_contract_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.sold_on}"


class VehicleHold(models.Model):
    """The one open reservation or contract of a vehicle: its row is the lock both papers share."""

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    vehicle = models.OneToOneField(
        Vehicle, on_delete=models.CASCADE, primary_key=True, related_name="hold"
    )
    reservation = models.OneToOneField(
        Reservation, on_delete=models.CASCADE, null=True, blank=True, related_name="hold"
    )
    contract = models.OneToOneField(
        Contract, on_delete=models.CASCADE, null=True, blank=True, related_name="hold"
    )

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reservation__isnull=False, contract__isnull=True)
                | models.Q(reservation__isnull=True, contract__isnull=False),
                name="inventory_hold_one_paper",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vehicle_id}"
