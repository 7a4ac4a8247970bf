"""What every portal of the contract tests is: one that keeps ads and can be told to fail."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

from config.lib.http import HttpSession
from config.lib.remote_errors import Exchange
from portals.connectors.base import Connector
from portals.connectors.types import ListingDraft, PortalAccount
from tests.portals import drafts

Failure = Literal["unauthorized", "throttled", "down", "garbage"]
RETRY_AFTER = 7.0


class World(ABC):
    """One portal and one account there.

    `defers`: what it accepts is carried out by `settle` and not before, withdrawals too. `names`
    are keys of its catalogue by category, `optional` is one of its optionals.
    """

    secret: str
    defers: ClassVar[bool] = False
    names: ClassVar[dict[int, dict[str, str]]] = {
        1: drafts.CAR_NAMES,
        2: drafts.MOTORCYCLE_NAMES,
    }
    optional: ClassVar[str] = "AR CONDICIONADO"

    @abstractmethod
    def connector(self, exchanges: list[Exchange] | None = None) -> Connector:
        """Return a connector of the account that has not logged in yet."""

    @abstractmethod
    def fail(self, failure: Failure) -> None:
        """Let every call but the login fail from now on."""

    def settle(self) -> None:
        """Let the portal carry out what it has accepted; others than `defers` have done so."""
        return

    def draft(self, **changes: Any) -> ListingDraft:
        """Return a draft the portal takes whole, with changes."""
        names = drafts.names(self.names.get(changes.get("category", 1), {}))
        optionals = (drafts.name("optional", self.optional),)
        return drafts.draft(**{"names": names, "optionals": optionals, **changes})


def account_at(
    base_url: str, secrets: dict[str, str], exchanges: list[Exchange] | None
) -> tuple[PortalAccount, HttpSession]:
    """Return an account and a session that tells its exchanges."""
    report = None if exchanges is None else exchanges.append
    account = PortalAccount(access_id=1, environment="test", base_url=base_url, secrets=secrets)
    return account, HttpSession(base_url, on_exchange=report)


def failed(failure: Failure) -> tuple[int, dict[str, str], str]:
    """Return the answer over HTTP that is each failure."""
    return {
        "unauthorized": (401, {}, "{}"),
        "throttled": (429, {"Retry-After": str(RETRY_AFTER)}, "{}"),
        "down": (500, {}, "<html>"),
        "garbage": (200, {}, "<html>"),
    }[failure]
