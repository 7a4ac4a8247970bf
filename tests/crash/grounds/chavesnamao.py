"""Chaves na Mão: writes wait in a queue, some of its jobs come to nothing without a word."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from tests.crash.grounds.base import Ground, HeldAd, Holdings, Room
from tests.crash.sandbox_process import SandboxLevers

_FOLDER = "portals.connectors.chavesnamao"


class ChavesNaMaoGround(Ground):
    """Accepts now, decides within a second, tells of it a little later."""

    slug: ClassVar[str] = "chavesnamao"
    refusals: ClassVar[tuple[str, ...]] = ("refuse_references",)
    # The document's 45 minutes of queue and 20 of lag, and what the connector gives beyond them.
    waits: ClassVar[Mapping[str, float]] = {
        f"{_FOLDER}.queue.LONGEST": 6.0,
        f"{_FOLDER}.queue.GRACE": 2.0,
        f"{_FOLDER}.reading.LONGEST": 6.0,
        f"{_FOLDER}.reading.LAG": 4.0,
        f"{_FOLDER}.reading.SOON": 1.0,
    }
    traits: ClassVar[Mapping[str, Any]] = {
        "check_after": 0.2,
        "poll_every": 1.0,
        "pending_for": 12.0,
        "requests_per_second": 1000,
    }

    def open_account(self, sandbox: SandboxLevers, user: str, room: Room) -> dict[str, Any]:
        """Make a client with an integration token of its own."""
        plan = {
            "adsQuantity": room.ads,
            "highlightsQuantity": room.highlights,
            "pictureQuantity": 16,
        }
        token = f"token-of-{user}"
        sandbox.at(self.slug).configure(accounts=[{"user": user, "token": token, "plan": plan}])
        return {"credentials": {"token": token}}

    def faults(self, dice: random.Random) -> dict[str, Any]:
        """Lost jobs, late reads, readings of the header."""
        return {
            "queue_seconds": dice.choice((0.1, 0.4, 0.8)),
            "queue_spread_seconds": 0.2,
            "fail_jobs_rate": 0.05,
            "queue_doubles": dice.choice((False, True)),
            "publication_lag_seconds": dice.choice((0, 0.5)),
            "url_seconds": 0.2,
            "job_words": dice.choice(("lower", "upper")),
            "job_times": dice.choice(("text", "number")),
            "unpublished_read": dice.choice(("null", "404")),
        }

    def text_and_photos(self, content: Mapping[str, Any]) -> tuple[str, int]:
        """Return the description and the number of pictures."""
        return content["description"], len(content["pictures"])

    def holdings(self, sandbox: SandboxLevers, user: str) -> Holdings:
        """Read vehicles and queue; one reference is one vehicle, whatever was posted."""
        state = sandbox.at(self.slug).account(user)
        return Holdings(
            ads=[_held(each) for each in state["ads"]],
            waiting=[job["reference"] for job in state["queue"]],
        )


def _held(vehicle: dict[str, Any]) -> HeldAd:
    publication = vehicle["publication"]
    return HeldAd(
        reference=vehicle["reference"],
        remote_id=vehicle["reference"],
        state="paused" if publication is None else "live",
        price=Decimal(str(vehicle["payload"]["value"])),
        highlighted=bool(publication and publication["highlighted"]),
        content=vehicle["payload"],
    )
