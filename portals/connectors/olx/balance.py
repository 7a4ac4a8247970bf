"""The plan of an account (GET /autoupload/balance; developers.olx.com.br). Pure.

Bumps are told as numbers or as {"performed", "available", "total"}. No call of the document spends
one (`bump/ads` only tells which ads have one), so they are shown and never spent by us.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portals.connectors.olx.statuses import id_of
from portals.connectors.types import PlanReport


def read_plans(data: Any) -> tuple[PlanReport, ...] | None:
    """Return the ads and the bumps of a balance; None if it is none."""
    if not isinstance(data, Mapping):
        return None
    ads, bumps = data.get("ads"), data.get("bumps")
    renews_at = _moment(data.get("next_renew_date"))
    name = str(data.get("name") or "OLX").strip()[:120]
    key = id_of(data.get("id")) or "balance"
    plans = []
    if isinstance(ads, Mapping):
        total, used = _counts(ads)
        plans.append(
            PlanReport(
                kind="ad",
                remote_key=key,
                name=name,
                total=total,
                published=used,
                renews_at=renews_at,
            )
        )
    for part, value in bumps.items() if isinstance(bumps, Mapping) else ():
        total, used = _counts(value if isinstance(value, Mapping) else {"total": value})
        if total:
            plans.append(
                PlanReport(
                    kind="highlight",
                    remote_key=f"bumps:{part}"[:60],
                    name=f"Bumps ({part})"[:120],
                    weight=1,
                    total=total,
                    published=used,
                    renews_at=renews_at if part == "plan" else None,
                )
            )
    return tuple(plans)


def _counts(said: Mapping[str, Any]) -> tuple[int | None, int]:
    """Return (total, performed); a total that is not told follows from what is available."""
    total, used = _count(said.get("total")), _count(said.get("performed")) or 0
    available = _count(said.get("available"))
    if total is None and available is not None:
        total = used + available
    return total, used


def _moment(value: Any) -> datetime | None:
    """Return an ISO moment or day; the document says UTC."""
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return int(value) if is_count else None
