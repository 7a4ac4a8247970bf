"""What the portal's reads mean for us: vehicles, the plan, pages, names of the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from portals.connectors.chavesnamao.fields import TYPES, WRITTEN_AS, is_id
from portals.connectors.chavesnamao.payload import MAX_PHOTOS
from portals.connectors.chavesnamao.queue import LONGEST, Pending, moment_of
from portals.connectors.chavesnamao.texts import text_of
from portals.connectors.errors import ListingUnknown
from portals.connectors.types import (
    AdWarning,
    ObservedListing,
    PlanReport,
    Problem,
    RemoteRef,
    State,
)

LAG = 20 * 60.0  # seconds by which a read may be late in telling what is published
SOON = 10.0  # seconds
URL_LENGTH = 300
_CATEGORIES = {letter: category for category, letter in TYPES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle as a read tells it. `is_highlighted` None = not told."""

    reference: str
    category: int
    is_published: bool
    is_highlighted: bool | None
    url: str
    picture_count: int | None
    updated_at: Any
    details: Mapping[str, Any]


def read_vehicle(data: Any, *, category: int = 0) -> Vehicle | None:
    """Return the vehicle of a read or of a row of the list, None if it is none.

    A vehicle without the key `publication` is one that is not shown.
    """
    if isinstance(data, Mapping) and isinstance(data.get("data"), Mapping):
        data = data["data"]
    if not isinstance(data, Mapping) or not text_of(data.get("reference")):
        return None
    shown = data.get("publication")
    pictures = data.get("pictures")
    count = len(pictures) if isinstance(pictures, list) else None
    lit = shown.get("highlighted") if isinstance(shown, Mapping) else None
    return Vehicle(
        reference=text_of(data.get("reference")),
        category=_CATEGORIES.get(text_of(data.get("type")).upper(), category),
        is_published=_is_shown(shown),
        is_highlighted=lit if isinstance(lit, bool) else None,
        url=_url(data, shown),
        picture_count=count,
        updated_at=data.get("updatedAt"),
        details=_details(data, lit, count),
    )


def _is_shown(publication: Any) -> bool:
    if isinstance(publication, Mapping):
        words = (publication.get(name) for name in ("published", "active"))
        return bool(publication) and all(word is not False for word in words)
    return bool(publication)


def _details(data: Mapping[str, Any], lit: Any, pictures: int | None) -> dict[str, Any]:
    """Return the fields that can be compared: price (text, BRL), highlight, photos, km, fuel."""
    fuel = text_of(data.get("fuel")).upper()
    told = {
        "price": _amount(data.get("value")),
        "highlight": int(lit) if isinstance(lit, bool) else None,
        "photos": pictures,
        "mileage": whole(data.get("mileage")),
        "fuel": WRITTEN_AS.get(fuel, fuel) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _amount(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value).strip())
        return str(amount.quantize(Decimal("0.01"))) if amount.is_finite() else None
    except InvalidOperation:
        return None


def _url(data: Mapping[str, Any], shown: Any) -> str:
    inner = shown.get("url") if isinstance(shown, Mapping) else None
    for text in (text_of(data.get("url")), text_of(inner)):
        if text.startswith(("http://", "https://")) and len(text) <= URL_LENGTH:
            return text
    return ""


def observed(
    vehicle: Vehicle, ref: RemoteRef, pending: Pending | None, *, now: float
) -> ObservedListing:
    """Return what a vehicle that tells of our last write means for its ad.

    What is shown may be told late: until then a difference to what was asked is no answer. An ad
    that is not shown and that nobody is known to have asked for is paused. Raises ListingUnknown
    for one that is shown although we have just asked for the opposite, or that has another price
    than the one just sent: that call came to nothing, whatever else has moved `updatedAt` since.
    """
    if pending is not None and _has_another_price(vehicle, ref):
        raise ListingUnknown("another price")
    wants = ref.asked.get("active")
    is_undecided = pending is not None and now - pending.at < LAG
    if is_undecided and wants is not None and bool(wants) != vehicle.is_published:
        return pending_ad(ref)
    if pending is not None and vehicle.is_published and wants is False:
        raise ListingUnknown("still shown")
    if not vehicle.is_published and wants:
        return _unshown(vehicle, ref)
    return _shown(vehicle, ref, age=_age(vehicle, pending, now=now))


def _has_another_price(vehicle: Vehicle, ref: RemoteRef) -> bool:
    try:
        shown, sent = (Decimal(str(each["price"])) for each in (vehicle.details, ref.asked))
    except (KeyError, InvalidOperation):  # one of them is not known
        return False
    return shown != sent


def _age(vehicle: Vehicle, pending: Pending | None, *, now: float) -> float:
    """Return the seconds since the last change: our last write, else what the portal says."""
    if pending is not None:
        return now - pending.at
    updated = moment_of(vehicle.updated_at)
    return LONGEST if updated is None or updated > now else now - updated


def pending_ad(ref: RemoteRef, *, pending: Pending | None = None) -> ObservedListing:
    """Return that an ad is not decided yet; `pending` is what is to be kept of our last write."""
    return ObservedListing(
        state="pending",
        remote_id=ref.remote_id or ref.reference,
        reference=ref.reference,
        category=ref.category,
        remote_status="queued",
        pending_ref="" if pending is None else pending.as_text(),
    )


def absent_ad(ref: RemoteRef) -> ObservedListing:
    """Return that there is no such ad."""
    return ObservedListing(state="absent", reference=ref.reference, category=ref.category)


def _unshown(vehicle: Vehicle, ref: RemoteRef) -> ObservedListing:
    """Not shown although it was asked for: the plan is full, or somebody has unpublished it."""
    return ObservedListing(
        state="refused",
        remote_id=ref.reference,
        reference=ref.reference,
        category=ref.category,
        remote_status="unpublished",
        problems=(Problem(field="plan", code="not_published"),),
        failure="plan",
        details=vehicle.details,
    )


def _shown(vehicle: Vehicle, ref: RemoteRef, *, age: float) -> ObservedListing:
    """Live or paused. Read again when a highlight, and ever more slowly until the ad's address,
    should be there."""
    is_denied = vehicle.is_published and _is_denied(vehicle, ref)
    again = []
    if is_denied and age < LAG:
        again.append(LAG - age)
    if vehicle.is_published and not vehicle.url and age < LONGEST:
        again.append(min(max(age, SOON), LONGEST - age))
    warnings = _missing_pictures(vehicle, ref)
    if is_denied and age >= LAG:
        warnings.append(AdWarning(kind="highlight_denied", asked=ref.asked["highlight"], granted=0))
    return ObservedListing(
        state="live" if vehicle.is_published else "paused",
        remote_id=ref.reference,
        reference=ref.reference,
        category=vehicle.category or ref.category,
        url=vehicle.url,
        remote_status="published" if vehicle.is_published else "unpublished",
        warnings=tuple(warnings) if ref.asked else None,
        poll_after=min(again) if again else None,
        details=vehicle.details,
    )


def _is_denied(vehicle: Vehicle, ref: RemoteRef) -> bool:
    return bool(ref.asked.get("highlight")) and vehicle.is_highlighted is False


def _missing_pictures(vehicle: Vehicle, ref: RemoteRef) -> list[AdWarning]:
    """What is missing from the read could not be fetched; which ones they are is not told."""
    asked = whole(ref.asked.get("photos"))
    if asked is None or vehicle.picture_count is None:
        return []
    missing = min(asked, MAX_PHOTOS) - vehicle.picture_count
    return [AdWarning(kind="photo_rejected", asked=missing, granted=0)] if missing > 0 else []


def listed(vehicle: Vehicle, *, now: float) -> ObservedListing:
    """Return a row of the list. What was changed a moment ago may be told late: it says nothing."""
    updated = moment_of(vehicle.updated_at)
    is_fresh = updated is not None and now - updated < LAG
    state: State = "live" if vehicle.is_published else "paused"
    return ObservedListing(
        state="pending" if is_fresh else state,
        remote_id=vehicle.reference,
        reference=vehicle.reference,
        category=vehicle.category,
        url=vehicle.url,
        remote_status="published" if vehicle.is_published else "unpublished",
        details={} if is_fresh else vehicle.details,
    )


def rows_of(data: Any) -> list[Any] | None:
    """Return the list of an answer, bare or in the page's envelope; None if there is none."""
    if isinstance(data, Mapping):
        data = data.get("data")
    return data if isinstance(data, list) else None


def page_count(data: Any) -> int | None:
    """Return how many pages there are, None if the answer is no page."""
    meta = data.get("meta") if isinstance(data, Mapping) else None
    return whole(meta.get("totalPages")) if isinstance(meta, Mapping) else None


def read_plans(data: Any) -> tuple[PlanReport, ...] | None:
    """Return the plan's ads and highlights; none for an account without a plan, None if unclear."""
    if isinstance(data, Mapping) and isinstance(data.get("data"), Mapping):
        data = data["data"]
    if not isinstance(data, Mapping) or "currentPlan" not in data:
        return None
    plan, free = data["currentPlan"], data.get("available")
    if not plan:
        return ()
    if not isinstance(plan, Mapping):
        return None
    free = free if isinstance(free, Mapping) else {}
    name = text_of(plan.get("name")) or "Plano"
    kinds: tuple[tuple[Literal["ad", "highlight"], str, int], ...] = (
        ("ad", "adsQuantity", 0),
        ("highlight", "highlightsQuantity", 1),
    )
    return tuple(
        PlanReport(
            kind=kind,
            remote_key=key,
            name=name[:120] if kind == "ad" else f"Destaque ({name})"[:120],
            weight=weight,
            total=whole(plan.get(key)),
            published=_used(whole(plan.get(key)), whole(free.get(key))),
        )
        for kind, key, weight in kinds
    )


def _used(total: int | None, free: int | None) -> int:
    return max(0, total - free) if total is not None and free is not None else 0


def whole(value: Any) -> int | None:
    """Return a whole number of at least 0, given as number or text; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = text_of(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def named(row: Any) -> tuple[str, str] | None:
    """Return (id, name) of a row of the catalogue, None if it holds none."""
    if not isinstance(row, Mapping):
        return None
    key, name = text_of(row.get("id")), text_of(row.get("name"))
    return (key, name) if is_id(key) and name else None


def type_of(row: Mapping[str, Any]) -> str:
    """Return the vehicle type a row of the catalogue is for ("C", "M"), '' if it does not say."""
    return (text_of(row.get("vehicleType")) or text_of(row.get("type"))).upper()
