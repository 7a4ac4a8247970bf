"""Ads and the exchanges about them."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin
from portals import tasks
from portals.models import Attempt, AttemptShare, Listing, PortalAccess
from portals.services.publish import retry_listings


@admin.register(Listing)
class ListingAdmin(ServiceAdmin):
    """Every ad: what is wished, what the portal holds, why it waits."""

    list_display = (
        *("code", "access", "wanted", "state", "reduced", "failure_mode", "failures"),
        *("due_at", "remote_id"),
    )
    list_display_links = ("code",)
    list_select_related = ("vehicle", "access__portal", "access__dealer")
    list_filter = ("state", "wanted", "failure_mode", "reduced", "access__portal")
    search_fields = ("=vehicle__code", "=vehicle__plate", "=remote_id", "=vehicle__chassis")
    search_help_text = _("Stock code, plate, chassis or id at the portal.")
    actions = ("retry",)

    @admin.display(description=_("stock code"), ordering="vehicle__code")
    def code(self, listing: Listing) -> str:
        """The vehicle's stock code."""
        return listing.vehicle.code

    @admin.action(description=_("Try again now"), permissions=["change"])
    def retry(self, request: HttpRequest, listings: QuerySet[Listing]) -> None:
        """Decide listings anew, refusals included."""
        chosen: dict[int, list[int]] = defaultdict(list)
        for pk, access_id in listings.values_list("pk", "access_id"):
            chosen[access_id].append(pk)
        for access in PortalAccess.objects.filter(pk__in=chosen):
            ids = chosen[access.pk]
            tasks.wake(retry_listings(access=access, listing_ids=ids, by=by_support(request)))
        count = sum(len(ids) for ids in chosen.values())
        text = ngettext("%(count)d listing is due.", "%(count)d listings are due.", count)
        self.message_user(request, text % {"count": count})


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """What went over the wire, without secrets."""

    list_display = ("at", "access", "code", "ads", "step", "outcome", "method", "path", "status")
    list_select_related = ("access__portal", "access__dealer", "listing__vehicle")
    list_filter = ("step", "outcome", "status")
    search_fields = ("=listing__vehicle__code", "=listing__remote_id", "=access__dealer__code")
    search_help_text = _("Stock code, id at the portal or code of the dealer.")

    @admin.display(description=_("stock code"))
    def code(self, attempt: Attempt) -> str:
        """The vehicle's stock code, if the exchange was about one."""
        return attempt.listing.vehicle.code if attempt.listing else "—"


@admin.register(AttemptShare)
class AttemptShareAdmin(ReadOnlyAdmin):
    """What a read of many ads told of each."""

    list_display = ("id", "attempt", "code", "outcome")
    list_select_related = ("attempt", "listing__vehicle")
    list_filter = ("outcome",)
    search_fields = ("=listing__vehicle__code", "=attempt__id")
    search_help_text = _("Stock code or number of the attempt.")

    @admin.display(description=_("stock code"))
    def code(self, share: AttemptShare) -> str:
        """The vehicle's stock code."""
        return share.listing.vehicle.code
