"""The contract every portal fulfils. Read this first, then `services/next_step.py`.

A connector is one dealer's account at one portal for the length of a `with` block of its session.
It returns what the portal holds now, or raises a RemoteError. It never stores, sleeps, logs to the
database or repeats a create. Payload first (pure), wire second.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from config.lib.http import Answer, HttpSession
from config.lib.remote_errors import CredentialsRefused, RemoteError
from portals.connectors.types import (
    AccountReport,
    CatalogueNode,
    Change,
    CredentialField,
    Finding,
    ListingDraft,
    ObservedListing,
    Payload,
    PlanReport,
    PortalAccount,
    PortalTraits,
    RemoteRef,
    Token,
)


class TokenSource(Protocol):
    """Where a connector gets its token; who stores it and under which lease is not its business."""

    def get(self, login: Callable[[], Token]) -> str:
        """Return a usable token, logging in if there is none."""
        ...

    def renew(self, stale: str, login: Callable[[], Token]) -> str:
        """Return a token other than `stale` (which was refused), logging in at most once."""
        ...


class Connector(ABC):
    """One dealer's account at one portal. Returns what the portal holds now, or raises."""

    slug: ClassVar[str]
    label: ClassVar[str]
    traits: ClassVar[PortalTraits]
    credentials: ClassVar[tuple[CredentialField, ...]]
    connects_by: ClassVar[Literal["password", "token", "browser"]] = "password"
    connect_help: ClassVar[str] = ""  # what a dealer needs at hand at the portal's own page
    base_urls: ClassVar[dict[str, str]]  # environment -> base URL; sandbox is a path there

    def __init__(self, account: PortalAccount, http: HttpSession, tokens: TokenSource) -> None:
        self.account = account
        self.http = http
        self.tokens = tokens

    @classmethod
    @abstractmethod
    def login_name(cls, secrets: dict[str, Any]) -> str:
        """Return the part of the credentials that identifies the account (for its fingerprint)."""

    @abstractmethod
    def login(self) -> Token:
        """Log in and return a new token; raise CredentialsRefused."""

    @abstractmethod
    def check_account(self) -> AccountReport:
        """Test the credentials step by step; never raises CredentialsRefused, reports it."""

    @classmethod
    @abstractmethod
    def preflight(cls, draft: ListingDraft) -> tuple[Finding, ...]:
        """Tell beforehand what the portal will refuse or reduce. Pure."""

    @classmethod
    @abstractmethod
    def payload(cls, draft: ListingDraft) -> Payload:
        """Turn a draft into what will be sent. Pure; raises MappingMissing, NotSupported."""

    @abstractmethod
    def find(self, ref: RemoteRef) -> ObservedListing:
        """Look for an ad by OUR reference; state absent if there is none."""

    @abstractmethod
    def observe(self, ref: RemoteRef) -> ObservedListing:
        """Read the status of an ad we know; gone is absent, not an error."""

    @abstractmethod
    def create(self, payload: Payload) -> ObservedListing:
        """Create the ad. Never repeated by the connector after a missing verdict."""

    @abstractmethod
    def update(self, payload: Payload, ref: RemoteRef) -> ObservedListing:
        """Replace the ad; raises ListingUnknown if the portal has it no more."""

    @abstractmethod
    def withdraw(self, ref: RemoteRef) -> ObservedListing:
        """Take the ad away; already gone is success."""

    def send(self, method: str, path: str, **options: Any) -> Answer:
        """Call the portal with the token; on 401 renew once, repeat once, then give up."""
        token = self.tokens.get(self.login)
        answer = self._authorized(method, path, token, options)
        if answer.status == 401:
            token = self.tokens.renew(token, self.login)
            answer = self._authorized(method, path, token, options)
            if answer.status == 401:
                raise CredentialsRefused("fresh token refused")
        return answer

    def _authorized(self, method: str, path: str, token: str, options: dict[str, Any]) -> Answer:
        return self.http.call(method, path, headers={"Authorization": f"Bearer {token}"}, **options)


Result = ObservedListing | RemoteError


@runtime_checkable
class SendsBatches(Protocol):
    """The portal takes many ads in one request, and tells of many in one read.

    Both yield (position in what was given, result) as soon as a request has decided it, so that
    what was decided is known even if a later request fails. An exception counts for all positions
    not yet told. `find` and `observe` are asked through `read_batch` only.
    """

    def send_batch(self, changes: Sequence[Change]) -> Iterator[tuple[int, Result]]:
        """Write these ads; one invalid among them never costs another its verdict."""
        ...

    def read_batch(self, refs: Sequence[RemoteRef]) -> Iterator[tuple[int, Result]]:
        """Read what became of these ads, those with the same `pending_ref` by one request."""
        ...


@runtime_checkable
class ConnectsByBrowser(Protocol):
    """The dealer connects at the portal's own page (OAuth2 authorization code)."""

    @classmethod
    def can_connect(cls, environment: str) -> bool:
        """Tell whether this installation is registered with that environment of the portal."""
        ...

    @classmethod
    def authorize_url(cls, *, base_url: str, redirect_uri: str, state: str) -> str:
        """Return the address of the portal's page that asks the dealer for consent."""
        ...

    @classmethod
    def exchange_code(cls, http: HttpSession, *, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """Return the credentials to store for a code; raise CredentialsRefused for a stale one."""
        ...


@runtime_checkable
class CanListAll(Protocol):
    """The portal can list all ads of the account."""

    def listings(self) -> Iterator[ObservedListing]:
        """Yield every ad of the account, with reference, id, state and details."""
        ...


@runtime_checkable
class HasPlans(Protocol):
    """The portal tells its plans."""

    def plans(self) -> tuple[PlanReport, ...]:
        """Read the plans of the account."""
        ...


@runtime_checkable
class HasCatalogue(Protocol):
    """The portal has a catalogue that can be read piece by piece (so that a stop loses nothing)."""

    def catalogue_roots(self) -> Iterator[CatalogueNode]:
        """Yield the entries without parent (brands, colours, fuels …) of every vehicle type."""
        ...

    def catalogue_children(
        self, vehicle_type: int, path: tuple[str, ...]
    ) -> Iterator[CatalogueNode]:
        """Yield what lies below (brand,) or (brand, model), given as keys."""
        ...
