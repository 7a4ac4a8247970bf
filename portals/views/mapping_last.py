"""The last decision in words, with its way back: beside the queue, and in the toast."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dealer
from config.lib.typed_ids import whole_number
from portals.models import CatalogueEntry, MappingBatch, MappingStep
from portals.name_addresses import is_slug
from portals.selectors.decided_names import batches_of
from portals.selectors.our_names import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """One decision in words, and the address that takes it back."""

    text: str
    url: str


def last_decision(dealer: Dealer, batch_id: str, *, at: str = "") -> Last | None:
    """Return the decision of one of the dealer's batches; None if it cannot be undone any more.

    `at` is the slug of the row that an undo brings back.
    """
    number = whole_number(batch_id)
    if number is None:
        return None
    batch = batches_of(dealer).filter(pk=number, undone_at__isnull=True).first()
    step = batch.steps.first() if batch else None
    return Last(text=words_of(step), url=undo_address(batch, at=at)) if batch and step else None


def undo_address(batch: MappingBatch, *, at: str = "") -> str:
    """Return where a batch is undone."""
    url = reverse("portals:mapping_undo", args=[batch.pk])
    return f"{url}?{urlencode({'at': at})}" if is_slug(at) else url


def words_of(step: MappingStep) -> str:
    """Return what one step did, as a sentence."""
    ours = names_of([(step.kind, step.source_key)])[step.kind, step.source_key]
    after = step.after or {}
    refused, entry_id = after.get("refused"), after.get("entry")
    entry = CatalogueEntry.objects.filter(pk=refused or entry_id or 0).first()
    theirs = entry.name if entry else ""
    if refused:
        return _("%(ours)s: %(theirs)s is not suggested again.") % {"ours": ours, "theirs": theirs}
    if step.after is None:
        return _("%(ours)s: the decision was taken back.") % {"ours": ours}
    if not entry_id:
        return _("%(ours)s: the portal has no such thing.") % {"ours": ours}
    return _("%(ours)s is called %(theirs)s.") % {"ours": ours, "theirs": theirs}
