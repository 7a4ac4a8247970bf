"""Stops an access whose credentials a portal refused, until a person acts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portals.models import PortalAccess
from portals.models.access import FailureMode


def stop_access(access: PortalAccess, *, code: str) -> bool:
    """Stop an access; False if account or password were changed since `access` was loaded.

    What was refused then is no longer what would be sent, so the new credentials get their chance.
    """
    with transaction.atomic():
        row = PortalAccess.objects.select_for_update(no_key=True).filter(pk=access.pk).first()
        if row is None or row.account_fingerprint != access.account_fingerprint:
            return False
        if dict(row.credentials or {}) != dict(access.credentials or {}):
            return False
        PortalAccess.objects.filter(pk=row.pk).update(
            failure_mode=FailureMode.CREDENTIALS, failure_code=code, failed_at=timezone.now()
        )
    return True
