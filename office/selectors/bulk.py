"""Bulk changes as their pages show them: runs, their numbers, and their vehicles in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from accounts.models import Dealer
from inventory.models import Vehicle
from office.models import BulkItem, BulkRun
from office.models.bulk import BulkState, Outcome

PER_PAGE = 50
RUNS_PER_PAGE = 25
# Outcomes that somebody should look at, worst first.
BAD = (Outcome.FAILED, Outcome.REFUSED, Outcome.CONFLICT)
_LEFT = (*BAD, Outcome.STOPPED)
_ORDER = (*BAD, Outcome.PENDING, Outcome.STOPPED, Outcome.CHANGED, Outcome.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCounts:
    """How many vehicles of a run came to what."""

    by_outcome: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All vehicles of the run."""
        return sum(self.by_outcome.values())

    @property
    def changed(self) -> int:
        """Vehicles that were changed."""
        return self.by_outcome.get(Outcome.CHANGED, 0)

    @property
    def pending(self) -> int:
        """Vehicles that are to be changed."""
        return self.by_outcome.get(Outcome.PENDING, 0)

    @property
    def settled(self) -> int:
        """Vehicles that need nothing any more."""
        return self.total - self.pending

    @property
    def bad(self) -> int:
        """Vehicles that could not be changed."""
        return sum(self.by_outcome.get(outcome, 0) for outcome in BAD)

    @property
    def stopped(self) -> int:
        """Vehicles whose turn never came, since somebody stopped the run."""
        return self.by_outcome.get(Outcome.STOPPED, 0)

    @property
    def left(self) -> int:
        """Vehicles that are as they were although they were to be changed."""
        return self.bad + self.stopped

    @property
    def tiles(self) -> list[tuple[Outcome, int]]:
        """The outcomes there are, with how many of each, worst first."""
        found = [(outcome, self.by_outcome.get(outcome, 0)) for outcome in _ORDER]
        return [(outcome, number) for outcome, number in found if number]


def runs_of(dealer: Dealer) -> QuerySet[BulkRun]:
    """Return the dealer's runs with what is shown of them."""
    return BulkRun.objects.for_dealer(dealer).select_related("created_by", "undoes")


def runs_page(dealer: Dealer, *, number: str | None) -> Page[BulkRun]:
    """Return a page of the confirmed runs, newest first, each with `counts`."""
    runs = runs_of(dealer).exclude(state=BulkState.PLANNED)
    page = Paginator(runs, RUNS_PER_PAGE).get_page(number)
    shown = list(page.object_list)
    counts = counts_of(shown)
    for run in shown:
        run.counts = counts[run.pk]  # type: ignore[attr-defined]
    page.object_list = shown
    return page


def counts_of(runs: Sequence[BulkRun]) -> dict[int, BulkCounts]:
    """Return the exact numbers of these runs, in one query."""
    rows = BulkItem.objects.filter(run__in=[run.pk for run in runs])
    found: dict[int, dict[str, int]] = {run.pk: {} for run in runs}
    for run_id, outcome, number in (
        rows.order_by().values_list("run_id", "outcome").annotate(Count("pk"))
    ):
        found[run_id][outcome] = number
    return {run_id: BulkCounts(by_outcome=numbers) for run_id, numbers in found.items()}


def items_page(run: BulkRun, *, outcome: str, number: str | None) -> Page[BulkItem]:
    """Return a page of a run's vehicles, those that could not be changed first."""
    order = Case(
        *(When(outcome=each, then=Value(place)) for place, each in enumerate(_ORDER)),
        output_field=IntegerField(),
    )
    items = run.items.select_related("vehicle__version__model__brand").order_by(order, "pk")
    if outcome in Outcome.values:
        items = items.filter(outcome=outcome)
    return Paginator(items, PER_PAGE).get_page(number)


def undoing_of(run: BulkRun) -> BulkRun | None:
    """Return the run that takes this one back; one that was stopped only if there is no other."""
    undoings = run.undoings.exclude(state=BulkState.PLANNED).select_related("created_by")
    stopped_last = Case(When(state=BulkState.STOPPED, then=Value(1)), default=Value(0))
    return undoings.order_by(stopped_last, "-pk").first()


def vehicles_left(run: BulkRun) -> list[int]:
    """Return the vehicles that a run left as they were, for another try."""
    return list(run.items.filter(outcome__in=_LEFT).values_list("vehicle_id", flat=True))


def vehicles_named(dealer: Dealer, vehicle_ids: Sequence[int]) -> QuerySet[Vehicle]:
    """Return those of the ids that are the dealer's vehicles."""
    return Vehicle.objects.for_dealer(dealer).filter(pk__in=vehicle_ids)
