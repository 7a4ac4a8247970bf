"""Find a vehicle of the dealer, and move it through its life."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.guards import DealerRequest, by_person, dealer_page
from inventory.models import Vehicle, VehicleState
from inventory.services.vehicles import set_state


def find_vehicle(request: DealerRequest, pk: int) -> Vehicle:
    """Return the dealer's vehicle with its names; 404 for one of somebody else."""
    vehicles = Vehicle.objects.for_dealer(request.dealer)
    return get_object_or_404(vehicles.select_related("version__model__brand"), pk=pk)


@require_POST
@dealer_page
def vehicle_move(request: DealerRequest, pk: int) -> HttpResponse:
    """Move a vehicle to the state in the body; a move that is not allowed is told."""
    vehicle = find_vehicle(request, pk)
    state = request.POST.get("state", "")
    try:
        if state not in VehicleState.values:
            raise ValidationError({"state": _("There is no such state.")})
        set_state(vehicle.pk, dealer=request.dealer, by=by_person(request), state=state)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("The vehicle is now: %(state)s.") % {"state": VehicleState(state).label}
        )
    return redirect("inventory:vehicle_detail", vehicle.pk)
