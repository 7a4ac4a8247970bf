"""Re-encrypt all stored secrets with the newest key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from config.lib.ops import OpsCommand, Unfinished
from office.services.key_rotation import rotate_secrets


class Command(OpsCommand):
    """`rotate_keys` → {"rotated", "unchanged", "unreadable"}; 1 when a secret opens with no key."""

    help = (
        "Re-encrypt every stored secret with the first key of FIELD_ENCRYPTION_KEYS. "
        "Older keys may be dropped once nothing is unreadable."
    )

    def work(self, **_: Any) -> dict[str, int]:
        """Rotate, and fail if anything could not be opened."""
        report = asdict(rotate_secrets())
        if report["unreadable"]:
            message = f"{report['unreadable']} secrets open with no key: enter them again."
            raise Unfinished(message, result=report)
        return report
