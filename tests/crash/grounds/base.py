"""What a proof must know of a portal: its accounts, its faults, and how to read what it holds.

Nothing here needs Django until a method of the office's side is called.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib import import_module
from typing import Any, ClassVar

from tests.crash.sandbox_process import SandboxLevers

# Waits of the engine and of every portal, in seconds: an installation has minutes.
SHORTENED_WAITS: Mapping[str, float] = {
    "portals.services.observations.FRESH": 3.0,
    "portals.services.observations.FIRST_AGAIN": 0.5,
    "portals.services.outcomes.DEFAULT_WAIT": 1.0,
}

# Every answer may be lost after the write was done, or be a 500 although it was done.
SHARED_FAULTS: Mapping[str, Any] = {
    "latency_ms": 15,
    "latency_jitter_ms": 45,
    "lose_answers_rate": 0.08,
    "fail_rate": 0.06,
    "fail_after_write": True,
    "check_photos": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAd:
    """One ad as the portal has it. `state` is "live" or "paused", else the portal's own word.

    `highlighted` None = it is not looked at. `copies` is how many of it there are. `content` is
    what it shows, in the words of a request to make it.
    """

    reference: str
    remote_id: str
    state: str
    price: Decimal | None
    highlighted: bool | None = None
    copies: int = 1
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """All that an account holds; `waiting` are references of what the portal has still to do."""

    ads: Sequence[HeldAd]
    waiting: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What an account may hold: ads shown, and highlights among them."""

    ads: int
    highlights: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What goes wrong under one seed: keys of `_config`, and the ads that the portal never takes.

    `refused` must be explained in the end; all others must be as they were wished.
    """

    faults: Mapping[str, Any]
    refused: frozenset[str] = frozenset()


class Ground(ABC):
    """One portal of the sandbox.

    `refusals` are the keys of `_config` that take references which are never shown: one ad in ten
    is among them, shared out evenly. `calm` are faults that end with the storm: what a portal may
    do for an hour, not for ever.
    """

    slug: ClassVar[str]
    refusals: ClassVar[tuple[str, ...]] = ()
    calm: ClassVar[Mapping[str, Any]] = {}
    waits: ClassVar[Mapping[str, float]] = {}  # constants of its connector, by dotted name
    traits: ClassVar[Mapping[str, Any]] = {}  # traits of its connector that are other in a proof

    @abstractmethod
    def open_account(self, sandbox: SandboxLevers, user: str, room: Room) -> dict[str, Any]:
        """Make an account; return what `save_access` needs to connect it."""

    @abstractmethod
    def faults(self, dice: random.Random) -> dict[str, Any]:
        """Draw what goes wrong for every ad, as keys of `_config`."""

    @abstractmethod
    def text_and_photos(self, content: Mapping[str, Any]) -> tuple[str, int]:
        """Return the text and the number of photos of an ad in the words of a request."""

    @abstractmethod
    def holdings(self, sandbox: SandboxLevers, user: str) -> Holdings:
        """Read what the account holds."""

    def weather(self, dice: random.Random, codes: Sequence[str]) -> Weather:
        """Draw what goes wrong. `codes` are the references of the stock."""
        refused = dice.sample(list(codes), len(codes) // 10) if self.refusals else []
        lists = {
            key: refused[number :: len(self.refusals)] for number, key in enumerate(self.refusals)
        }
        return Weather(
            faults={**SHARED_FAULTS, **self.faults(dice), **lists}, refused=frozenset(refused)
        )

    def shorten(self) -> None:
        """Let engine and connector of this process wait for seconds instead of minutes."""
        # What reads the settings can be imported only once they are complete.
        connector = import_module("portals.connectors.registry").CONNECTORS[self.slug]
        for name, seconds in {**SHORTENED_WAITS, **self.waits}.items():
            module, _, constant = name.rpartition(".")
            if not hasattr(import_module(module), constant):
                raise LookupError(f"{name} is gone: the proof would wait for minutes")
            setattr(import_module(module), constant, seconds)
        connector.traits = replace(connector.traits, **self.traits)
