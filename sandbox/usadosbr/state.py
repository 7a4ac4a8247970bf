"""What the portal holds: advertisers, their highlights, their ads. Kept in memory."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.usadosbr.answers import JsonObject, Notice

FIRST_AD_ID = 100_001


@dataclass(slots=True)
class Highlight:
    """A weight of highlight of one advertiser: how many it may use, whether it is released."""

    total: int
    released: bool = True


@dataclass(slots=True)
class Account:
    """An advertiser. `generation` counts how often all its tokens were made to expire."""

    number: int
    user: str
    password: str
    highlights: dict[int, Highlight]
    generation: int = 0


@dataclass(slots=True)
class Ad:
    """An ad as the portal holds it. `kind` is carros or motos; `payload` holds the document's keys
    with what was granted; `reads_left`: reads of the status before its review ends."""

    number: int
    kind: str
    code: str
    status: str
    highlight: int
    payload: JsonObject
    notices: list[JsonObject]
    updates: int = 0
    reads_left: int = 0
    verdict: str = ""
    reason: str = ""

    @property
    def photos(self) -> list[str]:
        """Addresses of the photos that were linked."""
        linked: list[str] = self.payload.get("Fotos", [])
        return linked


def demo_account() -> Account:
    """The advertiser that is there when nobody configured another."""
    highlights = {1: Highlight(total=10), 2: Highlight(total=3)}
    return Account(number=1, user="demo", password="demo-sandbox", highlights=highlights)  # noqa: S106


@dataclass(slots=True)
class Store:
    """All accounts and ads; ads of one account by id, in order of creation."""

    accounts: dict[str, Account] = field(default_factory=dict)
    ads: dict[str, dict[int, Ad]] = field(default_factory=dict)
    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    next_number: int = FIRST_AD_ID
    changed: bool = False
    _by_code: dict[tuple[str, str, str], list[Ad]] = field(default_factory=dict)

    def clear(self, *, keep_accounts: bool) -> None:
        """Remove all ads, and unless they are kept all accounts but the demo one. Ids go on
        counting and tokens stay good, as after a clean-up at a portal."""
        accounts = list(self.accounts.values()) if keep_accounts else [demo_account()]
        self.accounts.clear()
        self.ads.clear()
        self._by_code.clear()
        for account in accounts:
            self.put_account(account)

    def put_account(self, account: Account) -> None:
        """Add an advertiser, or replace one of the same name and keep its ads."""
        self.accounts[account.user] = account
        self.ads.setdefault(account.user, {})
        self.changed = True

    def account_of(self, number: int) -> Account | None:
        """The advertiser of that number."""
        return next((each for each in self.accounts.values() if each.number == number), None)

    def add(self, user: str, ad: Ad) -> None:
        """Take in a new ad under the next id, which is set on it."""
        ad.number = self.next_number
        self.next_number += 1
        self._put(user, ad)
        self.changed = True

    def _put(self, user: str, ad: Ad) -> None:
        self.ads.setdefault(user, {})[ad.number] = ad
        self._by_code.setdefault((user, ad.kind, ad.code), []).append(ad)

    def recode(self, user: str, ad: Ad, *, code: str) -> None:
        """Give the ad another reference of the advertiser."""
        if code != ad.code:
            self._by_code[user, ad.kind, ad.code].remove(ad)
            ad.code = code
            self._by_code.setdefault((user, ad.kind, code), []).append(ad)
        self.changed = True

    def remove(self, user: str, ad: Ad) -> None:
        """Delete the ad."""
        del self.ads[user][ad.number]
        self._by_code[user, ad.kind, ad.code].remove(ad)
        self.changed = True

    def by_number(self, user: str, kind: str, number: int) -> Ad | None:
        """The advertiser's ad of that type with the portal's id."""
        ad = self.ads[user].get(number)
        return ad if ad is not None and ad.kind == kind else None

    def by_code(self, user: str, kind: str, code: str) -> Ad | None:
        """The advertiser's oldest ad of that type with its reference (there may be doubles)."""
        ads = self._by_code.get((user, kind, code))
        return ads[0] if ads else None

    def of_kind(self, user: str, kind: str) -> list[Ad]:
        """The advertiser's ads of one type, oldest first."""
        return [ad for ad in self.ads[user].values() if ad.kind == kind]

    def anywhere(self, number: int) -> Ad | None:
        """The ad of whichever advertiser with that id."""
        return next((ads[number] for ads in self.ads.values() if number in ads), None)

    def active(self) -> list[Ad]:
        """All ads that the public sees, newest first."""
        ads = (ad for each in self.ads.values() for ad in each.values() if ad.status == "Ativo")
        return sorted(ads, key=lambda ad: -ad.number)

    def used(self, user: str, weight: int) -> int:
        """How many of the advertiser's ads hold a highlight of that weight, paused ones too."""
        return sum(1 for ad in self.ads[user].values() if ad.highlight == weight)

    def plans(self, account: Account) -> Iterator[JsonObject]:
        """The highlights of the advertiser as the portal shows them."""
        for weight, highlight in sorted(account.highlights.items()):
            used = self.used(account.user, weight)
            yield {
                "peso": weight,
                "descricao": f"Destaque de peso {weight}",
                "liberado": highlight.released,
                "total": highlight.total,
                "utilizado": used,
                "disponivel": max(0, highlight.total - used),
            }

    def account_state(self, user: str, *, origin: str, brief: bool) -> JsonObject:
        """An advertiser's ads and plans on the state page; `brief` leaves the payloads out."""
        ads = self.ads[user].values()
        return {
            "ads": [ad_as_json(ad, origin=origin, brief=brief) for ad in ads],
            "plans": list(self.plans(self.accounts[user])),
        }

    def dump(self) -> JsonObject:
        """Everything, for the state file."""
        return {
            "format": 1,
            "secret": self.secret,
            "next_number": self.next_number,
            "accounts": [_account_as_json(account) for account in self.accounts.values()],
            "ads": {
                user: [{name: getattr(ad, name) for name in Ad.__slots__} for ad in ads.values()]
                for user, ads in self.ads.items()
            },
        }

    @classmethod
    def restored(cls, saved: JsonObject) -> Store:
        """A store from what `dump` gave; raises KeyError or TypeError when it is something else."""
        store = cls(secret=saved["secret"])
        for entry in saved["accounts"]:
            store.put_account(_account_from_json(entry))
        for user, ads in saved["ads"].items():
            for entry in ads:
                store._put(user, Ad(**entry))
        store.next_number = saved["next_number"]
        store.changed = False
        return store


def _account_as_json(account: Account) -> JsonObject:
    highlights = {
        str(weight): [highlight.total, highlight.released]
        for weight, highlight in account.highlights.items()
    }
    return {
        "number": account.number,
        "user": account.user,
        "password": account.password,
        "generation": account.generation,
        "highlights": highlights,
    }


def _account_from_json(entry: JsonObject) -> Account:
    highlights = {
        int(weight): Highlight(total=total, released=released)
        for weight, (total, released) in entry["highlights"].items()
    }
    return Account(**{**entry, "highlights": highlights})


def fresh_store() -> Store:
    """A store with the demo advertiser and no ads."""
    store = Store()
    store.put_account(demo_account())
    return store


def notices_as_json(notices: list[Notice]) -> list[JsonObject]:
    """Warnings as an ad keeps them."""
    return [notice.as_json() for notice in notices]


def ad_as_json(ad: Ad, *, origin: str, brief: bool = False) -> dict[str, Any]:
    """An ad on the state page; `brief` leaves the payload out."""
    entry: dict[str, Any] = {
        "id": ad.number,
        "codigo": ad.code,
        "tipo": ad.kind,
        "status": ad.status,
        "destaque": ad.highlight,
        "fotos": len(ad.photos),
        "avisos": ad.notices,
        "updates": ad.updates,
        "url": f"{origin}/usadosbr/anuncio/{ad.number}",
    }
    return entry if brief else {**entry, "payload": ad.payload}
