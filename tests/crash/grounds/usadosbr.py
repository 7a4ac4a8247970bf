"""Usadosbr: decides at once; answers are lost, or are a 500 although the work was done."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from tests.crash.grounds.base import Ground, HeldAd, Holdings, Room
from tests.crash.sandbox_process import SandboxLevers

PASSWORD = "crash-password"
_STATES = {"Ativo": "live", "Inativo": "paused"}


class UsadosbrGround(Ground):
    """Writes are answered with the verdict."""

    slug: ClassVar[str] = "usadosbr"

    def open_account(self, sandbox: SandboxLevers, user: str, room: Room) -> dict[str, Any]:
        """Make an account with highlights of the first kind; ads are not counted here."""
        plans = [{"peso": 1, "total": room.highlights}, {"peso": 2, "total": 0}]
        sandbox.at(self.slug).configure(
            accounts=[{"user": user, "password": PASSWORD, "plans": plans}]
        )
        return {"credentials": {"user": user, "password": PASSWORD}}

    def faults(self, dice: random.Random) -> dict[str, Any]:
        """Take a little longer, or not."""
        return {
            "latency_jitter_ms": dice.choice((30, 45, 60)),
        }

    def text_and_photos(self, content: Mapping[str, Any]) -> tuple[str, int]:
        """Return the remarks and the number of photos."""
        return content["Observacoes"], len(content["Fotos"])

    def holdings(self, sandbox: SandboxLevers, user: str) -> Holdings:
        """Read the ads; two of one code are copies of it."""
        ads = sandbox.at(self.slug).ads(user)
        copies = Counter(ad["codigo"] for ad in ads)
        held = {ad["codigo"]: ad for ad in ads}
        return Holdings(
            ads=[_held(ad, copies=copies[code]) for code, ad in held.items()],
        )


def _held(ad: dict[str, Any], *, copies: int) -> HeldAd:
    return HeldAd(
        reference=ad["codigo"],
        remote_id=str(ad["id"]),
        state=_STATES.get(ad["status"], ad["status"]),
        price=Decimal(str(ad["payload"]["Valor"])),
        copies=copies,
        content=ad["payload"],
    )
