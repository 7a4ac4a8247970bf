"""One dealer's account at OLX Autos, over the wire.

Reference: "ad_integration" (2020) and developers.olx.com.br; see the docstring of this folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from django.utils.translation import gettext_noop

from config.lib.http import Answer, HttpSession
from config.lib.remote_errors import CredentialsRefused, RemoteError, UnexpectedAnswer
from portals.connectors.account_check import check_steps
from portals.connectors.base import Connector, Result
from portals.connectors.olx import balance, catalogue, consent, published
from portals.connectors.olx.errors import ReconnectNeeded
from portals.connectors.olx.fields import CATEGORIES, CHANNELS, HAS_FROM_TO, KINDS
from portals.connectors.olx.hosts import PRODUCTION, SANDBOX
from portals.connectors.olx.importing import Importer
from portals.connectors.olx.lines import Line, line_of
from portals.connectors.olx.payload import (
    MAX_PHOTOS,
    MAX_TEXT,
    MIN_LONG,
    MIN_SHORT,
    build_payload,
)
from portals.connectors.olx.preflight import check_draft
from portals.connectors.olx.reading import Reader
from portals.connectors.olx.verdicts import refused_token
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
    PortalTraits,
    RemoteRef,
    Token,
)

BATCH = 200


class OlxConnector(Connector):
    """Cars, motorcycles and trucks at OLX; the dealer gives access in the browser."""

    slug: ClassVar[str] = "olx"
    label: ClassVar[str] = "OLX Autos"
    connects_by: ClassVar[Literal["password", "token", "browser"]] = "browser"
    credentials: ClassVar[tuple[CredentialField, ...]] = ()
    connect_help: ClassVar[str] = gettext_noop(
        "There is nothing to copy: press the button and log in at OLX with the e-mail and password "
        "of the account that holds your store's plan, then press “Autorizar”."
    )
    base_urls: ClassVar[dict[str, str]] = {"sandbox": SANDBOX, "production": PRODUCTION}
    traits: ClassVar[PortalTraits] = PortalTraits(
        categories=tuple(CATEGORIES),
        max_photos=MAX_PHOTOS,
        max_text=MAX_TEXT,
        min_photo=(MIN_SHORT, MIN_LONG),
        pause="withdraw",
        reviews=True,
        kinds=KINDS,
        check_after=5.0,
        has_from_to=HAS_FROM_TO,
        batch=BATCH,
        upserts=True,
        poll_every=1800.0,
        pending_for=24 * 3600.0,
    )

    # -- account ---------------------------------------------------------------------------------
    @classmethod
    def login_name(cls, secrets: dict[str, Any]) -> str:
        """Return the e-mail or name of the account that gave access."""
        return str(secrets.get("account", ""))

    @classmethod
    def can_connect(cls, environment: str) -> bool:
        """The sandbox knows the demonstration program; the real portal only a registered one."""
        return environment == "sandbox" or consent.is_registered()

    @classmethod
    def authorize_url(cls, *, base_url: str, redirect_uri: str, state: str) -> str:
        """Return the address of the portal's page that asks the dealer for consent."""
        return consent.authorize_url(base_url=base_url, redirect_uri=redirect_uri, state=state)

    @classmethod
    def exchange_code(cls, http: HttpSession, *, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """Return {"access_token", "account"}; raise CredentialsRefused for a stale code."""
        return consent.exchange_code(http, code=code, redirect_uri=redirect_uri)

    def login(self) -> Token:
        """Return the token that was given in the browser: there is no other way to get one."""
        token = str(self.account.secrets.get("access_token") or "")
        if not token:
            raise ReconnectNeeded("never connected")
        return Token(value=token)

    def check_account(self) -> AccountReport:
        """Test step by step: "reached", "login", "plans"; stops at the first that fails."""
        return check_steps(self._account, lambda _account: self.plans())

    def _account(self) -> str:
        """Ask whose token this is; an answer without a word of it is as good as a refusal.

        A page that is no answer of this portal's programs at all says nothing of the token.
        """
        answer = consent.user_info(self.http, self.login().value)
        try:
            return consent.read_account(answer)
        except UnexpectedAnswer as err:
            if answer.ok and not answer.is_json:
                raise
            raise CredentialsRefused(err.detail) from err

    # -- ads -------------------------------------------------------------------------------------
    @classmethod
    def preflight(cls, draft: ListingDraft) -> tuple[Finding, ...]:
        """Tell what the document lets one know beforehand."""
        return check_draft(draft)

    @classmethod
    def payload(cls, draft: ListingDraft) -> Payload:
        """Turn a draft into one ad of an import."""
        return build_payload(draft)

    def send_batch(self, changes: Sequence[Change]) -> Iterator[tuple[int, Result]]:
        """Import these ads and withdrawals in the given order, as few requests as can be."""
        lines = [line_of(position, change) for position, change in enumerate(changes)]
        yield from Importer(self._import).send(lines, most=BATCH)

    def read_batch(self, refs: Sequence[RemoteRef]) -> Iterator[tuple[int, Result]]:
        """Read what became of these ads: one request per import, one look for all others."""
        yield from Reader(self._ask_status, self._shown).read(refs)

    def find(self, ref: RemoteRef) -> ObservedListing:
        """Look for an ad in the list of published ones."""
        return _only(self.read_batch([RemoteRef(reference=ref.reference, category=ref.category)]))

    def observe(self, ref: RemoteRef) -> ObservedListing:
        """Read what became of an import, or without one look into the list."""
        return _only(self.read_batch([ref]))

    def create(self, payload: Payload) -> ObservedListing:
        """Insert one ad; "pending" until its import is read."""
        category = next(each for each, name in CHANNELS.items() if name == payload.channel)
        ref = RemoteRef(reference=str(payload.body["id"]), category=category)
        return self.update(payload, ref)

    def update(self, payload: Payload, ref: RemoteRef) -> ObservedListing:
        """Insert the ad again, which edits it, or creates it if it is gone."""
        return _only(self.send_batch([Change(ref=ref, payload=payload)]))

    def withdraw(self, ref: RemoteRef) -> ObservedListing:
        """Delete one ad; "pending" until its import is read."""
        return _only(self.send_batch([Change(ref=ref, payload=None)]))

    # -- list, plans, catalogue ------------------------------------------------------------------
    def listings(self) -> Iterator[ObservedListing]:
        """Yield every ad of the account that is shown or about to be."""
        yield from self._shown(with_refused=False).values()

    def plans(self) -> tuple[PlanReport, ...]:
        """Read the balance (GET /autoupload/balance)."""
        answer = self.send("GET", "/autoupload/balance")
        plans = balance.read_plans(answer.data) if answer.ok else None
        if plans is None:
            raise UnexpectedAnswer(f"balance {answer.status}")
        return plans

    def catalogue_roots(self) -> Iterator[CatalogueNode]:
        """Yield brands, displacements of motorcycles and the closed lists of the document."""
        for vehicle_type, kind, path in catalogue.roots():
            yield from self._read_names(path, vehicle_type=vehicle_type, kind=kind)
        yield from catalogue.fixed()

    def catalogue_children(
        self, vehicle_type: int, path: tuple[str, ...]
    ) -> Iterator[CatalogueNode]:
        """Yield models of (brand,); versions of (brand, model), and of cars the bodies."""
        info = catalogue.INFO.get(vehicle_type)
        if info is None or not 1 <= len(path) < len(catalogue.LEVELS):
            return
        below = "/".join(quote(key, safe="") for key in path)
        kind = catalogue.LEVELS[len(path)]
        yield from self._read_names(f"{info}/{below}", vehicle_type=vehicle_type, kind=kind)
        if kind == "version" and vehicle_type == 1:
            yield from catalogue.styles()

    def _read_names(self, path: str, *, vehicle_type: int, kind: str) -> list[CatalogueNode]:
        answer = self._post(path)
        if kind in ("model", "version") and answer.status == 404 and answer.is_json:
            return []  # the brand or model is no longer in the catalogue
        nodes = None
        if answer.ok:
            nodes = catalogue.read_nodes(answer.data, vehicle_type=vehicle_type, kind=kind)
        if nodes is None:
            raise UnexpectedAnswer(f"{kind} {answer.status}")
        return nodes

    # -- wire ------------------------------------------------------------------------------------
    def send(self, method: str, path: str, **options: Any) -> Answer:
        """Call with the token; if it is refused once more with another, if there is another."""
        token = self.tokens.get(self.login)
        answer = self._authorized(method, path, token, options)
        refusal = refused_token(answer)
        if refusal is None:
            return answer
        fresh = self.tokens.renew(token, self.login)
        if fresh == token:
            raise refusal
        answer = self._authorized(method, path, fresh, options)
        refusal = refused_token(answer)
        if refusal is not None:
            raise refusal
        return answer

    def _authorized(self, method: str, path: str, token: str, options: dict[str, Any]) -> Answer:
        """Put the token where the call wants it: first in the body, or into the header."""
        if "json_body" not in options:
            return super()._authorized(method, path, token, options)
        body = {"access_token": token, **options["json_body"]}
        return self.http.call(method, path, **{**options, "json_body": body, "hide": token})

    def _post(self, path: str) -> Answer:
        return self.send("POST", path, json_body={}, idempotent=True)

    def _import(self, lines: Sequence[Line]) -> Answer:
        body = {"ad_list": [dict(line.body) for line in lines]}
        return self.send("PUT", "/autoupload/import", json_body=body)

    def _ask_status(self, pending_ref: str) -> Answer:
        return self._post(f"/autoupload/import/{quote(pending_ref, safe='')}")

    def _shown(self, *, with_refused: bool) -> dict[str, ObservedListing]:
        """Read the lists of ads, those of 2020 if there are no others; by our reference."""
        asked = (published.REFUSED, *published.SHOWN) if with_refused else published.SHOWN
        found: list[ObservedListing] = []
        for status in asked:
            rows = self._pages(status)
            if rows is None:
                return published.best_of(self._active())
            found += rows
        return published.best_of(found)

    def _pages(self, status: str) -> list[ObservedListing] | None:
        """Return all ads of a status; None if this portal has no such list."""
        found: list[ObservedListing] = []
        seen, token = {""}, ""
        for _ in range(published.MAX_PAGES):
            params = {"ads_status": status, "fetch_size": published.FETCH_SIZE}
            if token:
                params["page_token"] = token
            answer = self.send("GET", "/autoupload/v1/published", params=params)
            if answer.status in (404, 405, 410) and not token:
                return None
            found += _read_rows(answer, asked=status)
            token = published.next_token(answer.data)
            if token in seen:  # the last page, or one that would come round for ever
                return found
            seen.add(token)
        raise UnexpectedAnswer("the list has no end")

    def _active(self) -> list[ObservedListing]:
        return _read_rows(self._post("/autoupload/published"), asked="published")


def _read_rows(answer: Answer, *, asked: str) -> list[ObservedListing]:
    rows = published.rows_of(answer.data) if answer.ok else None
    if rows is None:
        raise UnexpectedAnswer(f"list {answer.status}")
    ads = (published.read_row(row, asked=asked) for row in rows)
    return [ad for ad in ads if ad is not None]


def _only(results: Iterator[tuple[int, Result]]) -> ObservedListing:
    """Return the one result there is, or raise it."""
    _, result = next(results)
    if isinstance(result, RemoteError):
        raise result
    return result
