"""Which pictures each vehicle of the demo has, cover first."""

from __future__ import annotations

from office.demo.fleet import DemoVehicle
from office.demo.pictures import CAR_PAINTS, DETAILS, MOTORCYCLE_PAINTS, PAINTS, small_names

BROKEN = "broken"  # a JPEG that stops in the middle
FEWEST, MOST, TOO_MANY = 6, 12, 25
_MOTORCYCLE_DETAILS = ("wheel", "engine", "odometer")
_TRUCK_DETAILS = ("wheel", "dashboard", "engine", "odometer")


def album_of(vehicle: DemoVehicle, *, kind: str) -> list[str]:
    """Return the names of a vehicle's pictures in order; kind is car, motorcycle or truck."""
    if vehicle.twist == "no_photos":
        return []
    outside, details = _pictures_of_kind(vehicle, kind=kind)
    start = vehicle.lot("album") % len(details)
    turned = [*details[start:], *details[:start]]
    count = FEWEST + vehicle.lot("photos") % (MOST - FEWEST + 1)
    if vehicle.twist == "many_photos":
        count = TOO_MANY
    album = [*outside, *turned][:count]
    if vehicle.twist == "small_photos":
        album += small_names()
    if vehicle.twist == "broken_photo":
        album.append(BROKEN)
    return album


def _pictures_of_kind(vehicle: DemoVehicle, *, kind: str) -> tuple[list[str], list[str]]:
    paint = vehicle.colour if vehicle.colour in PAINTS else CAR_PAINTS[0]
    if kind == "truck":
        return ["truck-side-white", "truck-front-white"], _numbered(_TRUCK_DETAILS)
    if kind == "motorcycle":
        paint = paint if paint in MOTORCYCLE_PAINTS else MOTORCYCLE_PAINTS[0]
        return [f"motorcycle-side-{paint}"], _numbered(_MOTORCYCLE_DETAILS)
    return [f"car-side-{paint}", f"car-front-{paint}"], _numbered(tuple(DETAILS))


def _numbered(details: tuple[str, ...]) -> list[str]:
    """Return the pictures of these details, one of each before the second of any."""
    return [
        f"{what}-{number}"
        for number in range(max(DETAILS[what] for what in details))
        for what in details
        if number < DETAILS[what]
    ]
