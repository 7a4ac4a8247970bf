"""Advertisers and programs as `_config` deals with them, and all of an account for `_state`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from sandbox.behaviour import ConfigRefused, count, flag
from sandbox.config import refuse_unknown, text_of
from sandbox.olx.answers import advert_url
from sandbox.olx.state import Account, Ad, Client, JsonObject, Store

MAX_REDIRECT_URIS = 3
_COUNTS = ("ads_total", "bumps_plan", "bumps_additional")


class Advertisers:
    """The accounts of the portal, changed by entries such as {"user": "loja", "ads_total": 5}.

    What an entry leaves out stays as it was, or is as a new account has it; `ads_total` null: no
    limit.
    """

    def __init__(self, store: Store) -> None:
        """Those of the store."""
        self.store = store

    def users(self) -> Iterable[str]:
        """The names of all."""
        return list(self.store.accounts)

    def check(self, entry: Mapping[str, Any]) -> None:
        """Look at one entry of `accounts`; raises ConfigRefused naming the key."""
        text_of(entry, "user")
        refuse_unknown(entry, *(field.name for field in fields(Account)))
        for key in ("name", "email", "plan"):
            if key in entry:
                text_of(entry, key)
        for key in _COUNTS:
            fits = count(entry.get(key, 0)) or (key == "ads_total" and entry[key] is None)
            if not fits:
                raise ConfigRefused(f"accounts.{key}", "a number is wanted")
        if not flag(entry.get("api_access", True)):
            raise ConfigRefused("accounts.api_access", "true or false is wanted")

    def put(self, entry: Mapping[str, Any]) -> None:
        """Make or change the account of a checked entry."""
        user = entry["user"]
        old = self.store.accounts.get(user) or Account(user, user, f"{user}@olx.example")
        self.store.put_account(replace(old, **entry))

    def expire(self, user: str) -> None:
        """Make every token of the account expire."""
        for token in self.store.tokens.values():
            if token.user == user:
                token.revoked = True
        self.store.changed = True

    def as_json(self) -> list[dict[str, Any]]:
        """All accounts."""
        return [asdict(account) for account in self.store.accounts.values()]


def read_clients(value: object) -> list[Client]:
    """The programs of a request to `_config`; raises ConfigRefused naming the key."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ConfigRefused("clients", "a list of objects is wanted")
    return [_client(each) for each in value]


def _client(entry: JsonObject) -> Client:
    for key in ("client_id", "client_secret"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise ConfigRefused(f"clients.{key}", "a text is wanted")
    if unknown := set(entry) - {field.name for field in fields(Client)}:
        raise ConfigRefused(f"clients.{min(unknown)}", "unknown key")
    addresses = entry.get("redirect_uris")
    is_list = isinstance(addresses, list) and 1 <= len(addresses) <= MAX_REDIRECT_URIS
    if not is_list or not all(isinstance(each, str) and each for each in addresses or ()):
        raise ConfigRefused("clients.redirect_uris", "one to three addresses are wanted")
    name = entry.get("name", entry["client_id"])
    if not isinstance(name, str) or not name:
        raise ConfigRefused("clients.name", "a text is wanted")
    return Client(entry["client_id"], entry["client_secret"], name, list(addresses or ()))


def clients_as_json(store: Store) -> list[JsonObject]:
    """All programs; no secrets."""
    shown = [asdict(client) for client in store.clients.values()]
    return [{key: each[key] for key in each if key != "client_secret"} for each in shown]


class Holdings:
    """What the portal holds, as far as the levers are concerned."""

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        """That of the store, at the time the clock shows."""
        self.store = store
        self.clock = clock

    def clear(self, *, keep_accounts: bool) -> None:
        """No ads, and unless accounts are kept the demo ones alone."""
        self.store.clear(keep_accounts=keep_accounts)

    def account_state(self, user: str, *, origin: str, brief: bool) -> Mapping[str, Any]:
        """Every id that ever was, what waits, and the imports that can still be asked for."""
        now = self.clock()
        imports = [each for each in self.store.imports.values() if each.user == user]
        return {
            "ads": [
                _ad_as_json(ad, now=now, origin=origin, brief=brief)
                for ad in self.store.ads[user].values()
            ],
            "waiting": [
                {"id": each.id, "operation": each.operation, "status": each.status}
                for each in self.store.waiting_of(user)
            ],
            "imports": [
                {
                    "token": each.token,
                    "received_at": each.received_at,
                    "ids": [operation.id for operation in each.operations],
                    "done": each.is_done,
                }
                for each in imports
            ],
            "slots_taken": len(self.store.slots_taken(user, now=now)),
            "ads_total": self.store.accounts[user].ads_total,
        }


def _ad_as_json(ad: Ad, *, now: float, origin: str, brief: bool) -> JsonObject:
    """One id: what it is now, how often it was created, what was told. `published_twice`: it was
    created more than once, which takes a delete, a refusal or an expiry in between."""
    entry: JsonObject = {
        "id": ad.id,
        "list_id": ad.list_id,
        "status": ad.status_at(now),
        "creations": ad.creations,
        "edits": ad.edits,
        "deletions": ad.deletions,
        "list_ids": ad.list_ids,
        "published_twice": ad.creations > 1,
        "url": None if ad.list_id is None else advert_url(ad.list_id, origin=origin),
    }
    if brief:
        return entry
    return {**entry, "facts": ad.facts, "vehicle": ad.vehicle, "history": ad.history}
