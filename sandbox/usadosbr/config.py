"""Who may log in and how the portal behaves for whom: what `_config` reads and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.usadosbr.answers import JsonObject
from sandbox.usadosbr.behaviour import Behaviour, ConfigRefused
from sandbox.usadosbr.faults import Faults
from sandbox.usadosbr.state import Account, Highlight, Store

_OTHER_KEYS = frozenset({"accounts", "per_account", "expire_tokens"})


class Config:
    """The behaviour for everybody and the changes to it for single accounts."""

    def __init__(self) -> None:
        """Begin well behaved."""
        self.everybody = Behaviour()
        self.per_account: dict[str, dict[str, Any]] = {}

    def for_user(self, user: str) -> Behaviour:
        """How the portal behaves towards this account ("" for callers without one)."""
        own = self.per_account.get(user)
        return self.everybody.changed(own) if own else self.everybody

    def as_json(self, *, store: Store, faults: Faults) -> JsonObject:
        """What is configured; no passwords."""
        return {
            **self.everybody.as_json(),
            "per_account": self.per_account,
            "answers_to_lose": faults.to_lose(),
            "accounts": [
                {"user": account.user, "plans": _plans_as_json(account)}
                for account in store.accounts.values()
            ],
        }


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """A checked request to `_config`: nothing of it is applied until all of it is understood."""

    everybody: Behaviour
    everybody_keys: Mapping[str, Any]
    per_account: Mapping[str, Mapping[str, Any]]
    accounts: tuple[JsonObject, ...]
    expire_for: tuple[str, ...]


def read_change(body: object, *, config: Config, store: Store) -> ConfigChange:
    """Check a request to `_config`; raises ConfigRefused naming the key."""
    if not isinstance(body, dict):
        raise ConfigRefused("body", "a JSON object is wanted")
    keys = {key: value for key, value in body.items() if key not in _OTHER_KEYS}
    everybody = config.everybody.changed(keys)
    accounts = body.get("accounts", [])
    if not isinstance(accounts, list):
        raise ConfigRefused("accounts", "a list is wanted")
    for entry in accounts:
        _check_account(entry)
    per_account = body.get("per_account", {})
    if not isinstance(per_account, dict):
        raise ConfigRefused("per_account", "an object by user is wanted")
    for user, changes in per_account.items():
        if not isinstance(changes, dict):
            raise ConfigRefused(f"per_account.{user}", "an object is wanted")
        everybody.changed(changes)
    return ConfigChange(
        everybody=everybody,
        everybody_keys=keys,
        per_account=per_account,
        accounts=tuple(accounts),
        expire_for=_expire_for(body.get("expire_tokens", False), store=store),
    )


def _expire_for(value: object, *, store: Store) -> tuple[str, ...]:
    """`expire_tokens`: true for everybody, or one user."""
    if value is False or value is None:
        return ()
    if value is True:
        return tuple(store.accounts)
    if isinstance(value, str) and value in store.accounts:
        return (value,)
    raise ConfigRefused("expire_tokens", "true or the name of an account is wanted")


def _check_account(entry: object) -> None:
    if not isinstance(entry, dict):
        raise ConfigRefused("accounts", "objects are wanted")
    for key in ("user", "password"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise ConfigRefused(f"accounts.{key}", "a text is wanted")
    unknown = set(entry) - {"user", "password", "plans"}
    if unknown:
        raise ConfigRefused(f"accounts.{min(unknown)}", "unknown key")
    plans = entry.get("plans", [])
    if not isinstance(plans, list) or not all(_is_plan(plan) for plan in plans):
        raise ConfigRefused("accounts.plans", 'a list of {"peso", "total", "liberado"} is wanted')


def _is_plan(plan: object) -> bool:
    return (
        isinstance(plan, dict)
        and set(plan) <= {"peso", "total", "liberado"}
        and plan.get("peso") in {1, 2}
        and isinstance(plan.get("total"), int)
        and isinstance(plan.get("liberado", True), bool)
    )


def apply_change(change: ConfigChange, *, config: Config, store: Store, faults: Faults) -> None:
    """Carry out what `read_change` understood."""
    config.everybody = change.everybody
    for user, changes in change.per_account.items():
        config.per_account[user] = {**config.per_account.get(user, {}), **changes}
    for scope, keys in [("", change.everybody_keys), *change.per_account.items()]:
        if "lose_answers_next" in keys:
            faults.lose_next(scope, keys["lose_answers_next"] or 0)
    if "seed" in change.everybody_keys:
        faults.reseed(change.everybody.seed)
    for entry in change.accounts:
        store.put_account(_account(entry, store=store))
    for user in change.expire_for:
        account = store.accounts[user]
        store.put_account(replace(account, generation=account.generation + 1))


def _account(entry: JsonObject, *, store: Store) -> Account:
    """The account as asked; one that exists keeps its number, tokens, ads, and its highlights
    unless others are given."""
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
