"""The clients of this portal as `_config` deals with them: {"token", "user", "plan"}.

`user` is the name by which state and configuration know the client; left out it is the client that
has the token, or else a new one of the token's name.
`plan` is {"name", "pictureQuantity", "adsQuantity", "highlightsQuantity"}, each of them optional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.behaviour import ConfigRefused, count
from sandbox.chavesnamao.state import Client, JsonObject, Plan, Store
from sandbox.config import refuse_unknown, text_of

_PLAN_KEYS = {
    "pictureQuantity": "pictures",
    "adsQuantity": "ads",
    "highlightsQuantity": "highlights",
}


class Clients:
    """The accounts of a store."""

    def __init__(self, store: Store) -> None:
        """Read and change those of this store."""
        self.store = store

    def users(self) -> Iterable[str]:
        """The names of all."""
        return tuple(self.store.clients)

    def check(self, entry: Mapping[str, Any]) -> None:
        """Look at one entry of `accounts`; raises ConfigRefused naming the key."""
        token = text_of(entry, "token")
        if "user" in entry:
            text_of(entry, "user")
        refuse_unknown(entry, "user", "token", "plan")
        plan = entry.get("plan", {})
        fits = isinstance(plan, dict) and all(
            isinstance(value, str) if key == "name" else key in _PLAN_KEYS and count(value)
            for key, value in plan.items()
        )
        if not fits:
            raise ConfigRefused("accounts.plan", "names and quantities of a plan are wanted")
        holder = self.store.client_with(token)
        if holder is not None and holder.user != entry.get("user", holder.user):
            raise ConfigRefused("accounts.token", f"the client {holder.user} has it")

    def put(self, entry: Mapping[str, Any]) -> None:
        """Make the client; one that exists keeps its number, access tokens, vehicles, and of its
        plan what is not given."""
        holder = self.store.client_with(entry["token"])
        user = entry.get("user", entry["token"] if holder is None else holder.user)
        old = self.store.clients.get(user)
        plan = _plan(entry.get("plan", {}), old=Plan() if old is None else old.plan)
        if old is not None:
            self.store.put_client(replace(old, token=entry["token"], plan=plan))
            return
        number = max((client.number for client in self.store.clients.values()), default=0) + 1
        self.store.put_client(Client(number=number, user=user, token=entry["token"], plan=plan))

    def expire(self, user: str) -> None:
        """Make every access token of the client expire."""
        client = self.store.clients[user]
        self.store.put_client(replace(client, generation=client.generation + 1))

    def as_json(self) -> list[JsonObject]:
        """All clients with their plans; no tokens."""
        return [
            {"user": client.user, "plan": client.plan.as_json()}
            for client in self.store.clients.values()
        ]


def _plan(entry: Mapping[str, Any], *, old: Plan) -> Plan:
    given = {_PLAN_KEYS[key]: value for key, value in entry.items() if key != "name"}
    return replace(old, name=entry.get("name", old.name), **given)
