"""What the people who run the installation decide about a portal as a whole."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.changes import By, record_change
from portals.models import Portal
from portals.services.marking import Marked, mark_scope

DECIDED = ("is_active", "requests_per_second")


def update_portal(portal_id: int, *, by: By, **decisions: Any) -> Marked:
    """Switch a portal on or off for everybody, or set its rate (None = the connector's own).

    Raises Portal.DoesNotExist, ValidationError by field.
    """
    unknown = set(decisions) - set(DECIDED)
    if unknown:
        raise ValidationError({sorted(unknown)[0]: _("The code decides this.")})
    if decisions.get("requests_per_second") == 0:
        raise ValidationError({"requests_per_second": _("Enter 1 or more, or leave it empty.")})
    with transaction.atomic():
        portal = Portal.objects.select_for_update().get(pk=portal_id)
        before = {name: getattr(portal, name) for name in decisions}
        before = {name: old for name, old in before.items() if old != decisions[name]}
        if not before:
            return Marked()
        after = {name: decisions[name] for name in before}
        Portal.objects.filter(pk=portal.pk).update(**after)
        record_change(subject=portal, action="updated", before=before, after=after, by=by)
        return mark_scope(portal_id=portal.pk) if after.get("is_active") else Marked()
