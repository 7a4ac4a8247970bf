"""One dealer's account at Chaves na Mão, over the wire.

Reference: "Chaves na Mão, Vehicle API v2".
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from django.utils.translation import gettext_noop

from config.lib.http import Answer
from config.lib.remote_errors import (
    CredentialsRefused,
    RemoteError,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.account_check import check_steps
from portals.connectors.base import Connector
from portals.connectors.chavesnamao import catalogue, publication, queue, reading
from portals.connectors.chavesnamao.fields import HAS_FROM_TO, KINDS, TYPES
from portals.connectors.chavesnamao.payload import (
    MAX_PHOTOS,
    MAX_TEXT,
    build_payload,
    vehicle_body,
)
from portals.connectors.chavesnamao.preflight import check_draft
from portals.connectors.chavesnamao.refusals import read_problems
from portals.connectors.errors import ListingRefused, ListingUnknown
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
    RemoteRef,
    Token,
)

PAGE_SIZE = 50
MAX_PAGES = 10_000
PATIENCE = 10.0  # seconds to wait after a 429 that does not say for how long
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 1}


class ChavesNaMaoConnector(Connector):
    """Cars and motorcycles at Chaves na Mão; one integration token is one dealer."""

    slug: ClassVar[str] = "chavesnamao"
    label: ClassVar[str] = "Chaves na Mão"
    traits: ClassVar[PortalTraits] = PortalTraits(
        categories=tuple(TYPES),
        max_photos=MAX_PHOTOS,
        max_text=MAX_TEXT,
        highlights=(1,),
        plans_lag=300.0,
        pause="payload",
        reviews=True,
        kinds=KINDS,
        has_from_to=HAS_FROM_TO,
        # A queue of 45 minutes at most, and reads that are 20 more behind it.
        check_after=2.0,
        poll_every=300.0,
        pending_for=queue.LONGEST + reading.LAG + 1500.0,
    )
    credentials: ClassVar[tuple[CredentialField, ...]] = (
        CredentialField(
            name="token",
            label=gettext_noop("Integration token"),
            secret=True,
            help=gettext_noop(
                "Log in at Chaves na Mão, open “Meus dados”, then “Token de integração”, and copy "
                "it whole. For the test environment, Chaves na Mão sends a token of its own when "
                "you ask for it by e-mail."
            ),
        ),
    )
    connects_by: ClassVar[Literal["password", "token", "browser"]] = "token"
    base_urls: ClassVar[dict[str, str]] = {
        "sandbox": "/chavesnamao",
        "test": "https://homologacao.chavesnamao.com.br/vehicle-integration/v2",
        "production": "https://api.chavesnamao.com.br/integration/v2",
    }

    # -- account ---------------------------------------------------------------------------------
    @classmethod
    def login_name(cls, secrets: dict[str, Any]) -> str:
        """Return a digest of the integration token, which is all there is of an account."""
        token = str(secrets.get("token", "")).strip()
        return hashlib.sha256(f"{cls.slug}:{token}".encode()).hexdigest()

    def login(self) -> Token:
        """Buy a JWT (GET /clients/jwt); raise CredentialsRefused, or UnexpectedAnswer without one.

        A token that no header can carry is refused here.
        """
        token = str(self.account.secrets.get("token", "")).strip()
        if not token.isascii() or not token.isprintable():
            raise CredentialsRefused("not a token")
        answer = self._called("GET", "/clients/jwt", headers={"token": token}, secret=True)
        if answer.status in (400, 401, 403, 404, 422):
            raise CredentialsRefused(str(answer.status))
        data = answer.data if answer.ok and isinstance(answer.data, Mapping) else {}
        value = data.get("token")
        if not isinstance(value, str) or not value.strip():
            raise UnexpectedAnswer(f"login {answer.status}")
        seconds = _seconds_of(data.get("expiration"))
        ends = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
        return Token(value=value.strip(), expires_at=ends)

    def check_account(self) -> AccountReport:
        """Test step by step: "reached", "login", "plans"; stops at the first that fails."""
        return check_steps(
            self.login,
            lambda token: _plans_of(self._authorized("GET", "/clients/plan", token.value, {})),
        )

    # -- ads -------------------------------------------------------------------------------------
    @classmethod
    def preflight(cls, draft: ListingDraft) -> tuple[Finding, ...]:
        """Tell what the document lets one know beforehand."""
        return check_draft(draft)

    @classmethod
    def payload(cls, draft: ListingDraft) -> Payload:
        """Turn a draft into a vehicle's body, and whether it is shown and highlighted."""
        return build_payload(draft)

    def find(self, ref: RemoteRef) -> ObservedListing:
        """Look by our reference: the portal knows nothing else. What waits there is "pending"."""
        answer = self._read(ref)
        if answer.status == 200:
            return reading.observed(_vehicle(answer, ref), ref, None, now=time.time())
        return reading.pending_ad(ref) if answer.status == 202 else reading.absent_ad(ref)

    def observe(self, ref: RemoteRef) -> ObservedListing:
        """Read an ad (GET /vehicles/:reference) and tell whether it is already as last sent.

        Raises ListingUnknown for a write that came to nothing: it is made again.
        """
        answer = self._read(ref)
        if answer.status == 202:
            return reading.pending_ad(ref)
        if answer.status == 404:
            return reading.absent_ad(ref)
        vehicle, now = _vehicle(answer, ref), time.time()
        pending = queue.read_pending(ref.pending_ref)
        if pending is not None:
            fate = queue.fate_of(pending, answer, updated_at=vehicle.updated_at, now=now)
            if fate is queue.Fate.WAITING:
                return reading.pending_ad(ref, pending=queue.noted(pending, answer))
            if fate is queue.Fate.LOST:
                raise ListingUnknown("came to nothing")
        return reading.observed(vehicle, ref, pending, now=now)

    def create(self, payload: Payload) -> ObservedListing:
        """Make the vehicle (POST /vehicles), which publishes it too; hide or highlight it then.

        A refusal of a reference that is there already has no verdict: the ad is looked for.
        """
        reference = str(payload.body["reference"])
        ref = RemoteRef(reference=reference, category=_category(payload))
        answer = self.send("POST", "/vehicles", json_body=vehicle_body(payload))
        if not _is_accepted(answer):
            self._refuse_creation(answer, ref)
        calls = publication.calls_after_creation(payload)
        return self._follow_up(payload, ref, [(queue.CREATE, answer)], calls, verb=queue.WRITE)

    def update(self, payload: Payload, ref: RemoteRef) -> ObservedListing:
        """Replace the vehicle (PUT) and say what `ref.asked` does not tell us was said already."""
        answer = self.send("PUT", _path("vehicles", ref), json_body=vehicle_body(payload))
        if not _is_accepted(answer):
            self._refuse_change(answer, ref)
        verb = queue.WRITE if ref.asked else queue.AGAIN
        calls = publication.calls_after_change(payload, ref)
        return self._follow_up(payload, ref, [(queue.UPDATE, answer)], calls, verb=verb)

    def withdraw(self, ref: RemoteRef) -> ObservedListing:
        """Take the vehicle away (DELETE): accepted is "pending"; gone already is "absent".

        What is unknown to a withdrawal may still wait to be made, so that is asked.
        """
        answer = self.send("DELETE", _path("vehicles", ref))
        if _is_accepted(answer):
            return self._accepted(ref, [(queue.DELETE, answer)], verb=queue.WITHDRAWAL)
        if answer.status in (404, 409, 422) and answer.is_json:
            if self._read(ref).status == 404:
                return reading.absent_ad(ref)
            raise UnexpectedAnswer(f"withdrawal {answer.status}")
        raise _unexpected(answer)

    def _follow_up(
        self,
        payload: Payload,
        ref: RemoteRef,
        accepted: list[tuple[str, Answer]],
        calls: Iterable[publication.Call],
        *,
        verb: str,
    ) -> ObservedListing:
        """Send what is said of a publication once the vehicle was taken.

        A call the portal does not take is no refusal of the ad: what came of it is read later. One
        that fails leaves the whole write without a verdict, since a part of it was taken.
        """
        for call in calls:
            body = {"highlighted": bool(payload.body["highlighted"])} if call.says_mark else None
            try:
                answer = self.send(call.method, _path("publications", ref), json_body=body)
            except CredentialsRefused:
                raise
            except Throttled as err:
                raise Throttled(err.detail, retry_after=err.retry_after, verdict=False) from err
            except RemoteError as err:
                raise Unreachable(err.detail) from err
            if _is_accepted(answer):
                accepted.append((call.kind, answer))
            elif answer.status not in (400, 404, 409, 422) or not answer.is_json:
                raise _unexpected(answer)
        return self._accepted(ref, accepted, verb=verb)

    def _accepted(
        self, ref: RemoteRef, accepted: list[tuple[str, Answer]], *, verb: str
    ) -> ObservedListing:
        """Return what was taken now and is carried out later."""
        pending = queue.pending_of(
            [answer for _, answer in accepted],
            kinds=[kind for kind, _ in accepted],
            verb=verb,
            reference=ref.reference,
            now=time.time(),
        )
        return ObservedListing(
            state="pending",
            remote_id=ref.reference,
            reference=ref.reference,
            category=ref.category,
            remote_status="queued",
            warnings=None if verb == queue.WITHDRAWAL else (),
            pending_ref=pending.as_text(),
        )

    def _read(self, ref: RemoteRef) -> Answer:
        """Return a 200, 202 or 404 of the portal's own; raise UnexpectedAnswer for all else.

        Taken for "absent", an answer nobody understands would make a second ad.
        """
        answer = self.send("GET", _path("vehicles", ref))
        if answer.status not in (200, 202, 404) or not answer.is_json:
            raise _unexpected(answer)
        return answer

    def _refuse_creation(self, answer: Answer, ref: RemoteRef) -> None:
        """Raise why a vehicle was not made; without verdict if one of the reference is there."""
        if answer.status not in (400, 409, 422) or not answer.is_json:
            raise _unexpected(answer)
        problems = read_problems(answer.data)
        is_doubtful = answer.status != 400 or any(each.field == "code" for each in problems)
        if is_doubtful and self._read(ref).status != 404:
            raise UnexpectedAnswer("reference is there")
        raise ListingRefused(problems, str(answer.status))

    def _refuse_change(self, answer: Answer, ref: RemoteRef) -> None:
        """Raise why a vehicle was not replaced; without verdict if it waits to be made."""
        if answer.status == 404 and answer.is_json:
            raise ListingUnknown("404")
        if answer.status not in (400, 409, 422) or not answer.is_json:
            raise _unexpected(answer)
        if answer.status != 400:
            known = self._read(ref).status
            if known == 404:
                raise ListingUnknown(str(answer.status))
            if known == 202:
                raise UnexpectedAnswer("still queued")
        raise ListingRefused(read_problems(answer.data), str(answer.status))

    def _authorized(self, method: str, path: str, token: str, options: dict[str, Any]) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        return self._called(method, path, headers=headers, **options)

    def _called(self, method: str, path: str, **options: Any) -> Answer:
        """Call; a 429 that names no time means ten seconds."""
        try:
            return self.http.call(method, path, **options)
        except Throttled as err:
            if err.retry_after is not None:
                raise
            raise Throttled(err.detail, retry_after=PATIENCE, verdict=err.verdict) from err

    # -- list, plans, catalogue ------------------------------------------------------------------
    def listings(self) -> Iterator[ObservedListing]:
        """Yield every vehicle of the account (GET /vehicles, page by page)."""
        seen: set[str] = set()
        for rows in self._pages("/vehicles", sortBy="reference:ASC"):
            found = [reading.read_vehicle(row) for row in rows]
            fresh = [each for each in found if each and each.reference not in seen]
            if rows and not fresh:  # a portal that ignores `page` would send the same for ever
                return
            seen.update(each.reference for each in fresh)
            now = time.time()
            yield from (reading.listed(each, now=now) for each in fresh)

    def _pages(self, path: str, **params: Any) -> Iterator[list[Any]]:
        """Yield the rows of every page; a list that is no page is the only one."""
        for page in range(1, MAX_PAGES + 1):
            answer = self.send("GET", path, params={"page": page, "limit": PAGE_SIZE, **params})
            rows = reading.rows_of(answer.data)
            if not answer.ok or rows is None:
                raise UnexpectedAnswer(f"{path} {answer.status}")
            yield rows
            count = reading.page_count(answer.data)
            if count is None or page >= count or not rows:
                return

    def plans(self) -> tuple[PlanReport, ...]:
        """Read how many ads and highlights the account has (GET /clients/plan)."""
        return _plans_of(self.send("GET", "/clients/plan"))

    def catalogue_roots(self) -> Iterator[CatalogueNode]:
        """Yield brands, optionals (accessories and other infos) and the fixed lists per type."""
        yield from catalogue.roots(self._rows)

    def catalogue_children(
        self, vehicle_type: int, path: tuple[str, ...]
    ) -> Iterator[CatalogueNode]:
        """Yield models of (brand,), trims of (brand, model)."""
        yield from catalogue.children(self._rows, vehicle_type, path)

    def _rows(self, path: str, *, may_be_gone: bool = False) -> Iterator[Any]:
        """Yield the rows of a list of the catalogue, whether it is paged or not."""
        answer = self.send("GET", path)
        if may_be_gone and answer.status == 404 and answer.is_json:
            return  # the brand or model is no longer in the catalogue
        rows = reading.rows_of(answer.data)
        if not answer.ok or rows is None:
            raise UnexpectedAnswer(f"{path} {answer.status}")
        yield from rows
        for page in range(2, (reading.page_count(answer.data) or 1) + 1):
            answer = self.send("GET", path, params={"page": page})
            rows = reading.rows_of(answer.data)
            if not answer.ok or rows is None:
                raise UnexpectedAnswer(f"{path} {answer.status}")
            yield from rows


def _plans_of(answer: Answer) -> tuple[PlanReport, ...]:
    plans = reading.read_plans(answer.data) if answer.ok else None
    if plans is None:
        raise UnexpectedAnswer(f"plans {answer.status}")
    return plans


def _path(what: str, ref: RemoteRef) -> str:
    return f"/{what}/{quote(ref.reference, safe='')}"


def _category(payload: Payload) -> int:
    return next(each for each, letter in TYPES.items() if letter == payload.body["type"])


def _vehicle(answer: Answer, ref: RemoteRef) -> reading.Vehicle:
    """Return the vehicle of a 200; raise UnexpectedAnswer if it is none, or another one."""
    vehicle = reading.read_vehicle(answer.data, category=ref.category)
    if vehicle is None or vehicle.reference != ref.reference:
        raise UnexpectedAnswer("no vehicle in the answer")
    return vehicle


def _is_accepted(answer: Answer) -> bool:
    return answer.ok and answer.is_json


def _unexpected(answer: Answer) -> RemoteError:
    return UnexpectedAnswer(str(answer.status))


def _seconds_of(text: Any) -> int | None:
    """Return the seconds of "1d", "24h", "3600"; None if it says no such thing."""
    found = re.fullmatch(r"(\d{1,9})\s*([smhd]?)", str(text).strip().lower())
    return int(found[1]) * _UNITS[found[2]] if found else None
