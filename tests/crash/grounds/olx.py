"""OLX Autos: batches taken as a whole, decided later, told under a token that is forgotten."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from tests.crash.grounds.base import Ground, HeldAd, Holdings, Room
from tests.crash.sandbox_process import SandboxLevers

BATCH = 8  # ads of an import, so that a stock takes several
_SHOWN = frozenset({"published", "pending_review"})


class OlxGround(Ground):
    """Imports are upserts by our id; what became of them is asked for with a status token."""

    slug: ClassVar[str] = "olx"
    refusals: ClassVar[tuple[str, ...]] = ("refuse_ids", "error_ids")
    # A portal that never tells of an import can be told to but never believed.
    calm: ClassVar[Mapping[str, Any]] = {"status_kept_s": 600}
    traits: ClassVar[Mapping[str, Any]] = {
        "check_after": 0.2,
        "poll_every": 1.0,
        "pending_for": 12.0,
        "batch": BATCH,
    }

    def open_account(self, sandbox: SandboxLevers, user: str, room: Room) -> dict[str, Any]:
        """Make an advertiser and give us the token that its consent would give."""
        levers = sandbox.at(self.slug)
        levers.configure(accounts=[{"user": user, "ads_total": room.ads}])
        granted = levers.call("POST", f"/{self.slug}/_token", {"account": user})
        return {"connection": {"access_token": granted["access_token"], "account": _email(user)}}

    def faults(self, dice: random.Random) -> dict[str, Any]:
        """Status tokens forgotten, back-offs, readings of the answers."""
        return {
            "accept_after_s": dice.choice((0.2, 0.6, 1.0)),
            "accept_spread_s": 0.3,
            "status_kept_s": dice.choice((0.7, 2.0, 600)),
            "forgotten_shape": dice.choice(("404", "empty")),
            "import_code": dice.choice((-1, -2)),
            "import_code_rate": 0.05,
            "import_code_after_write": dice.choice((False, True)),
            "slots_refusal": dice.choice(("partial", "whole")),
            "ads_shape": dice.choice(("object", "array")),
            "accepted_word": dice.choice(("accepted", "accept")),
            "message_shape": dice.choice(("texts", "objects")),
        }

    def text_and_photos(self, content: Mapping[str, Any]) -> tuple[str, int]:
        """Return the body and the number of images."""
        return content["body"], len(content.get("images", ()))

    def holdings(self, sandbox: SandboxLevers, user: str) -> Holdings:
        """Read every id that is an ad now; one created again while it was there is a copy."""
        state = sandbox.at(self.slug).account(user)
        return Holdings(
            ads=[_held(ad) for ad in state["ads"] if ad["status"] in _SHOWN],
            waiting=[each["id"] for each in state["waiting"]],
        )


def _email(user: str) -> str:
    return f"{user}@olx.example"


def _held(ad: dict[str, Any]) -> HeldAd:
    price = ad["facts"].get("price")
    return HeldAd(
        reference=ad["id"],
        remote_id=str(ad["list_id"]),
        state="live",
        price=None if price is None else Decimal(str(price)),
        copies=max(1, ad["creations"] - ad["deletions"]),
        content=ad["facts"],
    )
