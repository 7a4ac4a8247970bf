"""The kinds of bulk change: which parameters each has, and what it proposes for a vehicle.

A proposal is judged by the rules of a single edit (inventory.services.trials), never here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Dealer
from config.lib.typed_ids import whole_number
from inventory.models import DescriptionTemplate, Optional, Vehicle, VehicleState
from inventory.services.descriptions import describe
from inventory.services.trials import (
    StockIdentities,
    Values,
    try_facts,
    try_move,
    try_optionals,
)
from office.models.bulk import BulkKind
from office.services.bulk_prices import Mode, Rounding, new_price

Parameters = Mapping[str, Any]
HIGHEST_PERCENT = 1000
_HIGHEST_AMOUNT = Decimal(10) ** 10
REACHABLE = (VehicleState.IN_PREPARATION, VehicleState.AVAILABLE, VehicleState.ARCHIVED)


@dataclass(slots=True, kw_only=True)
class Trial:
    """What a plan knows besides the vehicles: read once for all of them."""

    dealer: Dealer
    parameters: Parameters
    held: Collection[int] = frozenset()
    _identities: list[StockIdentities] = field(default_factory=list)

    @property
    def identities(self) -> StockIdentities:
        """Plates and chassis in stock, read when first needed."""
        if not self._identities:
            self._identities.append(StockIdentities(self.dealer))
        return self._identities[0]


def clean_parameters(kind: str, given: Parameters, *, dealer: Dealer) -> dict[str, Any]:
    """Return the parameters of a kind as a run keeps them (plain JSON).

    Raises ValidationError by parameter.
    """
    if kind not in _CLEANERS:
        raise ValidationError({"kind": _("There is no such bulk change.")})
    return _CLEANERS[BulkKind(kind)](given, dealer)


def try_kind(kind: str, vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    """Return what the run would change on a vehicle, before and after; both empty for nothing.

    Raises ValidationError by field, as the act itself would.
    """
    return _TRIALS[BulkKind(kind)](vehicle, trial)


def refused_price(kind: str, vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    """Return the price a refused vehicle has and the one it would get, so that the why is seen."""
    names = {BulkKind.PRICE: "price", BulkKind.PROMOTION: "promotional_price"}
    name = names.get(BulkKind(kind))
    if name is None or vehicle.price is None or trial.parameters["mode"] == "remove":
        return {}, {}
    return {name: getattr(vehicle, name)}, {name: _changed_price(vehicle, trial.parameters)}


def _choice(given: Parameters, name: str, allowed: Collection[str]) -> str:
    value = given.get(name)
    if value not in allowed:
        raise ValidationError({name: _("This choice does not exist.")})
    return str(value)


def _clean_change(given: Parameters) -> dict[str, Any]:
    mode = _choice(given, "mode", Mode.values)
    rounding = _choice(given, "rounding", Rounding.values)
    value = _number(given.get("value"))
    if mode == Mode.PERCENT and not -100 < value <= HIGHEST_PERCENT:
        message = _("Enter a percentage above -100 and up to %(highest)d.")
        raise ValidationError({"value": message % {"highest": HIGHEST_PERCENT}})
    if abs(value) >= _HIGHEST_AMOUNT:
        raise ValidationError({"value": _("This amount is too large.")})
    return {"mode": mode, "value": str(value), "rounding": rounding}


def _number(given: object) -> Decimal:
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValidationError({"value": _("Enter a number.")})
    return value


def _clean_price(given: Parameters, dealer: Dealer) -> dict[str, Any]:
    del dealer
    return _clean_change(given)


def _clean_promotion(given: Parameters, dealer: Dealer) -> dict[str, Any]:
    del dealer
    return {"mode": "remove"} if given.get("mode") == "remove" else _clean_change(given)


def _clean_state(given: Parameters, dealer: Dealer) -> dict[str, Any]:
    del dealer
    return {"state": _choice(given, "state", [state.value for state in REACHABLE])}


def _clean_optionals(given: Parameters, dealer: Dealer) -> dict[str, Any]:
    del dealer
    chosen = {name: _optional_ids(given, name) for name in ("add", "remove")}
    if not (chosen["add"] or chosen["remove"]):
        raise ValidationError({"add": _("Choose at least one optional.")})
    if set(chosen["add"]) & set(chosen["remove"]):
        raise ValidationError({"remove": _("An optional cannot be both added and removed.")})
    return chosen


def _optional_ids(given: Parameters, name: str) -> list[int]:
    wanted = {whole_number(each) for each in given.get(name) or ()}
    found = Optional.objects.filter(pk__in=[each for each in wanted if each is not None])
    if name == "add":
        found = found.filter(retired_at__isnull=True)
    ids = set(found.values_list("pk", flat=True))
    if ids != wanted:
        raise ValidationError({name: _("One of the optionals does not exist.")})
    return sorted(ids)


def _clean_description(given: Parameters, dealer: Dealer) -> dict[str, Any]:
    number = whole_number(given.get("template"))
    templates = DescriptionTemplate.objects.for_dealer(dealer)
    template = templates.filter(pk=number).first() if number is not None else None
    if template is None:
        raise ValidationError({"template": _("This choice does not exist.")})
    # The text as it was chosen, whatever becomes of the template.
    return {
        "template": template.pk,
        "name": template.name,
        "text": template.text,
        "category": template.category,
        "only_empty": bool(given.get("only_empty")),
    }


def _changed_price(vehicle: Vehicle, parameters: Parameters) -> Decimal:
    if vehicle.price is None:
        raise ValidationError({"price": _("The vehicle has no price to start from.")})
    return new_price(
        vehicle.price,
        mode=parameters["mode"],
        value=Decimal(parameters["value"]),
        rounding=parameters["rounding"],
    )


def _try_price(vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    facts = {"price": _changed_price(vehicle, trial.parameters)}
    return try_facts(vehicle, facts, dealer=trial.dealer)


def _try_promotion(vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    removes = trial.parameters["mode"] == "remove"
    price = None if removes else _changed_price(vehicle, trial.parameters)
    return try_facts(vehicle, {"promotional_price": price}, dealer=trial.dealer)


def _try_state(vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    return try_move(
        vehicle,
        state=trial.parameters["state"],
        held=vehicle.pk in trial.held,
        identities=trial.identities,
    )


def _try_optionals(vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    held = {optional.pk for optional in vehicle.optionals.all()}
    chosen = trial.parameters
    return try_optionals(vehicle, (held | set(chosen["add"])) - set(chosen["remove"]))


def _try_description(vehicle: Vehicle, trial: Trial) -> tuple[Values, Values]:
    chosen = trial.parameters
    if chosen["only_empty"] and vehicle.description:
        return {}, {}
    if chosen["category"] is not None and chosen["category"] != vehicle.category:
        message = _("The template is for another kind of vehicle.")
        raise ValidationError({"description": message})
    text = describe(chosen["text"], vehicle)
    if not text:
        raise ValidationError({"description": _("The template gives an empty text here.")})
    return try_facts(vehicle, {"description": text}, dealer=trial.dealer)


_CLEANERS: Mapping[BulkKind, Callable[[Parameters, Dealer], dict[str, Any]]] = {
    BulkKind.PRICE: _clean_price,
    BulkKind.PROMOTION: _clean_promotion,
    BulkKind.STATE: _clean_state,
    BulkKind.OPTIONALS: _clean_optionals,
    BulkKind.DESCRIPTION: _clean_description,
}
_TRIALS: Mapping[BulkKind, Callable[[Vehicle, Trial], tuple[Values, Values]]] = {
    BulkKind.PRICE: _try_price,
    BulkKind.PROMOTION: _try_promotion,
    BulkKind.STATE: _try_state,
    BulkKind.OPTIONALS: _try_optionals,
    BulkKind.DESCRIPTION: _try_description,
}
