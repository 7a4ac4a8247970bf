"""Who may log in and how a portal behaves for whom: what `_config` reads and changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from sandbox.behaviour import ConfigRefused
from sandbox.faults import Faults
from sandbox.routing import BehaviourT

_OTHER_KEYS = frozenset({"accounts", "per_account", "expire_tokens"})


class AccountBook(Protocol):
    """The accounts of a portal, as `_config` deals with them."""

    def users(self) -> Iterable[str]:
        """The names of all."""
        ...

    def check(self, entry: Mapping[str, Any]) -> None:
        """Look at one entry of `accounts`; raises ConfigRefused naming the key."""
        ...

    def put(self, entry: Mapping[str, Any]) -> None:
        """Make or change the account of a checked entry."""
        ...

    def expire(self, user: str) -> None:
        """Make every token of the account expire."""
        ...

    def as_json(self) -> list[dict[str, Any]]:
        """All accounts as they are shown; no passwords."""
        ...


@dataclass(frozen=True)  # Generic and slots do not go together in Python 3.11
class ConfigChange(Generic[BehaviourT]):
    """A checked request to `_config`: nothing of it is applied until all of it is understood."""

    everybody: BehaviourT
    everybody_keys: Mapping[str, Any]
    per_account: Mapping[str, Mapping[str, Any]]
    accounts: tuple[Mapping[str, Any], ...]
    expire_for: tuple[str, ...]


class Config(Generic[BehaviourT]):
    """The behaviour for everybody and the changes to it for single accounts."""

    def __init__(self, behaviour: BehaviourT) -> None:
        """Begin well behaved, that is like this."""
        self._at_first = behaviour
        self.everybody = behaviour
        self.per_account: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        """As in the beginning."""
        self.everybody = self._at_first
        self.per_account.clear()

    def for_user(self, user: str) -> BehaviourT:
        """How the portal behaves towards this account ("" for callers without one)."""
        own = self.per_account.get(user)
        return self.everybody.changed(own) if own else self.everybody

    def as_json(self, *, book: AccountBook, faults: Faults) -> dict[str, Any]:
        """What is configured; no passwords."""
        return {
            **self.everybody.as_json(),
            "per_account": self.per_account,
            "answers_to_lose": faults.to_lose(),
            "accounts": book.as_json(),
        }

    def read_change(self, body: object, *, book: AccountBook) -> ConfigChange[BehaviourT]:
        """Check a request to `_config`; raises ConfigRefused naming the key."""
        if not isinstance(body, dict):
            raise ConfigRefused("body", "a JSON object is wanted")
        keys = {key: value for key, value in body.items() if key not in _OTHER_KEYS}
        everybody = self.everybody.changed(keys)
        accounts = body.get("accounts", [])
        if not isinstance(accounts, list):
            raise ConfigRefused("accounts", "a list is wanted")
        for entry in accounts:
            if not isinstance(entry, dict):
                raise ConfigRefused("accounts", "objects are wanted")
            book.check(entry)
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
            expire_for=_expire_for(body.get("expire_tokens", False), users=tuple(book.users())),
        )

    def apply(self, change: ConfigChange[BehaviourT], *, book: AccountBook, faults: Faults) -> None:
        """Carry out what `read_change` understood."""
        self.everybody = change.everybody
        for user, changes in change.per_account.items():
            self.per_account[user] = {**self.per_account.get(user, {}), **changes}
        for scope, keys in [("", change.everybody_keys), *change.per_account.items()]:
            if "lose_answers_next" in keys:
                faults.lose_next(scope, keys["lose_answers_next"] or 0)
        if "seed" in change.everybody_keys:
            faults.reseed(change.everybody.seed)
        for entry in change.accounts:
            book.put(entry)
        for user in change.expire_for:
            book.expire(user)


def text_of(entry: Mapping[str, Any], key: str) -> str:
    """A text that an entry of `accounts` must have; raises ConfigRefused."""
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigRefused(f"accounts.{key}", "a text is wanted")
    return value


def refuse_unknown(entry: Mapping[str, Any], *known: str) -> None:
    """Raise ConfigRefused for a key that an entry of `accounts` cannot have."""
    if unknown := set(entry) - set(known):
        raise ConfigRefused(f"accounts.{min(unknown)}", "unknown key")


def _expire_for(value: object, *, users: tuple[str, ...]) -> tuple[str, ...]:
    """`expire_tokens`: true for everybody, or one user."""
    if value is False or value is None:
        return ()
    if value is True:
        return users
    if isinstance(value, str) and value in users:
        return (value,)
    raise ConfigRefused("expire_tokens", "true or the name of an account is wanted")
