"""What the portal holds: clients, their plans and vehicles, and the queue of each. In memory.

Times are UTC seconds.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.chavesnamao.lagged import Lagged

JsonObject = dict[str, Any]
FIRST_AD_ID = 500_001


@dataclass(frozen=True, slots=True)
class Plan:
    """What a client has paid for: pictures of an ad, ads shown, ads highlighted."""

    name: str = "Sandbox"
    pictures: int = 16
    ads: int = 200
    highlights: int = 5

    def as_json(self) -> JsonObject:
        """`currentPlan` of the document."""
        return {
            "name": self.name,
            "pictureQuantity": self.pictures,
            "adsQuantity": self.ads,
            "highlightsQuantity": self.highlights,
        }


@dataclass(frozen=True, slots=True)
class Client:
    """A client. `generation` counts how often all its access tokens were made to expire."""

    number: int
    user: str
    token: str
    plan: Plan
    generation: int = 0


@dataclass(slots=True)
class Vehicle:
    """A vehicle as the portal holds it.

    `facts` are the checked fields of the write; `held` what is shown in their place (trim, brand,
    accessories, otherInfos, pictures); `publication` is None, {"highlighted": bool} when shown.
    """

    number: int
    reference: str
    facts: JsonObject
    held: JsonObject
    created_at: float
    updated_at: float
    publication: Lagged[JsonObject | None] = field(default_factory=Lagged)
    published_at: float | None = None
    updates: int = 0

    @property
    def published(self) -> bool:
        """Whether the public sees it."""
        return self.publication.now() is not None

    @property
    def highlighted(self) -> bool:
        """Whether it takes one of the plan's highlights."""
        publication = self.publication.now()
        return publication is not None and publication["highlighted"]


@dataclass(slots=True)
class Job:
    """A write that waits. `kind` as in the document's table; `body` is what it was asked with."""

    number: int
    kind: str
    reference: str
    endpoint: str
    body: JsonObject
    asked_at: float
    due_at: float


@dataclass(slots=True)
class History:
    """What happened to the references of a client: well-formed POSTs (`doubles`: of what was there
    or on the way), vehicles created and deleted, jobs that came to nothing."""

    posts: Counter[str] = field(default_factory=Counter)
    doubles: Counter[str] = field(default_factory=Counter)
    creates: Counter[str] = field(default_factory=Counter)
    deletes: Counter[str] = field(default_factory=Counter)
    failed: list[JsonObject] = field(default_factory=list)

    def as_json(self) -> JsonObject:
        """For `_state`: `recreated` are the references that were created more than once, `doubles`
        those posted while they were there or on the way."""
        recreated = {name: count for name, count in self.creates.items() if count > 1}
        return {
            "posts": sum(self.posts.values()),
            "creates": sum(self.creates.values()),
            "deletes": sum(self.deletes.values()),
            "recreated": recreated,
            "doubles": dict(self.doubles),
            "failed_jobs": self.failed,
        }


@dataclass(slots=True)
class Holding:
    """All of one client: vehicles by reference in order of creation, the queue, the history."""

    vehicles: dict[str, Vehicle] = field(default_factory=dict)
    queue: list[Job] = field(default_factory=list)
    history: History = field(default_factory=History)
    # (ads, highlights) in use, as the plan is told late.
    used: Lagged[tuple[int, int]] = field(default_factory=Lagged)

    def __post_init__(self) -> None:
        """Nothing is in use at first."""
        if not self.used.changes:
            self.used.set((0, 0), at=0)

    def count_used(self, *, at: float) -> None:
        """Note how many ads and highlights are in use now."""
        shown = [vehicle for vehicle in self.vehicles.values() if vehicle.published]
        highlights = sum(1 for vehicle in shown if vehicle.highlighted)
        self.used.set((len(shown), highlights), at=at)

    def dump(self) -> JsonObject:
        """Everything, for the state file."""
        return {
            "vehicles": {
                reference: {
                    **{name: getattr(each, name) for name in Vehicle.__slots__},
                    "publication": each.publication.changes,
                }
                for reference, each in self.vehicles.items()
            },
            "queue": [asdict(job) for job in self.queue],
            "history": {name: getattr(self.history, name) for name in History.__slots__},
            "used": self.used.changes,
        }

    def jobs_of(self, reference: str) -> list[Job]:
        """What still waits to be done with a reference."""
        return [job for job in self.queue if job.reference == reference]


def demo_client() -> Client:
    """The client that is there when nobody configured another."""
    return Client(number=1, user="demo", token="sandbox-token", plan=Plan())  # noqa: S106


@dataclass(slots=True)
class Store:
    """All clients with what they hold, by user."""

    clients: dict[str, Client] = field(default_factory=dict)
    holdings: dict[str, Holding] = field(default_factory=dict)
    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    next_number: int = FIRST_AD_ID
    changed: bool = False

    def clear(self, *, keep_accounts: bool) -> None:
        """No vehicles, no queues, and unless they are kept no clients but the demo one. Ids go on
        counting and access tokens stay good."""
        clients = list(self.clients.values()) if keep_accounts else [demo_client()]
        self.clients.clear()
        self.holdings.clear()
        for client in clients:
            self.put_client(client)

    def put_client(self, client: Client) -> None:
        """Add a client, or replace one of the same name and keep what it holds."""
        self.clients[client.user] = client
        self.holdings.setdefault(client.user, Holding())
        self.changed = True

    def client_of(self, number: int) -> Client | None:
        """The client of that number."""
        return next((each for each in self.clients.values() if each.number == number), None)

    def client_with(self, token: str) -> Client | None:
        """The client of that integration token."""
        return next((each for each in self.clients.values() if each.token == token), None)

    def number(self) -> int:
        """The next id of a vehicle or job."""
        number = self.next_number
        self.next_number += 1
        self.changed = True
        return number

    def shown(self) -> Iterator[Vehicle]:
        """All vehicles that the public sees."""
        for holding in self.holdings.values():
            yield from (each for each in holding.vehicles.values() if each.published)

    def anywhere(self, number: int) -> Vehicle | None:
        """The vehicle of whichever client with that id."""
        return next(
            (
                vehicle
                for holding in self.holdings.values()
                for vehicle in holding.vehicles.values()
                if vehicle.number == number
            ),
            None,
        )

    def account_state(self, user: str, *, origin: str, brief: bool) -> JsonObject:
        """A client's vehicles, queue, plan and history on the state page."""
        client, holding = self.clients[user], self.holdings[user]
        used, highlights = holding.used.now()
        return {
            "ads": [
                _vehicle_as_json(each, holding, origin=origin, brief=brief)
                for each in holding.vehicles.values()
            ],
            "queue": [_job_as_json(job, brief=brief) for job in holding.queue],
            "plan": {**client.plan.as_json(), "adsUsed": used, "highlightsUsed": highlights},
            "history": holding.history.as_json(),
        }

    def dump(self) -> JsonObject:
        """Everything, for the state file."""
        return {
            "format": 1,
            "secret": self.secret,
            "next_number": self.next_number,
            "clients": [asdict(client) for client in self.clients.values()],
            "holdings": {user: holding.dump() for user, holding in self.holdings.items()},
        }

    @classmethod
    def restored(cls, saved: JsonObject) -> Store:
        """A store from what `dump` gave; raises KeyError or TypeError when it is something else."""
        store = cls(secret=saved["secret"], next_number=saved["next_number"])
        for entry in saved["clients"]:
            store.put_client(Client(**{**entry, "plan": Plan(**entry["plan"])}))
        for user, entry in saved["holdings"].items():
            store.holdings[user] = _holding_from_json(entry)
        store.changed = False
        return store


def _holding_from_json(entry: JsonObject) -> Holding:
    history = entry["history"]
    counters = ("posts", "doubles", "creates", "deletes")
    return Holding(
        vehicles={
            reference: Vehicle(**{**each, "publication": _lagged(each["publication"])})
            for reference, each in entry["vehicles"].items()
        },
        queue=[Job(**job) for job in entry["queue"]],
        history=History(
            **{name: Counter(history[name]) for name in counters}, failed=history["failed"]
        ),
        used=Lagged([(at, (ads, highlights)) for at, (ads, highlights) in entry["used"]]),
    )


def _lagged(changes: list[Any]) -> Lagged[Any]:
    return Lagged([(at, value) for at, value in changes])


def fresh_store() -> Store:
    """A store with the demo client and no vehicles."""
    store = Store()
    store.put_client(demo_client())
    return store


def address_of(vehicle: Vehicle, *, origin: str) -> str:
    """Where the public finds the ad."""
    return f"{origin}/chavesnamao/anuncio/{vehicle.number}"


def _vehicle_as_json(vehicle: Vehicle, holding: Holding, *, origin: str, brief: bool) -> JsonObject:
    entry = {
        "id": vehicle.number,
        "reference": vehicle.reference,
        "type": vehicle.facts["type"],
        "publication": vehicle.publication.now(),
        "pictures": len(vehicle.held["pictures"]),
        "creates": holding.history.creates[vehicle.reference],
        "updates": vehicle.updates,
        "createdAt": vehicle.created_at,
        "url": address_of(vehicle, origin=origin),
    }
    return entry if brief else {**entry, "payload": vehicle.facts, "held": vehicle.held}


def _job_as_json(job: Job, *, brief: bool) -> JsonObject:
    entry = asdict(job)
    if brief:
        entry.pop("body")
    return entry
