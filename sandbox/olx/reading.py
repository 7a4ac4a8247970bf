"""What can be read: the advertiser, the lists of ads, the balance, the catalogue; and renewals.

From `api/published_ads.md` and `api/autos/*.md` of ad_integration and the pages of
developers.olx.com.br (`v1/published`, `balance`, `ads/renewals`, `bump/ads`). What a row of
`v1/published` and of `bump/ads` holds beside the ids is our guess.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.counters import Counters
from sandbox.olx.answers import advert_url, bad_request, written
from sandbox.olx.calls import OlxCall, OlxRoute, json_object
from sandbox.olx.catalogue import Catalogue
from sandbox.olx.state import Ad, JsonObject, Store
from sandbox.olx.vocabulary import CARS, MOTORCYCLES
from sandbox.wire import Response, json_response

LISTED_STATUSES = ("published", "pending_review", "refused", "deleted", "expired")
DEFAULT_FETCH_SIZE, MAX_FETCH_SIZE = 20, 100
MAX_RENEWALS, MAX_BUMPS = 100, 10
PLAN_PERIOD = timedelta(days=30)


class Reading:
    """The calls that change nothing, and the renewal."""

    def __init__(
        self,
        store: Store,
        *,
        catalogue: Catalogue,
        counters: Counters,
        clock: Callable[[], float],
    ) -> None:
        """Read from the store."""
        self.store = store
        self.catalogue = catalogue
        self.counters = counters
        self.clock = clock

    def routes(self) -> tuple[OlxRoute, ...]:
        """All of them."""
        base = "apps/autoupload"
        infos = [
            OlxRoute("POST", f"{base}/{{info:car_info|moto_info}}{below}", self.catalogue_list)
            for below in ("", "/{brand}", "/{brand}/{model}")
        ]
        return (
            OlxRoute("POST", "apps/oauth_api/basic_user_info", self.user_info),
            OlxRoute("POST", f"{base}/published", self.published),
            OlxRoute("GET", f"{base}/v1/published", self.published_pages),
            OlxRoute("GET", f"{base}/balance", self.balance),
            OlxRoute("PATCH", f"{base}/ads/renewals", self.renew, writes=True),
            OlxRoute("GET", f"{base}/bump/ads", self.bumps),
            OlxRoute("POST", f"{base}/moto_cubiccms_info", self.displacements),
            *infos,
        )

    async def user_info(self, call: OlxCall) -> Response:
        """Who gave the token."""
        account = call.account
        return json_response({"user_name": account.name, "user_email": account.email})

    async def published(self, call: OlxCall) -> Response:
        """The active ads, all at once (2020)."""
        now = self.clock()
        ads = self.store.ads[call.account.user].values()
        return json_response(
            [{"id": ad.id, "list_id": ad.list_id} for ad in ads if ad.status_at(now) == "published"]
        )

    async def published_pages(self, call: OlxCall) -> Response:
        """The ads of some statuses by pages; without `ads_status` the published ones."""
        query = call.request.query
        wanted = query.get("ads_status", "published").split(",")
        size = _whole(query.get("fetch_size", str(DEFAULT_FETCH_SIZE)))
        after = _page_after(query.get("page_token", ""))
        if not set(wanted) <= set(LISTED_STATUSES):
            return bad_request("invalid_request", "ads_status")
        if size is None or not 1 <= size <= MAX_FETCH_SIZE:
            return bad_request("invalid_request", "fetch_size")
        if after is None:
            return bad_request("invalid_request", "page_token")
        now = self.clock()
        ads = self.store.ads[call.account.user].values()
        left = [ad for ad in ads if ad.number > after and ad.status_at(now) in wanted]
        page = left[:size]
        more = len(left) > len(page)
        return json_response(
            {
                "data": [_row(ad, now=now, origin=call.request.origin) for ad in page],
                "next_token": _page_token(page[-1].number) if more else None,
            }
        )

    async def balance(self, call: OlxCall) -> Response:
        """The plan: ads performed, available and in total, bumps, and when it is renewed."""
        account, now = call.account, self.clock()
        performed = len(self.store.slots_taken(account.user, now=now))
        total = performed if account.ads_total is None else account.ads_total
        began = datetime.fromtimestamp(now, tz=UTC).replace(day=1, hour=0, minute=0, second=0)
        counts = {"plan": account.bumps_plan, "additional": account.bumps_additional}
        bumps: JsonObject = dict(counts)
        if call.behaviour.bumps_shape == "counts":
            bumps = {
                name: {"performed": 0, "available": count, "total": count}
                for name, count in counts.items()
            }
        return json_response(
            {
                "id": account.user,
                "name": account.plan,
                "ads": {
                    "performed": performed,
                    "available": max(0, total - performed),
                    "total": total,
                },
                "bumps": bumps,
                "last_renew_date": _moment(began),
                "next_renew_date": _moment(began + PLAN_PERIOD),
            }
        )

    async def renew(self, call: OlxCall) -> Response:
        """Give ads another life, each by the portal's id or, as that is not said, by ours."""
        body = json_object(call.request) or {}
        ids = body.get("ids")
        if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_RENEWALS:
            return bad_request("invalid_request", "ids")
        if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in ids):
            return bad_request("invalid_request", "ids")
        results = {str(each): self._renewed(call, str(each)) for each in ids}
        success = sum(1 for result in results.values() if result.get("renewed"))
        meta = {"success": success, "failed": len(results) - success}
        return written({"results": results, "meta": meta})

    def _renewed(self, call: OlxCall, named: str) -> JsonObject:
        ad = self._ad(call, named)
        now = self.clock()
        status = "deleted" if ad is None else ad.status_at(now)
        if ad is None or status in {"deleted", "absent"}:
            return {"reason": "NOT_FOUND", "message": "Anúncio não encontrado."}
        if status not in {"published", "expired"}:
            return {"reason": "NOT_ACTIVE", "message": "O anúncio não está ativo."}
        life_s = call.behaviour.ad_life_s
        ad.expires_at = None if life_s is None else now + life_s
        ad.history.append({"at": now, "operation": "renewal", "list_id": ad.list_id})
        self.counters.events["renewals"] += 1
        self.store.changed = True
        return {"renewed": True}

    async def bumps(self, call: OlxCall) -> Response:
        """Whether each ad is bumped; this stand-in sells no bumps, so none is."""
        named = [each for each in call.request.query.get("ad_ids", "").split(",") if each]
        if not 1 <= len(named) <= MAX_BUMPS:
            return bad_request("invalid_request", "ad_ids")
        found = [self._ad(call, each) for each in named]
        rows = [
            {"id": ad.id, "list_id": ad.list_id, "bumped": False, "last_bump_date": None}
            for ad in found
            if ad is not None and ad.list_id is not None
        ]
        return json_response({"data": rows})

    def _ad(self, call: OlxCall, named: str) -> Ad | None:
        """An ad of the advertiser by either id."""
        number = _whole(named)
        by_number = None
        if number is not None:
            by_number = self.store.by_list_id(number, [call.account.user])
        return by_number or self.store.ads[call.account.user].get(named)

    async def catalogue_list(self, call: OlxCall) -> Response:
        """Names and ids of brands, of a brand's models, of a model's versions."""
        kind = CARS if call.parts["info"] == "car_info" else MOTORCYCLES
        path = [_whole(call.parts[part]) for part in ("brand", "model") if part in call.parts]
        numbers = [number for number in path if number is not None]
        names = self.catalogue.below(kind, numbers) if len(numbers) == len(path) else None
        if names is None:
            return json_response({"status": "error", "data": {}}, status=404)
        return json_response({"status": "ok", "data": names})

    async def displacements(self, _call: OlxCall) -> Response:
        """Cubic centimetres and their ids."""
        return json_response({"status": "ok", "data": self.catalogue.displacements})


def _row(ad: Ad, *, now: float, origin: str) -> JsonObject:
    url = None if ad.list_id is None else advert_url(ad.list_id, origin=origin)
    return {"id": ad.id, "list_id": ad.list_id, "status": ad.status_at(now), "url": url}


def _whole(text: str) -> int | None:
    """Digits as a number, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _page_token(number: int) -> str:
    return base64.urlsafe_b64encode(f"after:{number}".encode()).decode().rstrip("=")


def _page_after(token: str) -> int | None:
    """The number behind which the page begins; 0 for the first, None for no token of ours."""
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (ValueError, binascii.Error):
        return None
    word, _, number = text.partition(":")
    return _whole(number) if word == "after" else None


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
