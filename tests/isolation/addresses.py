"""Every address of the application, found in the resolver itself: a new one cannot be forgotten.

A path is built by replacing each argument with an id of one store. Which id an argument means is
said by the route before it; an argument nobody has said anything about raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver

from portals.connectors.registry import CONNECTORS
from tests.isolation.world import Store

ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^()]*\)")
# (the route before the argument, the argument) -> the kind of thing it names.
KINDS = {
    ("stock/", "pk"): "vehicle",
    ("stock/<int:pk>/ads/", "access_pk"): "access",
    ("stock/filters/", "pk"): "saved filter",
    ("stock/bulk/", "pk"): "bulk",
    ("portals/", "pk"): "access",
    ("portals/radar/", "pk"): "reading",
    ("portals/connect/", "slug"): "portal",
    ("problems/", "mode"): "cause",
    ("mappings/", "pk"): "mapping",
    ("mappings/files/", "pk"): "access",
    ("mappings/batches/", "pk"): "batch",
    ("settings/descriptions/", "pk"): "template",
    ("team/", "pk"): "member",
    ("password/", "uidb64"): "person",
    ("password/<uidb64>/", "token"): "key",
    ("media/", "name"): "rendition",
    ("loja/", "code"): "shop",
    ("loja/<slug:code>/", "name"): "shown",
    ("admin/r/", "content_type_id"): "content type",
    ("admin/r/<path:content_type_id>/", "object_id"): "row",
    ("admin/", "app_label"): "app",
    ("admin/", "url"): "anything",
}
_OF_A_STORE = frozenset(
    {"vehicle", "access", "mapping", "saved filter", "template", "bulk", "batch", "member"}
)
_ADMIN_ROW = re.compile(r"^admin/([a-z_]+)/([a-z_]+)/$")


class UnknownArgument(LookupError):
    """An address has an argument of which this walk does not know what it means."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its full route, its name ('' without), and what its arguments mean, in order."""

    route: str
    name: str
    kinds: tuple[str, ...]

    @property
    def is_admin(self) -> bool:
        """Whether it belongs to support's floor."""
        return self.route.startswith("admin/")

    @property
    def names_a_row(self) -> bool:
        """Whether a row of a dealer is named in the path."""
        return bool(_OF_A_STORE & set(self.kinds))

    def path(self, store: Store, *, access_of: Store | None = None) -> str:
        """Return the path with the ids of a store; `access_of` takes the access from another."""
        values = iter(self.kinds)

        def replace(_: re.Match[str]) -> str:
            kind = next(values)
            return _value(kind, access_of if kind == "access" and access_of else store, self.route)

        return "/" + ARGUMENT.sub(replace, self.route)


def addresses() -> list[Address]:
    """Return every address there is; raise UnknownArgument for an argument nobody knows."""
    return list(_below(get_resolver(), "", ""))


def _below(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        whole = route + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern, whole, inner)
        elif isinstance(pattern, URLPattern):
            kinds = tuple(_kinds(whole))
            yield Address(whole, f"{namespace}{pattern.name}" if pattern.name else "", kinds)


def _kinds(route: str) -> Iterator[str]:
    for found in ARGUMENT.finditer(route):
        before, argument = route[: found.start()], found[2] or found[3]
        kind = KINDS.get((before, argument))
        if kind is None and argument == "object_id" and _ADMIN_ROW.match(before):
            kind = "row"
        if kind is None:
            raise UnknownArgument(f"{route}: what is {argument}?")
        yield kind


def _value(kind: str, store: Store, route: str) -> str:
    values: dict[str, Any] = {
        "vehicle": store.vehicle.pk,
        "access": store.access.pk,
        "bulk": store.bulk.pk,
        "mapping": store.mapping.pk if store.mapping else 0,
        "batch": store.batch.pk,
        "reading": store.reading.pk,
        "saved filter": store.saved_filter.pk,
        "template": store.template.pk,
        "member": store.membership.pk,
        "person": "MQ",
        "key": "a-made-up-key",
        "portal": next(iter(CONNECTORS)),
        "cause": "refused",
        "rendition": f"{store.mark}0480.jpg",
        "shop": store.dealer.code,
        "shown": f"v-{store.vehicle.public_id}",
        "content type": ContentType.objects.get_for_model(type(store.vehicle)).pk,
        "app": "inventory",
        "anything": "nowhere",
    }
    return str(values[kind]) if kind in values else str(row_of(store, route).pk)


def row_of(store: Store, route: str) -> Any:
    """Return a row of the table that an address of the admin is about, the store's own if any."""
    found = _ADMIN_ROW.match(route.split("<", maxsplit=1)[0])
    if found is None:
        return store.vehicle
    model = apps.get_model(found[1], found[2])
    rows = model._default_manager.all()
    names = {one.name for one in model._meta.fields}
    if "dealer" in names:
        rows = rows.filter(dealer=store.dealer)
    return rows.first() or model(pk=1)
