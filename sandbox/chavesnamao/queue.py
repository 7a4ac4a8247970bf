"""The queues: jobs of each client wait their time and are carried out in order of arrival."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict

from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.jobs import CREATE, UPDATE, JobFailed, Workshop
from sandbox.chavesnamao.state import Client, Job, JsonObject, Store
from sandbox.config import Config
from sandbox.photo_check import PhotoChecker

logger = logging.getLogger(__name__)
# How soon a change of `hold_queue` is noticed.
LOOK_EVERY_S = 0.05


class Queues:
    """One worker for each client that has jobs. They belong to the event loop that adds jobs."""

    def __init__(
        self, workshop: Workshop, *, store: Store, config: Config[Behaviour], checker: PhotoChecker
    ) -> None:
        """Carry out the jobs of this store."""
        self.workshop = workshop
        self.store = store
        self.config = config
        self.checker = checker
        self._dice = random.Random(1)  # noqa: S311 - dice, not secrets
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def add(
        self, client: Client, *, kind: str, reference: str, endpoint: str, body: JsonObject
    ) -> None:
        """Put a job at the end of the client's queue."""
        behaviour = self.config.for_user(client.user)
        now = time.time()
        spread_s = self._dice.random() * behaviour.queue_spread_seconds
        job = Job(
            number=self.store.number(),
            kind=kind,
            reference=reference,
            endpoint=endpoint,
            body=body,
            asked_at=now,
            due_at=now + behaviour.queue_seconds + spread_s,
        )
        self.store.holdings[client.user].queue.append(job)
        self.start()

    def start(self) -> None:
        """See that whoever has jobs has a worker (after a restart, too)."""
        for user, holding in self.store.holdings.items():
            worker = self._workers.get(user)
            if holding.queue and (worker is None or worker.done()):
                self._workers[user] = asyncio.create_task(self._work(user))

    def stop(self) -> None:
        """End the workers; what is in the queues stays there."""
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()

    async def let_through(self, user: str, count: int | None, *, fail: bool = False) -> int:
        """Carry out the first `count` jobs of a client now, all if None, or let them `fail`; how
        many there were."""
        done = 0
        while count is None or done < count:
            async with self._one_at_a_time[user]:
                job = self._first(user)
                if job is None:
                    break
                await self._do(user, job, fail=fail)
            done += 1
        return done

    async def _work(self, user: str) -> None:
        while (job := self._first(user)) is not None:
            wait_s = job.due_at - time.time()
            if wait_s > 0 or self.config.for_user(user).hold_queue:
                await asyncio.sleep(min(wait_s, LOOK_EVERY_S) if wait_s > 0 else LOOK_EVERY_S)
                continue
            async with self._one_at_a_time[user]:
                if self._first(user) is job:
                    rate = self.config.for_user(user).fail_jobs_rate
                    await self._do(user, job, fail=bool(rate) and self._dice.random() < rate)

    def _first(self, user: str) -> Job | None:
        holding = self.store.holdings.get(user)
        return holding.queue[0] if holding is not None and holding.queue else None

    async def _do(self, user: str, job: Job, *, fail: bool) -> None:
        """Fetch pictures, then take the job out of the queue and do it in one go, so that what is
        saved in between holds either the job or its result."""
        client, behaviour = self.store.clients[user], self.config.for_user(user)
        pictures = [] if fail else await self._pictures(job, client=client, behaviour=behaviour)
        if self._first(user) is not job:
            return  # the portal was reset meanwhile
        holding = self.store.holdings[user]
        holding.queue.pop(0)
        self.store.changed = True
        try:
            if fail:
                raise JobFailed("the portal lost it")
            self.workshop.do(job, client=client, behaviour=behaviour, pictures=pictures)
        except JobFailed as failure:
            reason = str(failure)
            told = {"kind": job.kind, "reference": job.reference, "reason": reason}
            holding.history.failed.append(told)
        except Exception:  # the queue must outlive a mistake of its own
            logger.exception("A job of the sandbox failed: %s %s", job.kind, job.reference)

    async def _pictures(self, job: Job, *, client: Client, behaviour: Behaviour) -> list[str]:
        """The addresses that can be fetched, no more than the plan allows."""
        if job.kind not in {CREATE, UPDATE}:
            return []
        wanted = job.body["facts"]["pictures"][: client.plan.pictures]
        if not behaviour.check_photos:
            return list(wanted)
        verdicts = await self.checker.check(wanted, timeout_s=behaviour.photo_timeout_s)
        return [verdict.url for verdict in verdicts if verdict.size is not None]
