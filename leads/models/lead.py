"""A person who wrote in about a vehicle, what happened since, and where it was handed off to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Dealer, DealerScopedManager
from inventory.models import Vehicle


class Stage(models.TextChoices):
    """How far a lead has come."""

    NEW = "new", pgettext_lazy("lead", "New")
    ANSWERED = "answered", pgettext_lazy("lead", "Answered")
    NEGOTIATING = "negotiating", _("Negotiating")
    WON = "won", pgettext_lazy("lead", "Won")
    LOST = "lost", pgettext_lazy("lead", "Lost")


class Lead(models.Model):
    """One request of one person at one dealer.

    `source` is the slug of what sent it (a portal, the dealer's site …) and `external_id` its id
    there: the same pair is never stored twice. `phone` is E.164 (+5511987654321), `tax_id` a CPF or
    CNPJ without punctuation. Consent is kept as given: where, under which version of the text, and
    when (UTC). `owner` is the salesperson in charge.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="leads")
    source = models.SlugField(_("source"), max_length=40)
    external_id = models.CharField(_("id in the source"), max_length=120, blank=True)
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    tax_id = models.CharField(_("CPF or CNPJ"), max_length=14, blank=True)
    consent_source = models.CharField(_("consent given at"), max_length=80, blank=True)
    consent_version = models.CharField(_("version of the consent text"), max_length=40, blank=True)
    consent_at = models.DateTimeField(_("consent given on"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(_("received at"))
    first_answer_at = models.DateTimeField(_("first answered at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["Lead"]()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "source", "external_id"),
                condition=~models.Q(external_id=""),
                name="leads_lead_source",
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="leads_lead_phone_e164",
            ),
        )
        indexes = (
            models.Index(fields=("dealer", "-received_at", "-id"), name="leads_lead_recent"),
            models.Index(fields=("dealer", "stage", "-received_at"), name="leads_lead_stage"),
        )

    def __str__(self) -> str:
        # Not the person's name: this text ends up in logs and histories.
        return f"lead {self.pk} ({self.source})"


class EventKind(models.TextChoices):
    """What happened to a lead."""

    RECEIVED = "received", pgettext_lazy("lead", "Received")
    MESSAGE_IN = "message_in", _("Message from the person")
    MESSAGE_OUT = "message_out", _("Message to the person")
    NOTE = "note", _("Note")
    STAGE = "stage", _("Stage changed")
    OWNER = "owner", _("Given to someone")
    DELIVERY = "delivery", _("Handed off")


class LeadEvent(models.Model):
    """One entry of a lead's timeline; `text` is what was written, `facts` what was changed."""

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind.choices)
    text = models.TextField(_("text"), blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = DealerScopedManager["LeadEvent"]()

    class Meta:
        verbose_name = _("lead event")
        verbose_name_plural = _("lead events")
        ordering = ("at", "id")
        indexes = (models.Index(fields=("lead", "at", "id"), name="leads_event_timeline"),)

    def __str__(self) -> str:
        return f"{self.kind} of lead {self.lead_id}"
