"""The advertisers of this portal as `_config` deals with them: {"user", "password", "plans"}."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.behaviour import ConfigRefused
from sandbox.config import refuse_unknown, text_of
from sandbox.usadosbr.answers import JsonObject
from sandbox.usadosbr.state import Account, Highlight, Store


class Advertisers:
    """The accounts of a store."""

    def __init__(self, store: Store) -> None:
        """Read and change those of this store."""
        self.store = store

    def users(self) -> Iterable[str]:
        """The names of all."""
        return tuple(self.store.accounts)

    def check(self, entry: Mapping[str, Any]) -> None:
        """Look at one entry of `accounts`; raises ConfigRefused naming the key."""
        for key in ("user", "password"):
            text_of(entry, key)
        refuse_unknown(entry, "user", "password", "plans")
        plans = entry.get("plans", [])
        if not isinstance(plans, list) or not all(_is_plan(plan) for plan in plans):
            raise ConfigRefused(
                "accounts.plans", 'a list of {"peso", "total", "liberado"} is wanted'
            )

    def put(self, entry: Mapping[str, Any]) -> None:
        """Make the account; one that exists keeps its number, tokens, ads, and its highlights
        unless others are given."""
        self.store.put_account(_account(entry, store=self.store))

    def expire(self, user: str) -> None:
        """Make every token of the account expire."""
        account = self.store.accounts[user]
        self.store.put_account(replace(account, generation=account.generation + 1))

    def as_json(self) -> list[JsonObject]:
        """All accounts with their highlights; no passwords."""
        return [
            {"user": account.user, "plans": _plans_as_json(account)}
            for account in self.store.accounts.values()
        ]


def _is_plan(plan: object) -> bool:
    return (
        isinstance(plan, dict)
        and set(plan) <= {"peso", "total", "liberado"}
        and plan.get("peso") in {1, 2}
        and isinstance(plan.get("total"), int)
        and isinstance(plan.get("liberado", True), bool)
    )


def _account(entry: Mapping[str, Any], *, store: Store) -> Account:
    old = store.accounts.get(entry["user"])
    highlights = {
        plan["peso"]: Highlight(total=plan["total"], released=plan.get("liberado", True))
        for plan in entry.get("plans", [])
    }
    if old is not None:
        kept = highlights if "plans" in entry else old.highlights
        return replace(old, password=entry["password"], highlights=kept)
    number = max((account.number for account in store.accounts.values()), default=0) + 1
    return Account(
        number=number, user=entry["user"], password=entry["password"], highlights=highlights
    )


def _plans_as_json(account: Account) -> list[JsonObject]:
    return [
        {"peso": weight, "total": highlight.total, "liberado": highlight.released}
        for weight, highlight in sorted(account.highlights.items())
    ]
