"""What each job of the queue does when its time has come.

Chaves na Mão, Vehicle API v2, "Previsão de execução" and "Publicação". A job that cannot be done
any more comes to nothing without a word, and is told on the state page only.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from zlib import crc32

from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.state import Client, Holding, Job, JsonObject, Plan, Store, Vehicle
from sandbox.counters import Counters

CREATE, UPDATE, DELETE = "CREATE_VEHICLE", "UPDATE_VEHICLE", "DELETE_VEHICLE"
PUBLISH, UNPUBLISH = "PUBLISH_VEHICLE", "UNPUBLISH_VEHICLE"
HIGHLIGHT = "UPDATE_VEHICLE_PUBLICATION"


class JobFailed(Exception):
    """The job cannot be done; the text says why."""


def is_moderated(reference: str, behaviour: Behaviour) -> bool:
    """Whether the portal never shows the ad; always the same for the same reference."""
    share = crc32(reference.encode()) % 1000 < behaviour.refuse_share * 1000
    return reference in behaviour.refuse_references or share


class Foreseen:
    """What will be there once the queue is done: which references, which of them shown."""

    def __init__(self, holding: Holding, *, plan: Plan, behaviour: Behaviour) -> None:
        """Go through the queue in thought."""
        vehicles = holding.vehicles.values()
        self.plan = plan
        self.behaviour = behaviour
        self.there = set(holding.vehicles)
        self.shown = {each.reference for each in vehicles if each.published}
        self.highlighted = {each.reference for each in vehicles if each.highlighted}
        for job in holding.queue:
            self._do(job)

    def has_room(self) -> bool:
        """Whether the plan has room for one more ad."""
        return len(self.shown) < self.plan.ads

    def has_highlight(self, reference: str) -> bool:
        """Whether the plan has a highlight for this ad, which may hold one already."""
        return len(self.highlighted - {reference}) < self.plan.highlights

    def _do(self, job: Job) -> None:
        reference = job.reference
        if job.kind == CREATE:
            self.there.add(reference)
        if job.kind in {CREATE, PUBLISH}:
            if self.has_room() and not is_moderated(reference, self.behaviour):
                self.shown.add(reference)
        elif job.kind in {DELETE, UNPUBLISH}:
            self.shown.discard(reference)
            self.highlighted.discard(reference)
            if job.kind == DELETE:
                self.there.discard(reference)
        elif job.kind == HIGHLIGHT:
            self.highlighted.discard(reference)
            if job.body["highlighted"] and reference in self.shown:
                self.highlighted.add(reference)


class Workshop:
    """Carries out jobs on the vehicles of a store."""

    def __init__(self, store: Store, *, counters: Counters) -> None:
        """Work on this store."""
        self.store = store
        self.counters = counters

    def do(
        self, job: Job, *, client: Client, behaviour: Behaviour, pictures: Iterable[str]
    ) -> None:
        """Carry out one job; raises JobFailed. `pictures` are those that could be fetched."""
        holding = self.store.holdings[client.user]
        now = time.time()
        if job.kind == CREATE:
            self._create(job, holding, client=client, behaviour=behaviour, pictures=pictures)
        else:
            vehicle = holding.vehicles.get(job.reference)
            if vehicle is None:
                raise JobFailed("the vehicle is not there")
            vehicle.updated_at = now
            if job.kind == UPDATE:
                self._update(vehicle, job, pictures=pictures)
            elif job.kind == DELETE:
                del holding.vehicles[job.reference]
                holding.history.deletes[job.reference] += 1
                self.counters.events["deletes"] += 1
            elif job.kind == HIGHLIGHT:
                _highlight(vehicle, holding, wanted=job.body["highlighted"], plan=client.plan)
            elif job.kind == UNPUBLISH:
                vehicle.publication.set(None, at=now)
            elif not vehicle.published:
                _publish(vehicle, holding, plan=client.plan, behaviour=behaviour)
        holding.count_used(at=now)

    def _create(
        self,
        job: Job,
        holding: Holding,
        *,
        client: Client,
        behaviour: Behaviour,
        pictures: Iterable[str],
    ) -> None:
        if job.reference in holding.vehicles:
            raise JobFailed("the reference is there already")
        now = time.time()
        vehicle = Vehicle(
            number=self.store.number(),
            reference=job.reference,
            facts=job.body["facts"],
            held={**job.body["held"], "pictures": list(pictures)},
            created_at=now,
            updated_at=now,
        )
        vehicle.publication.set(None, at=now)
        holding.vehicles[job.reference] = vehicle
        holding.history.creates[job.reference] += 1
        self.counters.events["creates"] += 1
        if _has_room(holding, client.plan):
            _publish(vehicle, holding, plan=client.plan, behaviour=behaviour)

    def _update(self, vehicle: Vehicle, job: Job, *, pictures: Iterable[str]) -> None:
        vehicle.facts = job.body["facts"]
        vehicle.held = {**job.body["held"], "pictures": list(pictures)}
        vehicle.updates += 1
        self.counters.events["updates"] += 1


def _has_room(holding: Holding, plan: Plan) -> bool:
    return sum(1 for each in holding.vehicles.values() if each.published) < plan.ads


def _publish(vehicle: Vehicle, holding: Holding, *, plan: Plan, behaviour: Behaviour) -> None:
    if not _has_room(holding, plan):
        raise JobFailed("the plan has no room")
    if is_moderated(vehicle.reference, behaviour):
        return
    now = time.time()
    vehicle.publication.set(_publication(highlighted=False), at=now)
    vehicle.published_at = now


def _highlight(vehicle: Vehicle, holding: Holding, *, wanted: bool, plan: Plan) -> None:
    if not vehicle.published:
        raise JobFailed("the vehicle is not published")
    others = sum(
        1 for each in holding.vehicles.values() if each.highlighted and each is not vehicle
    )
    if wanted and others >= plan.highlights:
        raise JobFailed("the plan has no highlight left")
    vehicle.publication.set(_publication(highlighted=wanted), at=time.time())


def _publication(*, highlighted: bool) -> JsonObject:
    return {"highlighted": highlighted}
