"""A portal's catalogue: brand -> model -> versions (and styles where there are any), numbered.

Cars and motorcycles of FIPE's names in the portal's own spelling. A real portal's own names may
stand in for those of cars; they are taken as they are written. A version is valid only inside its
brand and model.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sandbox.names import SourceName, Speller, fold


@dataclass(slots=True)
class ModelNode:
    """A model with what is valid inside it; numbers are the portal's own ids."""

    number: int
    versions: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class BrandNode:
    """A brand with its models."""

    number: int
    models: dict[str, ModelNode] = field(default_factory=dict)


ShortLists = dict[str, dict[str, dict[str, int]]]


class Catalogue:
    """All that a portal knows by name. A portal's own class says its words."""

    # "car" and "motorcycle" of the name file -> how the portal calls the type.
    KINDS: ClassVar[Mapping[str, str]]
    # How `_catalogue` calls the lists inside a model -> where they are; the first is the default.
    INSIDE: ClassVar[Mapping[str, str]]
    # How the statistics call brands, models and versions.
    LEVELS: ClassVar[tuple[str, str, str]]
    SPELLER: ClassVar[Speller]

    def __init__(
        self,
        names: Iterable[SourceName],
        *,
        own_cars: Iterable[SourceName] | None = None,
        short_lists: Mapping[str, Mapping[str, Iterable[str]]] | None = None,
    ) -> None:
        """Build it from names; types other than car and motorcycle are not dealt in.

        `own_cars` are cars as the portal writes them, in place of those of `names`. `short_lists`
        are lists of bare names by type and name of the list.
        """
        self.brands: dict[str, dict[str, BrandNode]] = {kind: {} for kind in self.KINDS.values()}
        self.counts: Counter[str] = Counter()
        self._last_number = 0
        self._kept: tuple[dict[str, dict[str, BrandNode]], ShortLists] | None = None
        self._short_lists: ShortLists = {
            kind: {
                name: {word: number for number, word in enumerate(words, start=1)}
                for name, words in lists.items()
            }
            for kind, lists in (short_lists or {}).items()
        }
        for name in own_cars or ():
            self._add_as_written(name)
        for name in names:
            if name.kind in self.KINDS and (own_cars is None or name.kind != "car"):
                self._add(name)

    def model(self, kind: str, brand: str, model: str) -> ModelNode | None:
        """The model of exactly these names, None if either is not listed."""
        node = self.brands[kind].get(brand)
        return None if node is None else node.models.get(model)

    def short_list(self, kind: str, name: str) -> dict[str, int]:
        """One of the short lists (colours, optionals …), name -> number; KeyError if the type has
        none."""
        return self._short_lists[kind][name]

    def remember(self) -> None:
        """Keep what there is now, if nothing was kept before, for `restore`."""
        if self._kept is None:
            self._kept = copy.deepcopy((self.brands, self._short_lists))

    def restore(self) -> None:
        """Go back to the names there were before the first change."""
        if self._kept is not None:
            (self.brands, self._short_lists), self._kept = self._kept, None
            self.changed()

    def changed(self) -> None:
        """Called after names or numbers have changed; a portal that keeps an index renews it."""

    def renumber(self, kind: str) -> int:
        """Give every brand, model, version and style of a type a new number; how many there are."""
        before = self._last_number
        for brand in self.brands[kind].values():
            brand.number = self._number()
            for model in brand.models.values():
                model.number = self._number()
                for names in (model.versions, model.styles):
                    names.update({name: self._number() for name in names})
        return self._last_number - before

    def statistics(self) -> dict[str, Any]:
        """How many names there are, how many were spelled otherwise or left out."""
        sizes = {
            kind: dict(zip(self.LEVELS, _sizes(brands), strict=True))
            for kind, brands in self.brands.items()
        }
        counts = dict(sorted(self.counts.items()))
        return {"seed": self.SPELLER.seed, "lists": sizes, "source_names": counts}

    def _add(self, name: SourceName) -> None:
        self.counts["read"] += 1
        model_name = self.SPELLER.model(name)
        version_name = self.SPELLER.version(name) if model_name else None
        if model_name is None or version_name is None:
            self.counts["missing"] += 1
            return
        as_is = fold(model_name) == fold(name.model) and fold(version_name) == fold(name.version)
        self.counts["same" if as_is else "renamed"] += 1
        self._place(name, (name.brand.upper(), model_name, version_name))

    def _add_as_written(self, name: SourceName) -> None:
        self.counts["read"] += 1
        self.counts["same"] += 1
        self._place(name, (name.brand, name.model, name.version))

    def _place(self, name: SourceName, own: tuple[str, str, str]) -> None:
        brand_name, model_name, version_name = own
        brands = self.brands[self.KINDS[name.kind]]
        brand = brands.get(brand_name) or brands.setdefault(brand_name, BrandNode(self._number()))
        model = brand.models.get(model_name)
        if model is None:
            model = brand.models.setdefault(model_name, ModelNode(self._number()))
        if version_name not in model.versions:
            model.versions[version_name] = self._number()
        for style in self._styles_of(name):
            if style not in model.styles:
                model.styles[style] = self._number()

    def _styles_of(self, _name: SourceName, /) -> Iterable[str]:
        """The styles that this name opens for its model; none at a portal without styles."""
        return ()

    def _number(self) -> int:
        self._last_number += 1
        return self._last_number


def _sizes(brands: Mapping[str, BrandNode]) -> tuple[int, int, int]:
    models = [model for brand in brands.values() for model in brand.models.values()]
    return len(brands), len(models), sum(len(model.versions) for model in models)
