"""The portal's catalogue by numeric ids: brand -> model -> trim, accessories, other infos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox import catalogue
from sandbox.catalogue import BrandNode
from sandbox.chavesnamao.vocabulary import ACCESSORIES, CAR, MOTORCYCLE, SHORT_LISTS
from sandbox.names import SourceName, Speller

SPELLER = Speller("chavesnamao-1")
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trim:
    """A trim with what it belongs to; `kind` is C or M."""

    number: int
    name: str
    model: str
    model_number: int
    brand: str
    brand_number: int
    kind: str

    def as_json(self) -> JsonObject:
        """`trim` and `brand` of the document's read object."""
        return {
            "trim": {"id": self.number, "name": self.name, "modelId": self.model_number},
            "brand": {"id": self.brand_number, "name": self.brand, "vehicleType": self.kind},
        }


class Catalogue(catalogue.Catalogue):
    """All that has an id, for cars and for motorcycles."""

    KINDS: ClassVar[Mapping[str, str]] = {"car": CAR, "motorcycle": MOTORCYCLE}
    INSIDE: ClassVar[Mapping[str, str]] = {"trims": "versions"}
    LEVELS: ClassVar[tuple[str, str, str]] = ("brands", "models", "trims")
    SPELLER: ClassVar[Speller] = SPELLER

    def __init__(
        self, names: Iterable[SourceName], *, own_cars: Iterable[SourceName] | None = None
    ) -> None:
        """Build it from names; accessories and other infos are those of the vocabulary."""
        super().__init__(names, own_cars=own_cars, short_lists=SHORT_LISTS)
        accessories = self._short_lists[MOTORCYCLE][ACCESSORIES]
        accessories.update({name: number + 100 for name, number in accessories.items()})
        self._trims: dict[int, Trim] = {}
        self._models_of: dict[int, list[JsonObject]] = {}
        self._trims_of: dict[int, list[JsonObject]] = {}
        self.changed()

    def changed(self) -> None:
        """Index all by id."""
        for index in (self._trims, self._models_of, self._trims_of):
            index.clear()
        for kind, brands in self.brands.items():
            for name, brand in brands.items():
                self._index_brand(name, brand, kind=kind)

    def _index_brand(self, brand_name: str, brand: BrandNode, *, kind: str) -> None:
        self._models_of[brand.number] = [
            {"id": model.number, "name": name, "brandId": brand.number}
            for name, model in brand.models.items()
        ]
        for model_name, model in brand.models.items():
            self._trims_of[model.number] = [
                {"id": number, "name": name, "modelId": model.number}
                for name, number in model.versions.items()
            ]
            for name, number in model.versions.items():
                self._trims[number] = Trim(
                    number=number,
                    name=name,
                    model=model_name,
                    model_number=model.number,
                    brand=brand_name,
                    brand_number=brand.number,
                    kind=kind,
                )

    def renumber(self, kind: str) -> int:
        """Give everything of a type a new id, accessories and other infos too."""
        count = super().renumber(kind)
        for names in self._short_lists[kind].values():
            names.update({name: number + 1000 for name, number in names.items()})
            count += len(names)
        return count

    def trim(self, number: int) -> Trim | None:
        """The trim of that id."""
        return self._trims.get(number)

    def listed_brands(self, kind: str) -> list[JsonObject]:
        """Brands of a type, of both when it is empty."""
        return [
            {"id": brand.number, "name": name, "vehicleType": each}
            for each, brands in self.brands.items()
            if kind in {"", each}
            for name, brand in brands.items()
        ]

    def listed_models(self, brand: int) -> list[JsonObject] | None:
        """Models of the brand of that id; None when there is no such brand."""
        return self._models_of.get(brand)

    def listed_trims(self, model: int) -> list[JsonObject] | None:
        """Trims of the model of that id; None when there is no such model."""
        return self._trims_of.get(model)

    def listed_extras(self, name: str, kind: str) -> list[JsonObject]:
        """Accessories or other infos of a type, of both when it is empty."""
        return [
            {"id": number, "name": word}
            for each in self.brands
            if kind in {"", each}
            for word, number in self.short_list(each, name).items()
        ]

    def extras(self, name: str, kind: str) -> dict[int, str]:
        """Accessories or other infos of a type, id -> name."""
        return {number: word for word, number in self.short_list(kind, name).items()}
