"""One dealer's account at Usadosbr / Moto.com.br, over the wire.

Reference: "API de Estoque - Usadosbr/Moto.com.br".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
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
from portals.connectors.errors import ListingRefused, ListingUnknown, NotSupported
from portals.connectors.types import (
    AccountReport,
    AdWarning,
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
from portals.connectors.usadosbr import answers, catalogue, notices, reading
from portals.connectors.usadosbr.fields import CHANNELS, HAS_FROM_TO, NAMES
from portals.connectors.usadosbr.payload import (
    MAX_PHOTOS,
    MAX_TEXT,
    MIN_HEIGHT,
    MIN_WIDTH,
    build_payload,
)
from portals.connectors.usadosbr.preflight import check_draft
from portals.connectors.usadosbr.tokens import read_token
from portals.connectors.usadosbr.writing import (
    code_key,
    id_key,
    optionals_to_drop,
    refuses_code,
    without_optionals,
)

PAGE_SIZE = 100
MAX_PAGES = 10_000


class UsadosbrConnector(Connector):
    """Cars and motorcycles at Usadosbr / Moto.com.br; one login is one advertiser."""

    slug: ClassVar[str] = "usadosbr"
    label: ClassVar[str] = "Usadosbr / Moto.com.br"
    traits: ClassVar[PortalTraits] = PortalTraits(
        categories=tuple(CHANNELS),
        max_photos=MAX_PHOTOS,
        max_text=MAX_TEXT,
        min_photo=(MIN_WIDTH, MIN_HEIGHT),
        highlights=(1, 2),
        pause="payload",
        reviews=True,
        kinds={category: tuple(kinds) for category, kinds in NAMES.items()},
        has_from_to=HAS_FROM_TO,
    )
    credentials: ClassVar[tuple[CredentialField, ...]] = (
        CredentialField(
            name="user",
            label=gettext_noop("User"),
            help=gettext_noop(
                "The user for the stock integration (API) of your store. Usadosbr gives it to you; "
                "if you do not have it, ask your contact there."
            ),
        ),
        CredentialField(
            name="password",
            label=gettext_noop("Password"),
            secret=True,
            help=gettext_noop("The password that Usadosbr gave you together with that user."),
        ),
    )
    base_urls: ClassVar[dict[str, str]] = {
        "sandbox": "/usadosbr",
        "test": "https://api.usadosbr.dev/api",
        "production": "https://api.usadosbr.com",
    }

    # -- account ---------------------------------------------------------------------------------
    @classmethod
    def login_name(cls, secrets: dict[str, Any]) -> str:
        """Return the user name: it identifies the advertiser."""
        return str(secrets.get("user", ""))

    def login(self) -> Token:
        """Log in (POST /login); raise CredentialsRefused, or UnexpectedAnswer without a token."""
        secrets = self.account.secrets
        body = {"user": secrets.get("user", ""), "password": secrets.get("password", "")}
        answer = _judged(self.http.call("POST", "/login", json_body=body, secret=True))
        if answer.status in (400, 401, 403, 422):
            raise CredentialsRefused(str(answer.status))
        token = read_token(answer.data) if answer.ok else None
        if token is None:
            raise UnexpectedAnswer(f"login {answer.status}")
        return token

    def check_account(self) -> AccountReport:
        """Test step by step: "reached", "login", "plans"; stops at the first that fails."""
        return check_steps(
            self.login,
            lambda token: _plans_of(self._authorized("GET", "/consultar/planos", token.value, {})),
        )

    # -- ads -------------------------------------------------------------------------------------
    @classmethod
    def preflight(cls, draft: ListingDraft) -> tuple[Finding, ...]:
        """Tell what the document lets one know beforehand."""
        return check_draft(draft)

    @classmethod
    def payload(cls, draft: ListingDraft) -> Payload:
        """Turn a draft into the body of Adicionar and Atualizar."""
        return build_payload(draft)

    def find(self, ref: RemoteRef) -> ObservedListing:
        """Look by our code: the portal's status read knows nothing else."""
        return self.observe(ref)

    def observe(self, ref: RemoteRef) -> ObservedListing:
        """Read the status (GET /{type}/consultar/status/{code}); unknown to the portal is absent.

        An empty or unreadable answer raises UnexpectedAnswer: taken for "absent" it would make a
        second ad.
        """
        path = f"/{_channel(ref)}/consultar/status/{quote(ref.reference, safe='')}"
        answer = self.send("GET", path)
        if _is_missing(answer):
            return ObservedListing(state="absent", reference=ref.reference, category=ref.category)
        if not answer.ok:
            raise UnexpectedAnswer(f"status {answer.status}")
        found = answers.read_observed(answer.data, reference=ref.reference, category=ref.category)
        if found is None:
            raise UnexpectedAnswer("no status in the answer")
        return found

    def create(self, payload: Payload) -> ObservedListing:
        """Send Adicionar; "pending" until the status is read."""
        ref = RemoteRef(reference=str(payload.body["Codigo"]), category=_category(payload.channel))
        return self._write(payload, {"Operacao": "Adicionar"}, ref)

    def update(self, payload: Payload, ref: RemoteRef) -> ObservedListing:
        """Send Atualizar by the portal's id if known, else by our code."""
        return self._write(payload, {"Operacao": "Atualizar", **_key_of(ref)}, ref)

    def withdraw(self, ref: RemoteRef) -> ObservedListing:
        """Send Apagar; 400 and 404 that say "not found" mean it was gone already."""
        gone = ObservedListing(
            state="absent",
            remote_id=ref.remote_id,
            reference=ref.reference,
            category=ref.category,
        )
        answer = self._remove(ref, _key_of(ref))
        if refuses_code(answer) and not ref.remote_id:
            known = self.observe(ref)
            if known.state == "absent":
                return gone
            if known.remote_id:
                answer = self._remove(ref, id_key(known.remote_id))
        if not answer.ok and not _is_gone(answer):
            self._refuse(answer)
        return gone

    def _remove(self, ref: RemoteRef, key: Mapping[str, Any]) -> Answer:
        body = {"Operacao": "Apagar", **key, "Codigo": key["Codigo_consulta"]}
        return self._post(_channel(ref), body)

    def _write(
        self, payload: Payload, operation: Mapping[str, Any], ref: RemoteRef
    ) -> ObservedListing:
        """Send an ad; once more without the optionals if they alone were refused."""
        body = {**operation, **payload.body}
        answer = self._post(payload.channel, body)
        if refuses_code(answer) and body.get("Tipo_codigo") == "code":
            known = self.observe(ref)
            if known.state == "absent":
                raise ListingUnknown("unknown code")
            if known.remote_id:
                body = {**body, **id_key(known.remote_id)}
                answer = self._post(payload.channel, body)
        told: tuple[AdWarning, ...] = ()
        dropped = optionals_to_drop(answer, body)
        if dropped:
            body = without_optionals(body, dropped)
            told = (AdWarning(kind="optional_ignored", asked=dropped, granted=[]),)
            answer = self._post(payload.channel, body)
        if not answer.ok:
            self._refuse(answer, updating=operation["Operacao"] == "Atualizar")
        return self._saved(answer, body, ref, told)

    def _saved(
        self, answer: Answer, body: Mapping[str, Any], ref: RemoteRef, told: tuple[AdWarning, ...]
    ) -> ObservedListing:
        """Return what a 200 tells; without an id the status is read for it."""
        warnings, problems = notices.read_notices(answer.data, body=body)
        remote_id = reading.remote_id_of(answer.data) or ref.remote_id
        seen = ObservedListing(state="pending")
        if not remote_id:
            seen = self._look_after_write(ref, understood=isinstance(answer.data, Mapping))
        return ObservedListing(
            state=seen.state,
            remote_id=remote_id or seen.remote_id,
            reference=ref.reference,
            category=ref.category,
            url=reading.url_of(answer.data) or seen.url,
            remote_status=seen.remote_status,
            warnings=notices.merge_warnings(told, warnings),
            problems=problems + seen.problems,
        )

    def _look_after_write(self, ref: RemoteRef, *, understood: bool) -> ObservedListing:
        """Read the status after a 200 that names no id; pending if that fails too.

        If not even the 200 was understood, only a found ad is believed.
        """
        try:
            seen = self.observe(ref)
        except RemoteError:
            seen = ObservedListing(state="absent")
        if seen.state != "absent":
            return seen
        if not understood:
            raise UnexpectedAnswer("saved without a word")
        return ObservedListing(state="pending")

    def _post(self, channel: str, body: Mapping[str, Any]) -> Answer:
        return self.send("POST", f"/{channel}", json_body=dict(body))

    def _refuse(self, answer: Answer, *, updating: bool = False) -> None:
        """Raise what a write below 500 that did not succeed means."""
        if answer.status == 403 and answer.is_json:
            raise CredentialsRefused("403")
        if not answer.is_json or answer.status not in (400, 404, 409, 422):
            raise UnexpectedAnswer(str(answer.status))
        if updating and _is_missing(answer):
            raise ListingUnknown(str(answer.status))
        if answer.status == 404:
            raise UnexpectedAnswer("404")
        raise ListingRefused(answers.read_problems(answer.data), str(answer.status))

    def _authorized(self, method: str, path: str, token: str, options: dict[str, Any]) -> Answer:
        return _judged(super()._authorized(method, path, token, options))

    # -- list, plans, catalogue ------------------------------------------------------------------
    def listings(self) -> Iterator[ObservedListing]:
        """Yield every ad of the account, cars first (GET /{type}/consultar, page by page)."""
        for category, channel in CHANNELS.items():
            seen: set[tuple[str, str]] = set()
            for rows in self._pages(f"/{channel}/consultar"):
                found = [answers.read_row(row, category=category) for row in rows]
                fresh = [ad for ad in found if ad and (ad.remote_id, ad.reference) not in seen]
                if not fresh:  # a portal that ignores `page` would send the same page for ever
                    break
                seen.update((ad.remote_id, ad.reference) for ad in fresh)
                yield from fresh

    def _pages(self, path: str) -> Iterator[list[Any]]:
        for page in range(1, MAX_PAGES + 1):
            answer = self.send("GET", path, params={"page": page, "per_page": PAGE_SIZE})
            rows = reading.rows_of(answer.data, ("veiculos", "anuncios", "carros", "motos"))
            if not answer.ok or rows is None:
                raise UnexpectedAnswer(f"list {answer.status}")
            yield rows
            last = catalogue.last_page(answer.data)
            if not rows or (last is not None and page >= last):
                return

    def plans(self) -> tuple[PlanReport, ...]:
        """Read the highlights (GET /consultar/planos)."""
        return _plans_of(self.send("GET", "/consultar/planos"))

    def catalogue_roots(self) -> Iterator[CatalogueNode]:
        """Yield brands, colours, fuels, gearboxes, doors or displacements, optionals per type."""
        for read in catalogue.roots():
            yield from self._read_names(read)

    def catalogue_children(
        self, vehicle_type: int, path: tuple[str, ...]
    ) -> Iterator[CatalogueNode]:
        """Yield models of (brand,), versions and styles of (brand, model)."""
        for read in catalogue.children(vehicle_type, path):
            yield from self._read_names(read)

    def _read_names(self, read: catalogue.Read) -> Iterator[CatalogueNode]:
        answer = self.send("GET", read.path)
        if read.is_nested and answer.status == 404 and answer.is_json:
            return  # the brand or model is no longer in the catalogue
        names = None
        if answer.ok:
            names = answers.read_names(answer.data, kind=read.kind, last=read.last)
        if names is None:
            raise UnexpectedAnswer(f"{read.last} {answer.status}")
        for name in names:
            yield CatalogueNode(
                vehicle_type=read.vehicle_type,
                kind=read.kind,
                key=name,
                name=name,
                has_children=read.kind in ("brand", "model"),
            )


def _plans_of(answer: Answer) -> tuple[PlanReport, ...]:
    plans = answers.read_plans(answer.data) if answer.ok else None
    if plans is None:
        raise UnexpectedAnswer(f"plans {answer.status}")
    return plans


def _channel(ref: RemoteRef) -> str:
    if ref.category not in CHANNELS:
        raise NotSupported("category")
    return CHANNELS[ref.category]


def _category(channel: str) -> int:
    return next(category for category, name in CHANNELS.items() if name == channel)


def _key_of(ref: RemoteRef) -> dict[str, Any]:
    return id_key(ref.remote_id) if ref.remote_id else code_key(ref.reference)


def _judged(answer: Answer) -> Answer:
    """Return the answer with the status it means: errors are also told inside a 200."""
    status = reading.http_status_of(answer.status, answer.data)
    if status == answer.status:
        return answer
    if status == 429:
        raise Throttled("429 in a 200")
    if status >= 500:
        raise Unreachable(f"{status} in a 200")
    return Answer(status, answer.data, answer.is_json, answer.headers)


def _is_missing(answer: Answer) -> bool:
    """Whether the portal says that it has no such ad; an HTML page says nothing."""
    if not answer.is_json:
        return False
    if answer.ok:
        if reading.rows_of(answer.data) == [] or catalogue.is_empty_envelope(answer.data):
            return True
        return reading.status_of(answer.data) is None and reading.says_missing(answer.data)
    return answer.status in (400, 404) and reading.says_missing(answer.data)


def _is_gone(answer: Answer) -> bool:
    """Whether a removal found nothing to remove; a bare 400 is documented to mean that."""
    if _is_missing(answer):
        return True
    return answer.status == 400 and answer.is_json and answer.data in (None, "", {})
