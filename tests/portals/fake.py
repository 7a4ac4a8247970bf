"""The connector of a portal in memory: what engine and contract tests publish with.

Every exchange goes through the session's own hooks (`before_exchange`, `on_exchange`) and token
source, as real ones do. `connect(portal)` gives the class to put into the registry.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, ClassVar

from config.lib.remote_errors import CredentialsRefused, Exchange, RemoteError, Unreachable
from portals.connectors.base import Connector
from portals.connectors.errors import ListingUnknown, MappingMissing, NotSupported
from portals.connectors.types import (
    AccountReport,
    CatalogueNode,
    CredentialField,
    Finding,
    ListingDraft,
    ObservedListing,
    Payload,
    PlanReport,
    PortalTraits,
    Problem,
    RemoteRef,
    Token,
)
from tests.portals.fake_portal import FakeAd, FakePortal, Fault


class FakeConnector(Connector):
    """One account at a FakePortal."""

    slug: ClassVar[str] = "fake"
    label: ClassVar[str] = "Fake"
    traits: ClassVar[PortalTraits] = PortalTraits(categories=(1, 2), max_photos=20, max_text=2000)
    credentials: ClassVar[tuple[CredentialField, ...]] = (
        CredentialField(name="user", label="User"),
        CredentialField(name="password", label="Password", secret=True),
    )
    base_urls: ClassVar[dict[str, str]] = {
        "sandbox": "/fake",
        "test": "https://fake.invalid/test",
        "production": "https://fake.invalid",
    }
    portal: ClassVar[FakePortal]

    @classmethod
    def login_name(cls, secrets: dict[str, Any]) -> str:
        """Return the user."""
        return str(secrets.get("user", ""))

    def login(self) -> Token:
        """Give a token for the right password."""
        with self._exchange("login"):
            if self.account.secrets.get("password") != self.portal.password:
                raise CredentialsRefused("401")
            with self.portal.lock:
                self.portal.token = f"token-{self.portal.counters['login']}"
                return Token(value=self.portal.token)

    def check_account(self) -> AccountReport:
        """Report reaching and logging in."""
        try:
            self.login()
        except CredentialsRefused:
            return AccountReport(steps=(("reached", True), ("login", False)))
        except RemoteError:
            return AccountReport(steps=(("reached", False),))
        return AccountReport(
            steps=(("reached", True), ("login", True)), plans=self.portal.plan_reports
        )

    @classmethod
    def preflight(cls, draft: ListingDraft) -> tuple[Finding, ...]:
        """Demand a price, and the category it knows."""
        if draft.category not in cls.traits.categories:
            problem = Problem(field="category", code="category_unsupported")
            return (Finding(severity="refused", problem=problem, mode="unsupported"),)
        if draft.price is None:
            return (
                Finding(severity="refused", problem=Problem(field="price", code="price_missing")),
            )
        return ()

    @classmethod
    def payload(cls, draft: ListingDraft) -> Payload:
        """Send what tests look at."""
        if draft.category not in cls.traits.categories:
            raise NotSupported("category")
        missing = tuple(
            Problem(field=kind, code="name_unknown", params={"kind": kind, "ours": ""})
            for kind in cls.traits.kinds.get(draft.category, ())
            if kind not in draft.names or draft.names[kind].key is None
        )
        if missing:
            raise MappingMissing(missing)
        body = {
            "reference": draft.reference,
            "category": draft.category,
            "active": draft.active,
            "highlight": draft.highlight,
            "price": str(draft.price),
            "plate": draft.plate,
            "text": draft.description,
            "photos": [photo.url for photo in draft.photos],
            "names": {kind: name.key for kind, name in sorted(draft.names.items())},
        }
        return Payload(channel=str(draft.category), body=body)

    def find(self, ref: RemoteRef) -> ObservedListing:
        """Look by reference."""
        with self._exchange("find"):
            return self._seen(
                self.portal.known(RemoteRef(reference=ref.reference, category=ref.category)), ref
            )

    def observe(self, ref: RemoteRef) -> ObservedListing:
        """Look by id, else by reference."""
        with self._exchange("observe"):
            return self._seen(self.portal.known(ref), ref)

    def create(self, payload: Payload) -> ObservedListing:
        """Make an ad, a second one too."""
        body = dict(payload.body)
        with self._exchange("create"):
            ad = self.portal.add(body["reference"], body["category"], body)
        return self._written(ad)

    def update(self, payload: Payload, ref: RemoteRef) -> ObservedListing:
        """Replace an ad."""
        with self._exchange("update"):
            ad = self.portal.known(ref)
            if ad is None:
                raise ListingUnknown("404")
            self.portal.change(ad, dict(payload.body))
        return self._written(ad)

    def withdraw(self, ref: RemoteRef) -> ObservedListing:
        """Remove an ad; gone already is fine."""
        with self._exchange("withdraw"):
            ad = self.portal.known(ref)
            if ad is not None:
                self.portal.remove(ad)
        return ObservedListing(
            state="absent", reference=ref.reference, category=ref.category, remote_id=ref.remote_id
        )

    def listings(self) -> Iterator[ObservedListing]:
        """Yield every ad."""
        with self._exchange("listings"):
            ads = list(self.portal.ads)
        for ad in ads:
            ref = RemoteRef(reference=ad.reference, category=ad.category)
            yield self._seen(ad, ref)

    def plans(self) -> tuple[PlanReport, ...]:
        """Return the plans of the portal."""
        with self._exchange("plans"):
            return self.portal.plan_reports

    def catalogue_roots(self) -> Iterator[CatalogueNode]:
        """Yield what the portal's catalogue holds without a parent."""
        with self._exchange("catalogue"):
            roots = [(key[0], rows) for key, rows in self.portal.catalogue.items() if not key[1]]
        for vehicle_type, rows in roots:
            yield from _nodes(vehicle_type, rows)

    def catalogue_children(
        self, vehicle_type: int, path: tuple[str, ...]
    ) -> Iterator[CatalogueNode]:
        """Yield what lies below a path of keys."""
        with self._exchange("catalogue"):
            rows = list(self.portal.catalogue.get((vehicle_type, path), ()))
        yield from _nodes(vehicle_type, rows)

    def _written(self, ad: FakeAd) -> ObservedListing:
        return ObservedListing(
            state="pending" if self.traits.reviews else ad.state,
            remote_id=ad.remote_id,
            reference=ad.reference,
            category=ad.category,
            url=f"https://fake.invalid/ads/{ad.remote_id}",
            warnings=self.portal.warnings,
        )

    def _seen(self, ad: FakeAd | None, ref: RemoteRef) -> ObservedListing:
        if ad is None:
            return ObservedListing(state="absent", reference=ref.reference, category=ref.category)
        return ObservedListing(
            state=ad.state,
            remote_id=ad.remote_id,
            reference=ad.reference,
            category=ad.category,
            url=f"https://fake.invalid/ads/{ad.remote_id}",
            remote_status=ad.state,
            details={"price": ad.body.get("price", ""), "highlight": ad.body.get("highlight", 0)},
        )

    def _exchange(self, verb: str) -> _FakeExchange:
        return _FakeExchange(self, verb)


def connect(
    portal: FakePortal, *, demands: tuple[str, ...] = (), **traits: Any
) -> type[FakeConnector]:
    """Return a connector class bound to a portal, with other traits if given.

    `demands` are kinds of names without which the payload cannot be made.
    """
    merged: dict[str, Any] = {
        "categories": (1, 2),
        "max_photos": 20,
        "max_text": 2000,
        "highlights": (1, 2),
        "kinds": dict.fromkeys((1, 2), demands),
        "requests_per_second": 100_000,
        "check_after": 0.0,
        **traits,
    }
    namespace = {"portal": portal, "traits": PortalTraits(**merged)}
    return type("BoundFakeConnector", (FakeConnector,), namespace)


def _nodes(vehicle_type: int, rows: list[tuple[str, ...]]) -> Iterator[CatalogueNode]:
    """Yield rows of (kind, name) whose key is the name, or of (kind, name, key)."""
    for kind, name, *key in rows:
        yield CatalogueNode(
            vehicle_type=vehicle_type,
            kind=kind,
            key=key[0] if key else name,
            name=name,
            has_children=kind in ("brand", "model"),
        )


class _FakeExchange:
    """One call: token, latency and scripted fault before it, a lost answer after it."""

    def __init__(self, connector: FakeConnector, verb: str) -> None:
        self.connector, self.portal, self.verb = connector, connector.portal, verb
        self.fault = Fault()

    def __enter__(self) -> None:
        if self.verb != "login":
            self._ensure_token()
        self._begin()
        try:
            self._suffer()
        except BaseException as err:
            self._end(err)
            raise

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if error is None and self.fault.after_write:
            error = self.fault.error
        self._end(error)
        if error is not None and self.fault.after_write and self.fault.error is not None:
            raise self.fault.error

    def _ensure_token(self) -> None:
        tokens, login = self.connector.tokens, self.connector.login
        self.fault = self.portal.next_fault(self.verb)
        token = tokens.get(login)
        if self.fault.unauthorized:
            self.portal.expire_tokens()
        if self._refuses(token):
            self._begin()
            self._end(CredentialsRefused("401"))
            token = tokens.renew(token, login)
            if self._refuses(token):
                raise CredentialsRefused("fresh token refused")

    def _refuses(self, token: str) -> bool:
        return self.portal.token_refused or token != self.portal.token

    def _begin(self) -> None:
        http = self.connector.http
        http.sending.__enter__()
        try:
            if http.before_exchange is not None:
                http.before_exchange()
        except BaseException:
            http.sending.__exit__(None, None, None)
            raise
        if self.verb == "login":
            self.fault = self.portal.next_fault(self.verb)
        with self.portal.lock:
            self.portal.counters[self.verb] += 1
            self.portal.counters["requests"] += 1
            self.portal.in_flight += 1
            self.portal.peak_in_flight = max(self.portal.peak_in_flight, self.portal.in_flight)

    def _suffer(self) -> None:
        time.sleep(self.portal.latency + self.fault.seconds)
        if self.portal.outage:
            raise Unreachable("503")
        if self.fault.error is not None and not self.fault.after_write:
            raise self.fault.error

    def _end(self, error: BaseException | None) -> None:
        with self.portal.lock:
            self.portal.in_flight -= 1
        self.connector.http.sending.__exit__(None, None, None)
        report = self.connector.http.on_exchange
        if report is not None:
            detail = getattr(error, "detail", "")
            status = 200 if error is None else int(detail) if detail.isdigit() else None
            report(
                Exchange(
                    method="GET" if self.verb in ("find", "observe") else "POST",
                    path=f"/fake/{self.verb}",
                    status=status,
                    milliseconds=0,
                    request_excerpt="",
                    answer_excerpt=detail,
                )
            )


class MemoryTokens:
    """A TokenSource without a database, for tests of connectors."""

    def __init__(self, value: str = "") -> None:
        self.value = value
        self.logins = 0

    def get(self, login: Any) -> str:
        """Return the token, logging in if there is none."""
        if not self.value:
            self.value = login().value
            self.logins += 1
        return self.value

    def renew(self, stale: str, login: Any) -> str:
        """Return another token than the stale one."""
        if self.value == stale:
            self.value = ""
        return self.get(login)
