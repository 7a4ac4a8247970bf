"""A portal's catalogue as a tree that tests rename, retire and renumber; cars only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.portals.fake_portal import FakePortal

Rows = dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]]


@dataclass(slots=True)
class Name:
    """One name with what lies below it; no key = the name is the key."""

    kind: str
    name: str
    key: str = ""
    below: list[Name] = field(default_factory=list)

    @property
    def own_key(self) -> str:
        """What the portal wants to be sent."""
        return self.key or self.name


@dataclass(slots=True)
class Shelf:
    """The whole catalogue."""

    names: list[Name] = field(default_factory=list)

    def put(self, fake: FakePortal) -> None:
        """Have a portal answer with it."""
        rows: Rows = {}
        self._fill(rows, (), self.names)
        fake.catalogue = rows

    def _fill(self, rows: Rows, path: tuple[str, ...], names: list[Name]) -> None:
        rows[1, path] = [(each.kind, each.name, each.own_key) for each in names]
        for each in names:
            if each.kind in ("brand", "model"):
                self._fill(rows, (*path, each.own_key), each.below)

    def walk(self) -> Iterator[tuple[list[Name], Name]]:
        """Yield every name with the list it is in."""
        lists = [self.names]
        while lists:
            names = lists.pop()
            for each in list(names):
                yield names, each
                lists.append(each.below)

    def find(self, *path: str) -> Name:
        """Return the name at a path of names."""
        return self._at(path)[1]

    def retire(self, *path: str) -> None:
        """Take a name away, with all below it."""
        names, name = self._at(path)
        names.remove(name)

    def _at(self, path: tuple[str, ...]) -> tuple[list[Name], Name]:
        names = self.names
        for step in path[:-1]:
            names = next(each for each in names if each.name == step).below
        return names, next(each for each in names if each.name == path[-1])


def numbered(shelf: Shelf, *, start: int) -> Shelf:
    """Give every name a new key, in the order of a walk."""
    for number, (_, name) in enumerate(shelf.walk(), start=start):
        name.key = str(number)
    return shelf
