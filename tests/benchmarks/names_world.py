"""A portal with a catalogue and a dealer with a real stock: needs a set-up Django.

The catalogue is read from a sandbox (of SANDBOX_URL), or written from a file's rows directly where
years are wanted, which no list of the portal tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db.models import Count

from accounts.models import Dealer
from accounts.services.changes import By
from config.lib.folding import fold
from inventory.models import Vehicle
from inventory.services.stock_import import import_stock
from portals.connectors.registry import connector_class
from portals.models import CatalogueEntry, Listing, Mapping, Portal
from portals.selectors.mappings import gaps_of
from portals.services.access import save_access
from portals.services.applying import Applied, apply_safe_names
from portals.services.catalogue import upsert_portals
from portals.services.drafts import build_drafts
from portals.services.names import NameResolver
from portals.services.syncing import sync_access
from sandbox.usadosbr.vocabulary import CAR_STYLES, CARS, SHORT_LISTS

LISTS = {
    "cores": "colour",
    "combustiveis": "fuel",
    "cambios": "gearbox",
    "portas": "doors",
    "opcionais": "optional",
}
CAR = 1
ACCOUNT = {"user": "demo", "password": "demo-sandbox"}  # the sandbox's own
BUDGET = 3600.0


@dataclass(slots=True)
class Look:
    """What the preflight says of all cars at one moment."""

    total: int = 0
    publishable: int = 0
    by_names: int = 0
    queued: int = 0
    single: int = 0
    causes: Counter[str] = field(default_factory=Counter)


class NamesWorld:
    """One dealer, one portal."""

    def __init__(self) -> None:
        upsert_portals()
        call_command("load_fipe", verbosity=0)
        self.portal = Portal.objects.get(slug="usadosbr")
        self.dealer = Dealer.objects.create(code="names", name="Names")
        self.access, _marked = save_access(
            dealer=self.dealer,
            portal=self.portal,
            environment="sandbox",
            credentials=ACCOUNT,
            by=By(source="bench"),
        )

    def read_catalogue(self) -> dict[str, int]:
        """Read the sandbox's catalogue as the worker does, turn by turn; returns how many names."""
        while True:
            self.access.refresh_from_db()
            result = sync_access(self.access, budget=100.0)
            if result.failure:
                raise RuntimeError(f"the catalogue cannot be read: {result.failure}")
            if result.done:
                break
        self.access.refresh_from_db()
        kinds = CatalogueEntry.objects.filter(vehicle_type=CAR, retired_at=None).order_by()
        return dict(kinds.values_list("kind").annotate(Count("pk")))

    def load_catalogue(self, rows: Iterable[dict[str, str]]) -> None:
        """Write the catalogue: names of the file as keys, short lists and styles of the sandbox."""
        for name, words in SHORT_LISTS[CARS].items():
            for word in words:
                self._entry(LISTS[name], word, word)
        brands: dict[str, CatalogueEntry] = {}
        models: dict[tuple[str, str], CatalogueEntry] = {}
        leaves = []
        for row in rows:
            brand, model = row["portal_brand"], row["portal_model"]
            if brand not in brands:
                brands[brand] = self._entry("brand", brand, brand)
            if (brand, model) not in models:
                models[brand, model] = self._entry("model", model, model, brands[brand])
                leaves += [
                    self._new("style", word, word, models[brand, model]) for word in CAR_STYLES
                ]
            version = row["portal_version"]
            entry = self._new("version", version, version, models[brand, model])
            years = [
                int(year)
                for year in (row.get("years") or row.get("years_seen", "")).split("|")
                if year
            ]
            entry.year_first, entry.year_last = min(years, default=None), max(years, default=None)
            leaves.append(entry)
        # The portal's keys are its names: what two files or two ids name alike is one entry.
        CatalogueEntry.objects.bulk_create(leaves, batch_size=500, ignore_conflicts=True)

    def _new(
        self, kind: str, key: str, name: str, parent: CatalogueEntry | None = None
    ) -> CatalogueEntry:
        return CatalogueEntry(
            portal=self.portal,
            environment="sandbox",
            vehicle_type=CAR,
            kind=kind,
            remote_key=key,
            name=name,
            folded=fold(name)[:200],
            parent=parent,
        )

    def _entry(
        self, kind: str, key: str, name: str, parent: CatalogueEntry | None = None
    ) -> CatalogueEntry:
        entry = self._new(kind, key, name, parent)
        entry.save()
        return entry

    def load_stock(self, path: Path) -> int:
        """Import the stock and wish all cars live; returns how many the reference places."""
        report = import_stock(path, dealer=self.dealer, by=By(source="bench"), invent_missing=True)
        cars = Vehicle.objects.filter(dealer=self.dealer, category=CAR)
        cars.update(state="available")
        Listing.objects.bulk_create(
            Listing(dealer=self.dealer, access=self.access, vehicle=car, wanted="live")
            for car in cars
        )
        return report.placed

    def look(self) -> Look:
        """Ask the preflight about every car, and keep what it says as a drain would."""
        look = Look()
        listings = list(Listing.objects.select_related("vehicle").order_by("pk"))
        self.portal.refresh_from_db()
        resolver = NameResolver(self.portal, "sandbox", self.dealer.pk)
        drafts = build_drafts(self.access, listings, resolver)
        connector = connector_class(self.portal.slug)
        self.reachable = 0
        for listing in listings:
            draft = drafts[listing.pk]
            refused = [each for each in connector.preflight(draft) if each.severity == "refused"]
            look.total += 1
            look.publishable += not refused
            self.reachable += draft.names["model"].key is not None
            named = [each.problem for each in refused if each.mode == "mapping"]
            look.causes.update({_cause(each.problem.field, each.problem.code) for each in refused})
            listing.failure_mode = "mapping" if named else ("preflight" if refused else "")
            listing.problems = [each.problem.as_json() for each in refused]
            if named:
                look.by_names += 1
                look.single += len({each.field for each in named if "parent" not in each.code}) == 1
        Listing.objects.bulk_update(listings, ["failure_mode", "problems"], batch_size=500)
        look.queued = self._queued(listings)
        return look

    def _queued(self, listings: list[Listing]) -> int:
        """Return how many of the listings held back by names have a row of the queue."""
        rows = {(gap.key.kind, gap.key.source_key, gap.key.path) for gap in gaps_of(self.dealer)}
        return sum(
            any(
                (told.get("kind"), told.get("source_key"), tuple(told.get("path", ()))) in rows
                for told in (problem["params"] for problem in listing.problems)
            )
            for listing in listings
            if listing.failure_mode == "mapping"
        )

    def decide_safe_names(self) -> Applied:
        """Let the product decide what is safe."""
        applied = apply_safe_names(self.portal, "sandbox", budget=BUDGET)
        assert Mapping.objects.count() == applied.decided
        return applied


def _cause(field: str, code: str) -> str:
    return f"{field}: {code}"
