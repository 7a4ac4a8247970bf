"""The portal's catalogue by ids: brands, models that restart per brand, versions per model.

As `car_info`, `moto_info` and `moto_cubiccms_info` of ad_integration tell them. The ids follow the
order in which the names are first met, so they are the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from sandbox.catalogue import Catalogue as SharedCatalogue
from sandbox.names import SourceName, Speller
from sandbox.olx.vocabulary import CARS, DISPLACEMENTS, MOTORCYCLES

SPELLER = Speller("olx-1")
# A renumbering begins so far above the numbers that there are, so that none is given twice.
FRESH_STEP = 1000


class Catalogue(SharedCatalogue):
    """All that this portal knows by id, for cars and for motorcycles."""

    KINDS = {"car": CARS, "motorcycle": MOTORCYCLES}
    INSIDE: ClassVar = {"versions": "versions"}
    LEVELS = ("brands", "models", "versions")
    SPELLER = SPELLER

    def __init__(
        self, names: Iterable[SourceName], *, own_cars: Iterable[SourceName] | None = None
    ) -> None:
        """Build it from names, then count each list from 1."""
        lists = {MOTORCYCLES: {"cubiccms": DISPLACEMENTS}}
        super().__init__(names, own_cars=own_cars, short_lists=lists)
        for kind in self.brands:
            self._count_from(kind, 1)

    @property
    def displacements(self) -> dict[str, int]:
        """Cubic centimetres and their ids, the list `cubiccms` of motorcycles."""
        return self.short_list(MOTORCYCLES, "cubiccms")

    def below(self, kind: str, numbers: Sequence[int]) -> dict[str, int] | None:
        """Names and ids of the list below these ids: brands for none, models for one, versions for
        two; None when they lead nowhere."""
        brands = self.brands[kind]
        found = self.names_of(kind, numbers)
        if len(found) != len(numbers):
            return None
        if not found:
            return {name: brand.number for name, brand in brands.items()}
        models = brands[found[0]].models
        if len(found) == 1:
            return {name: model.number for name, model in models.items()}
        return dict(models[found[1]].versions) if len(found) == 2 else None

    def names_of(self, kind: str, numbers: Sequence[int]) -> list[str]:
        """The names behind a brand, a model and a version, as far as they are known."""
        found: list[str] = []
        lists: Iterator[dict[str, int]] = self._lists(kind, found)
        for number, ids in zip(numbers, lists, strict=False):
            name = next((name for name, each in ids.items() if each == number), None)
            if name is None:
                break
            found.append(name)
        return found

    def _lists(self, kind: str, found: list[str]) -> Iterator[dict[str, int]]:
        """The lists on the way down, each of which hangs on the names found before it."""
        brands = self.brands[kind]
        yield {name: brand.number for name, brand in brands.items()}
        models = brands[found[0]].models
        yield {name: model.number for name, model in models.items()}
        yield models[found[1]].versions

    def renumber(self, kind: str) -> int:
        """Give every name of a type an id that its list never had."""
        if kind == MOTORCYCLES:
            first = FRESH_STEP + max(self.displacements.values(), default=0)
            fresh = {name: number for number, name in enumerate(self.displacements, start=first)}
            self.displacements.update(fresh)
        return self._count_from(kind, FRESH_STEP + max(self._numbers(kind), default=0))

    def shuffle(self, kind: str) -> int:
        """Give every id to the next name of its list: the old ids stay good and mean something
        else. How many names there are; a list of one name stays as it is."""
        brands = list(self.brands[kind].values())
        for brand, number in zip(brands, _turned(each.number for each in brands), strict=True):
            brand.number = number
            models = list(brand.models.values())
            for model, own in zip(models, _turned(each.number for each in models), strict=True):
                model.number = own
                turned = _turned(model.versions.values())
                model.versions = dict(zip(model.versions, turned, strict=True))
        return sum(1 for _number in self._numbers(kind))

    def _numbers(self, kind: str) -> Iterator[int]:
        for brand in self.brands[kind].values():
            yield brand.number
            for model in brand.models.values():
                yield model.number
                yield from model.versions.values()

    def _count_from(self, kind: str, first: int) -> int:
        for number, brand in enumerate(self.brands[kind].values(), start=first):
            brand.number = number
            for model_number, model in enumerate(brand.models.values(), start=first):
                model.number = model_number
                model.versions = {
                    name: version for version, name in enumerate(model.versions, start=first)
                }
        return sum(1 for _number in self._numbers(kind))


def _turned(numbers: Iterable[int]) -> list[int]:
    """Each number in the place before its own."""
    listed = list(numbers)
    return [*listed[1:], *listed[:1]]
