"""The queue behind the imports: pending, queued, then accepted, refused or error.

Operations on one id are decided in their order of arrival. An insert creates the ad or, when the
advertiser has a live one of that id, edits it; an edit that is not accepted leaves the old ad as it
was. The codes are those seen in use (`ERROR_…`, `INVALID_PLATE`, `REFUSED_GENERIC`); UNKNOWN_AD_ID,
for a delete of an id that is not there, is ours.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress

from sandbox.config import Config
from sandbox.counters import Counters
from sandbox.olx import vocabulary as words
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.catalogue import Catalogue
from sandbox.olx.state import Ad, Import, JsonObject, Operation, Store
from sandbox.photo_check import PhotoChecker, PhotoVerdict

logger = logging.getLogger(__name__)
LONGEST_NAP_S = 0.25
SHORTEST_NAP_S = 0.01
_PLATE = re.compile(r"[A-Z]{3}-?[0-9][A-Z0-9][0-9]{2}", re.IGNORECASE)
_LEVELS = ("vehicle_brand", "vehicle_model", "vehicle_version")
_LEVEL_ERRORS = (
    "ERROR_VEHICLE_BRAND_INVALID",
    "ERROR_VEHICLE_MODEL_INVALID",
    "ERROR_VEHICLE_VERSION_INVALID",
)
_IMAGE_FORMS = ("jpeg", "gif", "png")
_Line = tuple[Import, Operation]


class Deciding:
    """Works through what waits. One `run` per portal, for as long as the server does."""

    def __init__(
        self,
        store: Store,
        *,
        config: Config[Behaviour],
        catalogue: Catalogue,
        counters: Counters,
        checker: PhotoChecker,
        clock: Callable[[], float] = time.time,
        dice: random.Random,
    ) -> None:
        """Decide what waits in the store."""
        self.store = store
        self.config = config
        self.catalogue = catalogue
        self.counters = counters
        self.checker = checker
        self.clock = clock
        self.dice = dice
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something changed: look again now."""
        self._woken.set()

    def release(self, *, user: str | None, ids: list[str] | None) -> int:
        """Let waiting operations be decided at once, in spite of a hold; how many.

        `user` and `ids` None mean all; earlier operations on the same ids go along.
        """
        now = self.clock()
        released = 0
        for held, operation in self.store.waiting:
            if user in {None, held.user} and (ids is None or operation.id in ids):
                operation.released = True
                operation.due_at = now
                released += 1
        self.store.changed = True
        self.wake()
        return released

    async def run(self) -> None:
        """Decide what is due, for ever."""
        while True:
            try:
                await self.step()
            except Exception:  # the queue must outlive its own mistakes
                logger.exception("The queue of the sandbox of /olx failed")
            self._woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._nap_s())

    def _nap_s(self) -> float:
        """Seconds until something is due, within limits."""
        now = self.clock()
        moments = [
            each.queued_at if each.status == "pending" else each.due_at
            for _held, each in self.store.waiting
        ]
        coming = [moment for moment in moments if moment > now]
        nap_s = min(coming) - now if coming else LONGEST_NAP_S
        return min(LONGEST_NAP_S, max(SHORTEST_NAP_S, nap_s))

    async def step(self) -> None:
        """Move everything that is due one state on."""
        due = self._due()
        verdicts = await asyncio.gather(*(self._look(line) for line in due))
        for line, found in zip(due, verdicts, strict=True):
            held, operation = line
            if self.store.imports.get(held.token) is held:  # else a reset came between
                self._decide(held, operation, found)
        if due:
            self.store.waiting = [line for line in self.store.waiting if not line[1].is_decided]
        users = ("", *self.config.per_account)
        kept_s = max(self.config.for_user(user).status_kept_s for user in users)
        self.store.forget_imports(before=self.clock() - kept_s)

    def _due(self) -> list[_Line]:
        """Queue what has been pending long enough; what can be decided, in order of arrival."""
        now = self.clock()
        behaviours: dict[str, Behaviour] = {}
        blocked: set[tuple[str, str]] = set()
        due: list[_Line] = []
        for held, operation in self.store.waiting:
            if held.user not in behaviours:
                behaviours[held.user] = self.config.for_user(held.user)
            hold = None if operation.released else behaviours[held.user].hold
            if operation.status == "pending" and hold != "pending" and now >= operation.queued_at:
                operation.status = "queued"
                self.store.changed = True
            key = (held.user, operation.id)
            if hold is None and now >= operation.due_at and key not in blocked:
                due.append((held, operation))
            blocked.add(key)
        return due

    async def _look(self, line: _Line) -> list[PhotoVerdict]:
        """What is behind the images of an insert."""
        held, operation = line
        behaviour = self.config.for_user(held.user)
        images = operation.facts.get("images", [])
        if operation.operation == "delete" or not behaviour.check_photos or not images:
            return []
        return await self.checker.check(images, timeout_s=behaviour.photo_timeout_s)

    def _decide(self, held: Import, operation: Operation, verdicts: list[PhotoVerdict]) -> None:
        now = self.clock()
        ads = self.store.ads[held.user]
        ad = ads.get(operation.id)
        if ad is None:
            ad = ads[operation.id] = Ad(self.store.number(), operation.id, state="absent")
        live = ad.is_live(now)
        if operation.operation == "delete":
            self._delete(ad, operation, live=live)
        else:
            operation.operation = "edit" if live else "insert"
            self._insert(ad, operation, verdicts, behaviour=self.config.for_user(held.user))
        ad.history.append(
            {
                "at": now,
                "token": held.token,
                "operation": operation.operation,
                "status": operation.status,
                "message": operation.messages,
                "list_id": operation.list_id,
            }
        )
        self.counters.events[operation.status] += 1
        self.store.changed = True

    def _delete(self, ad: Ad, operation: Operation, *, live: bool) -> None:
        if not live:
            operation.status, operation.messages = "error", ["UNKNOWN_AD_ID"]
            return
        operation.status = "accepted"
        ad.state = "deleted"
        ad.deletions += 1
        self.counters.events["deletes"] += 1

    def _insert(
        self,
        ad: Ad,
        operation: Operation,
        verdicts: list[PhotoVerdict],
        *,
        behaviour: Behaviour,
    ) -> None:
        """Create or edit, unless something speaks against it."""
        facts = operation.facts
        errors = [
            *self._vehicle_errors(facts),
            *_plate_errors(facts.get("params", {})),
            *_photo_errors(verdicts, behaviour=behaviour),
        ]
        if self._hits(operation.id, behaviour.error_ids, behaviour.error_rate):
            errors.append(behaviour.error_code)
        if errors:
            operation.status, operation.messages = "error", list(dict.fromkeys(errors))
        elif self._hits(operation.id, behaviour.refuse_ids, behaviour.refuse_rate):
            operation.status, operation.messages = "refused", [behaviour.refuse_code]
            if operation.operation == "insert":
                ad.state, ad.list_id = "refused", None
        else:
            self._accept(ad, operation, behaviour=behaviour)

    def _accept(self, ad: Ad, operation: Operation, *, behaviour: Behaviour) -> None:
        now = self.clock()
        facts = dict(operation.facts)
        if operation.operation == "edit":
            _keep_video_alone(ad.facts, facts)
            ad.edits += 1
            self.counters.events["edits"] += 1
        else:
            ad.list_id = self.store.new_list_id()
            ad.list_ids.append(ad.list_id)
            ad.state = "live"
            ad.creations += 1
            life_s = behaviour.ad_life_s
            ad.expires_at = None if life_s is None else now + life_s
            self.counters.events["creates"] += 1
        ad.review_until = now + behaviour.review_s
        refused = behaviour.review_s and behaviour.review_refuses
        ad.review_verdict = "refused" if refused else "published"
        ad.facts = facts
        ad.vehicle = self._vehicle(facts)
        operation.status, operation.list_id = "accepted", ad.list_id

    def _vehicle(self, facts: JsonObject) -> list[str]:
        """The names behind the ids today; they are kept, for ids may be given anew."""
        kind, ids = _vehicle_ids(facts)
        return self.catalogue.names_of(kind, ids) if ids else []

    def _vehicle_errors(self, facts: JsonObject) -> list[str]:
        """Each id must be in the list below the one above it."""
        params = facts.get("params", {})
        sent = [level in params for level in _LEVELS]
        if sent != sorted(sent, reverse=True):
            return ["ERROR_VEHICLE_BRAND_MODEL_VERSION_INVALID"]
        kind, ids = _vehicle_ids(facts)
        known = len(self.catalogue.names_of(kind, ids)) if ids else 0
        errors = [_LEVEL_ERRORS[known]] if known < len(ids) else []
        if params.get("fuel") == words.DEPRECATED_FUEL:
            errors.append("ERROR_FUEL_4_DEPRECATED")
        return errors

    def _hits(self, own_id: str, ids: tuple[str, ...] | list[str], rate: float) -> bool:
        return own_id in ids or (bool(rate) and self.dice.random() < rate)


def _vehicle_ids(facts: JsonObject) -> tuple[str, list[int]]:
    """The kind of vehicle and the ids of its brand, model and version, as far as they are sent."""
    params = facts.get("params", {})
    ids = [params[level] for level in _LEVELS if level in params]
    return words.CATEGORIES[facts["category"]], ids


def _plate_errors(params: JsonObject) -> list[str]:
    """A Brazilian plate, with or without the dash, whose last digit is that of `end_tag`."""
    plate, end = params.get("vehicle_tag"), params.get("end_tag")
    if plate is None:
        return []
    if not _PLATE.fullmatch(plate):
        return ["INVALID_PLATE"]
    fits = end is None or end == int(plate[-1]) + 1
    return [] if fits else ["ERROR_VEHICLE_TAG_INVALID"]


def _photo_errors(verdicts: list[PhotoVerdict], *, behaviour: Behaviour) -> list[str]:
    """JPG, GIF or PNG of 260x350; as the document says not which is the width, both are taken."""
    errors = []
    for verdict in verdicts:
        if verdict.size is None:
            errors.append("ERROR_DOWNLOADING_IMAGE")
            continue
        if verdict.size.form not in _IMAGE_FORMS:
            errors.append("ERROR_UPLOADING_IMAGE")
            continue
        short, long = sorted((verdict.size.width, verdict.size.height))
        if short < behaviour.min_short_px or long < behaviour.min_long_px:
            errors.append("ERROR_IMAGE_TOO_SMALL")
    return errors


def _keep_video_alone(old: JsonObject, new: JsonObject) -> None:
    """A video that is the only thing to change does not change."""
    if all(old.get(key) == new.get(key) for key in {*old, *new} - {"videos"}):
        new.pop("videos", None)
        if "videos" in old:
            new["videos"] = old["videos"]
