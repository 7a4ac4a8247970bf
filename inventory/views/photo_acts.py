"""What can be asked for in an album, by the words of its buttons, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.services.changes import By
from config.lib.typed_ids import whole_number
from inventory.models import Vehicle
from inventory.services.photos import (
    MOST_PHOTOS,
    Removed,
    remove_photo,
    reorder_photos,
    restore_photo,
    set_cover,
)
from inventory.services.turning import forget_turn, retry_photo, turn_photo

STEPS = {"up": -1, "down": 1}
TURNS = {"right": 90, "left": 270}  # degrees clockwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, in words, and the photo that can be put back."""

    said: str
    removed: Removed | None = None


def arrange(data: Mapping[str, str], vehicle: Vehicle, *, by: By) -> Done:
    """Do what a form of the album asks for; raise ValidationError for what makes no sense."""
    if typed := data.get("order", ""):
        # An id that is none stands as 0, which no photo has: the order is then refused.
        order = [whole_number(each) or 0 for each in typed.split(",")[: MOST_PHOTOS * 2]]
        reorder_photos(vehicle, order, by=by)
        return Done(said=_("The photos are in their new order."))
    if data.get("act") == "restore":
        return _restore(data, vehicle, by=by)
    ids = list(vehicle.photos.values_list("pk", flat=True))
    photo = whole_number(data.get("photo", ""))
    if photo is None or photo not in ids:
        raise ValidationError(_("This photo is no longer there."))
    return _act(data.get("act", ""), vehicle, photo, ids, by=by)


def _act(act: str, vehicle: Vehicle, photo: int, ids: list[int], *, by: By) -> Done:
    if act in STEPS:
        return _move(vehicle, photo, ids, step=STEPS[act], by=by)
    if act in TURNS:
        turn_photo(vehicle, photo, degrees=TURNS[act], by=by)
        return Done(said=_("The photo is being turned."))
    if act == "cover":
        set_cover(vehicle, photo, by=by)
        return Done(said=_("The photo is the cover now."))
    if act == "remove":
        removed = remove_photo(vehicle, photo, by=by)
        return Done(said=_("The photo was removed."), removed=removed)
    if act == "retry":
        retry_photo(vehicle, photo, by=by)
        return Done(said=_("The photo is being processed again."))
    if act == "keep":
        forget_turn(vehicle, photo, by=by)
        return Done(said=_("The photo stays as it is."))
    raise ValidationError(_("There is no such action."))


def _move(vehicle: Vehicle, photo: int, ids: list[int], *, step: int, by: By) -> Done:
    place = ids.index(photo)
    target = min(max(place + step, 0), len(ids) - 1)
    ids.insert(target, ids.pop(place))
    reorder_photos(vehicle, ids, by=by)
    words = _("The photo is number %(place)d of %(count)d now.")
    return Done(said=words % {"place": target + 1, "count": len(ids)})


def _restore(data: Mapping[str, str], vehicle: Vehicle, *, by: By) -> Done:
    blob_id = whole_number(data.get("blob", ""))
    place = whole_number(data.get("place", ""), highest=MOST_PHOTOS)
    if blob_id is None or place is None:
        raise ValidationError(_("This photo is no longer there."))
    restore_photo(vehicle, Removed(blob_id=blob_id, place=place), by=by)
    return Done(said=_("The photo is back."))
