"""What connectors and the engine say to each other: frozen values, primitives only.

Connectors never see our tables; only `portals/services/drafts.py` turns rows into these.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as stored
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

State = Literal["unknown", "absent", "pending", "live", "paused", "refused"]
Severity = Literal["refused", "reduced"]
WarningKind = Literal[
    "photo_rejected", "photo_limit", "highlight_denied", "text_truncated", "optional_ignored"
]

CAR = 1
_TYPES = {CAR: "car", 2: "motorcycle", 3: "truck"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialField:
    """One thing a dealer enters to connect a portal; secret ones are never shown again.

    `help` says in the dealer's words where the portal shows it, or who gives it to him.
    """

    name: str
    label: str
    secret: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalTraits:
    """Limits and habits of a portal, as data.

    `pause`: how an ad is paused ("payload" = a field of the same request, "verb" = own call,
    "withdraw" = it cannot be paused). `reviews`: a 2xx is not yet live, the status must be read.
    `kinds`: names that go through the mapping tables, per vehicle category. `check_after` /
    `check_every`: seconds until the first status read after a write, and between reads of live ads.
    `requests_per_second`: None = the portal's document sets no limit (429 is obeyed all the same).
    `batch`: most ads of one batch, for a connector that SendsBatches. `upserts`: a write makes the
    ad or replaces it, by our reference and in the order of arrival, so that one that may have been
    carried out is simply made again; such a portal's reads lag behind what it has accepted, so that
    "absent" is no proof. `poll_every`: the longest pause between reads of an ad that is pending;
    `pending_for`: seconds after which one that was accepted and never decided is looked for.
    `plans_lag`: seconds by which the numbers of its plans are behind what it has carried out.
    `has_from_to`: the flags by which integrators tell what is mapped ("brand_car",
    "model_by_body_car", "version_car_by_year" …).
    """

    categories: tuple[int, ...]
    max_photos: int
    max_text: int
    min_photo: tuple[int, int] = (0, 0)
    highlights: tuple[int, ...] = ()
    pause: Literal["payload", "verb", "withdraw"] = "payload"
    reviews: bool = True
    kinds: Mapping[int, tuple[str, ...]] = stored(default_factory=dict)
    requests_per_second: int | None = None
    check_after: float = 1.0
    check_every: float = 6 * 3600.0
    has_from_to: Mapping[str, bool] = stored(default_factory=dict)
    batch: int = 1
    upserts: bool = False
    poll_every: float = 6 * 3600.0
    pending_for: float = 24 * 3600.0
    plans_lag: float = 0.0

    def decides(self, kind: str, category: int) -> bool:
        """Whether names of this kind are led to the portal's by mappings.

        Brand, model and version unless a flag says no; all other kinds always.
        """
        if kind not in ("brand", "model", "version"):
            return True
        return self.has_from_to.get(f"{kind}_{_TYPES.get(category, '')}", True)

    def counts(self, kind: str, category: int, body: str = "", year: int = 0) -> bool:
        """Whether a mapping of this kind, narrowed like this, is one the portal's flags provide."""
        narrowed = (not body or self.by_body(kind, category)) and (
            not year or self.by_year(kind, category)
        )
        return narrowed and self.decides(kind, category)

    def by_body(self, kind: str, category: int) -> bool:
        """Whether the portal's names of this kind depend on the body (cars' models only)."""
        if (kind, category) != ("model", CAR):
            return False
        return self.has_from_to.get("model_by_body_car", False)

    def by_year(self, kind: str, category: int) -> bool:
        """Whether the portal's names of this kind depend on the year (cars' versions only)."""
        if (kind, category) != ("version", CAR):
            return False
        return self.has_from_to.get("version_car_by_year", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalAccount:
    """The account a connector works for. `secrets` never appears in repr."""

    access_id: int
    environment: str
    base_url: str
    secrets: Mapping[str, Any] = stored(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A portal's token and when it ends (None = not said)."""

    value: str = stored(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRef:
    """A photo as the portal will fetch it; pixels after turning, 0 = unknown."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedName:
    """One of our values and where it leads in the portal's catalogue.

    `ours` is what a person reads; `key` what the portal wants (None = not mapped); `missing` says
    why: "empty" (the vehicle does not say it), "unplaced" (not in the reference catalogue and its
    text matches nothing), "unknown" (the portal does not know the name), "none" (mapped to nothing
    on purpose), "parent" (its brand or model is not mapped). `source_key` is what a mapping would
    be saved under, `path` the keys of the brand and model it must lie in; `body` and `year` are
    said where the portal's flags tell names apart by them.
    """

    kind: str
    ours: str
    key: str | None
    missing: str = ""
    source_key: str = ""
    path: tuple[str, ...] = ()
    body: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """All a portal may want to know of one ad. Price in the dealer's currency, mileage in km.

    `active` False = paused. `highlight` is the weight asked for. `optionals` keeps unmapped ones
    with key None, so that they are reported. `chassis`, `renavam` only for portals that ask.
    `phone` and `postal_code` are the dealer's, as typed.
    """

    reference: str
    category: int
    active: bool
    highlight: int
    plate: str
    chassis: str
    price: Decimal | None
    year_manufacture: int | None
    year_model: int | None
    mileage: int | None
    is_new: bool
    armoured: bool
    single_owner: bool
    accepts_trade: bool
    description: str
    video_url: str
    names: Mapping[str, ResolvedName]
    optionals: tuple[ResolvedName, ...]
    photos: tuple[PhotoRef, ...]
    phone: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why an ad is not (fully) as wished. `field` is ours, for the link to the fix.

    `code` is worded by the screens; `params` are plain values; `message` is the portal's own text.
    """

    field: str
    code: str
    message: str = ""
    params: Mapping[str, Any] = stored(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "field": self.field,
            "code": self.code,
            "message": self.message,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the preflight: will be refused (blocks) or will be reduced (warns)."""

    severity: Severity
    problem: Problem
    mode: str = "preflight"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdWarning:
    """Something the portal took away, with what was asked and what was granted."""

    kind: WarningKind
    asked: Any
    granted: Any
    message: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "kind": self.kind,
            "asked": self.asked,
            "granted": self.granted,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What will be sent for one ad, before anything is sent.

    `channel` is the portal's own type ("carros"). `foreseen` are reductions we make ourselves
    before sending (optionals without a name, HTML stripped …).
    """

    channel: str
    body: Mapping[str, Any]
    foreseen: tuple[AdWarning, ...] = ()

    def foreseen_as_json(self) -> list[dict[str, Any]]:
        """Return the stored form of our own reductions, told from those of the portal."""
        return [{**warning.as_json(), "foreseen": True} for warning in self.foreseen]

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical form."""
        text = json.dumps(
            [self.channel, self.body], sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRef:
    """How the portal knows the ad: our reference, its id once known ('' before), and the type.

    `pending_ref` is what the portal gave us to ask for the decision on what it last accepted ('' =
    nothing is open). `asked` is what it last accepted from us, {"active", "highlight", "photos",
    "price"}, empty if we do not know; {"absent": True} while a withdrawal is open.
    """

    reference: str
    category: int
    remote_id: str = ""
    pending_ref: str = ""
    asked: Mapping[str, Any] = stored(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedListing:
    """What the portal holds now, as far as one answer tells.

    `warnings` None = the answer says nothing about reductions (a status read); a tuple replaces
    what was known, but for what was foreseen. `details` carries fields of a list read (price,
    highlight, photos count …). `pending_ref`: accepted, to be decided later; ask with this.
    `poll_after`: seconds to the next read. `failure` says who must act on a refusal that was told
    by a read: "refused", "mapping" or "plan" (the ad has no slot; it is offered again when one
    frees).
    """

    state: State
    remote_id: str = ""
    reference: str = ""
    category: int = 0
    url: str = ""
    remote_status: str = ""
    warnings: tuple[AdWarning, ...] | None = None
    problems: tuple[Problem, ...] = ()
    pending_ref: str = ""
    poll_after: float | None = None
    failure: Literal["refused", "mapping", "plan"] = "refused"
    details: Mapping[str, Any] = stored(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write of a batch: the ad as it is to be, or without payload its withdrawal."""

    ref: RemoteRef
    payload: Payload | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """One plan as the portal tells it. total None = no limit told.

    `renews_at` is when what was used up counts anew, None if that is not told.
    """

    kind: Literal["ad", "highlight"]
    remote_key: str
    name: str
    weight: int = 0
    total: int | None = None
    published: int = 0
    released: bool = True
    is_for_new: bool = False
    category: int | None = None
    subscription_id: int | None = None
    renews_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueNode:
    """One name of the portal's catalogue. `key` is what must be sent; years None = not told."""

    vehicle_type: int
    kind: str
    key: str
    name: str
    year_first: int | None = None
    year_last: int | None = None
    has_children: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """Result of a credentials test: `steps` in order, (code, passed); plans if they were read.

    `failure` is the code of the RemoteError at which the last step failed.
    """

    steps: tuple[tuple[str, bool], ...]
    failure: str = ""
    plans: tuple[PlanReport, ...] = ()
