"""The portal's catalogue: brand -> model -> versions and styles, and short lists by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from sandbox import catalogue
from sandbox.names import SourceName, Speller, fold
from sandbox.usadosbr.vocabulary import (
    CARS,
    MOTORCYCLES,
    SHORT_LISTS,
    STYLE_WORDS,
    STYLES,
)

SPELLER = Speller("usadosbr-3")


class Catalogue(catalogue.Catalogue):
    """All that the portal knows by name, for cars and for motorcycles."""

    KINDS: ClassVar[Mapping[str, str]] = {"car": CARS, "motorcycle": MOTORCYCLES}
    INSIDE: ClassVar[Mapping[str, str]] = {"versoes": "versions", "estilos": "styles"}
    LEVELS: ClassVar[tuple[str, str, str]] = ("marcas", "modelos", "versoes")
    SPELLER: ClassVar[Speller] = SPELLER

    def __init__(
        self, names: Iterable[SourceName], *, own_cars: Iterable[SourceName] | None = None
    ) -> None:
        """Build it from names, with the short lists of the vocabulary."""
        super().__init__(names, own_cars=own_cars, short_lists=SHORT_LISTS)

    def _styles_of(self, name: SourceName, /) -> Iterable[str]:
        """A version whose name tells no body leaves all styles of its type open for the model."""
        own = [STYLE_WORDS.get(fold(style), style.upper()) for style in name.styles]
        return own or STYLES[self.KINDS[name.kind]]
