"""What the portal holds: advertisers, programs that may ask for them, imports on their way, ads.

Kept in memory and saved as JSON. Times are UTC seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

JsonObject = dict[str, Any]
FIRST_LIST_ID = 1_300_000_001
DEMO_TOKEN = "sandbox-token"  # noqa: S105 - invented


@dataclass(slots=True)
class Account:
    """An advertiser and its plan. `ads_total` None: no limit; without `api_access` the plan
    carries no imports (-6). Bumps are how many the plan has and how many were bought."""

    user: str
    name: str
    email: str
    plan: str = "Premium Empresa"
    ads_total: int | None = 1000
    api_access: bool = True
    bumps_plan: int = 10
    bumps_additional: int = 0


@dataclass(slots=True)
class Client:
    """A registered program. A redirect address may hold `*`, for any port or path."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: list[str]


@dataclass(slots=True)
class Code:
    """An authorisation code that is out; `used` when a token was given for it."""

    user: str
    client_id: str
    redirect_uri: str
    scope: str
    issued_at: float
    used: bool = False


@dataclass(slots=True)
class Token:
    """An access token; `revoked` ones are known but no longer good."""

    user: str
    client_id: str
    scope: str
    issued_at: float
    revoked: bool = False


@dataclass(slots=True)
class Operation:
    """One line of an import. `number` is the order of arrival over all accounts; `facts` are the
    ad as sent, empty for a delete; `released`: decided in spite of a hold."""

    number: int
    id: str
    operation: str
    facts: JsonObject
    queued_at: float
    due_at: float
    status: str = "pending"
    messages: list[str] = field(default_factory=list)
    list_id: int | None = None
    released: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in {"accepted", "refused", "error"}


@dataclass(slots=True)
class Import:
    """An import that was accepted for processing, under its status token."""

    token: str
    user: str
    received_at: float
    operations: list[Operation]

    @property
    def is_done(self) -> bool:
        """Whether every operation is decided."""
        return all(each.is_decided for each in self.operations)


@dataclass(slots=True)
class Ad:
    """All that became of one id of an advertiser. `state` is live, refused, deleted; what a live
    one is shown as also hangs on the clock (`status_at`)."""

    number: int
    id: str
    state: str
    facts: JsonObject = field(default_factory=dict)
    vehicle: list[str] = field(default_factory=list)
    list_id: int | None = None
    review_until: float = 0
    review_verdict: str = "published"
    expires_at: float | None = None
    creations: int = 0
    edits: int = 0
    deletions: int = 0
    list_ids: list[int] = field(default_factory=list)
    history: list[JsonObject] = field(default_factory=list)

    def status_at(self, now: float) -> str:
        """published, pending_review, refused, deleted or expired (the words of `v1/published`)."""
        if self.state != "live":
            return self.state
        if now < self.review_until:
            return "pending_review"
        if self.review_verdict != "published":
            return self.review_verdict
        return "expired" if self.expires_at is not None and now >= self.expires_at else "published"

    def is_live(self, now: float) -> bool:
        """Whether it takes a slot and an insert would edit it."""
        return self.status_at(now) in {"published", "pending_review"}


def demo_accounts() -> list[Account]:
    """The advertisers that are there when nobody configured others; the third has few slots."""
    return [
        Account("demo", "Autos Demonstração", "demo@olx.example"),
        Account("demo2", "Segunda Loja", "demo2@olx.example", plan="Plus Empresa", ads_total=100),
        Account("demo3", "Terceira Loja", "demo3@olx.example", plan="Essencial", ads_total=3),
    ]


def demo_client() -> Client:
    """The program that is registered when nobody configured others: any address of this machine."""
    return Client(
        client_id="demo-office",
        client_secret="demo-office-secret",  # noqa: S106 - invented
        name="Escritório de demonstração",
        redirect_uris=["http://127.0.0.1:*/*", "http://localhost:*/*"],
    )


def demo_token() -> Token:
    """Consent that the demo account has given the demo program once and for all."""
    return Token("demo", demo_client().client_id, "basic_user_info autoupload", issued_at=2**40)


@dataclass(slots=True)
class Store:
    """Everything the portal holds; ads of one account by the advertiser's id."""

    accounts: dict[str, Account] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    ads: dict[str, dict[str, Ad]] = field(default_factory=dict)
    last_number: int = 0
    next_list_id: int = FIRST_LIST_ID
    changed: bool = False
    waiting: list[tuple[Import, Operation]] = field(default_factory=list)

    def clear(self, *, keep_accounts: bool) -> None:
        """Remove ads, imports and codes, and unless they are kept all accounts, programs and
        tokens but the demo ones. Numbers go on counting."""
        for held in (self.ads, self.imports, self.codes, self.waiting):
            held.clear()
        if not keep_accounts:
            self.tokens = {DEMO_TOKEN: demo_token()}
            self.accounts = {each.user: each for each in demo_accounts()}
            self.clients = {each.client_id: each for each in (demo_client(),)}
        self.ads.update({user: {} for user in self.accounts})
        self.changed = True

    def put_account(self, account: Account) -> None:
        """Add an advertiser, or replace one of the same name and keep its ads."""
        self.accounts[account.user] = account
        self.ads.setdefault(account.user, {})
        self.changed = True

    def number(self) -> int:
        """The next number of arrival."""
        self.last_number += 1
        return self.last_number

    def new_list_id(self) -> int:
        """The next id of the portal; none is ever given again."""
        given = self.next_list_id
        self.next_list_id += 1
        return given

    def take_in(self, accepted: Import) -> None:
        """Keep an import and queue its operations."""
        self.imports[accepted.token] = accepted
        self.waiting.extend((accepted, each) for each in accepted.operations)
        self.changed = True

    def waiting_of(self, user: str) -> Iterator[Operation]:
        """The advertiser's operations that are not decided yet, in order of arrival."""
        return (each for held, each in self.waiting if held.user == user)

    def slots_taken(self, user: str, *, now: float) -> set[str]:
        """Ids of the ads that count against the plan: live ones, and inserts on their way."""
        live = {ad.id for ad in self.ads[user].values() if ad.is_live(now)}
        return live | {each.id for each in self.waiting_of(user) if each.operation != "delete"}

    def forget_imports(self, *, before: float) -> None:
        """Drop status tokens of imports that came in before; what is under way goes on."""
        old = []
        for token, each in self.imports.items():
            if each.received_at >= before:
                break
            if each.is_done:
                old.append(token)
        for token in old:
            del self.imports[token]
        self.changed = self.changed or bool(old)

    def by_list_id(self, list_id: int, users: Iterable[str] | None = None) -> Ad | None:
        """The ad that has that id of the portal now, of some advertisers or of any."""
        for user in self.ads if users is None else users:
            for ad in self.ads[user].values():
                if ad.list_id == list_id:
                    return ad
        return None

    def dump(self) -> JsonObject:
        """Everything, for the state file."""
        return {
            "format": 1,
            "portal": "olx",
            "last_number": self.last_number,
            "next_list_id": self.next_list_id,
            "accounts": [asdict(each) for each in self.accounts.values()],
            "clients": [asdict(each) for each in self.clients.values()],
            "codes": {code: asdict(each) for code, each in self.codes.items()},
            "tokens": {token: asdict(each) for token, each in self.tokens.items()},
            "imports": [asdict(each) for each in self.imports.values()],
            "ads": {user: [asdict(ad) for ad in ads.values()] for user, ads in self.ads.items()},
        }

    @classmethod
    def restored(cls, saved: JsonObject) -> Store:
        """A store from what `dump` gave; raises KeyError or TypeError when it is something else."""
        if saved["portal"] != "olx":
            raise ValueError(saved["portal"])
        store = cls(last_number=saved["last_number"], next_list_id=saved["next_list_id"])
        for entry in saved["accounts"]:
            store.put_account(Account(**entry))
        store.clients = {entry["client_id"]: Client(**entry) for entry in saved["clients"]}
        store.codes = {code: Code(**entry) for code, entry in saved["codes"].items()}
        store.tokens = {token: Token(**entry) for token, entry in saved["tokens"].items()}
        for user, ads in saved["ads"].items():
            store.ads[user] = {entry["id"]: Ad(**entry) for entry in ads}
        for entry in saved["imports"]:
            operations = [Operation(**each) for each in entry["operations"]]
            store.take_in(Import(**{**entry, "operations": operations}))
        store.waiting = [(held, each) for held, each in store.waiting if not each.is_decided]
        store.waiting.sort(key=lambda pair: pair[1].number)
        store.changed = False
        return store


def fresh_store() -> Store:
    """A store with the demo advertisers, the demo program and no ads."""
    store = Store()
    store.clear(keep_accounts=False)
    return store
