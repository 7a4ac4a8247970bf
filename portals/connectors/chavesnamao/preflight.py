"""What the document lets one know before sending: will be refused, or will be reduced. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portals.connectors.chavesnamao.fields import TYPES
from portals.connectors.chavesnamao.payload import (
    HIGHLIGHTS,
    MAX_PHOTOS,
    MAX_TEXT,
    gaps_of,
    is_plate,
    is_video,
    mileage_of,
    plate_of,
    split_optionals,
)
from portals.connectors.gaps import distinct_photos, mode_of
from portals.connectors.plain_text import plain_text
from portals.connectors.types import Finding, ListingDraft, Problem, Severity

FIRST_YEAR = 1886


def check_draft(draft: ListingDraft) -> tuple[Finding, ...]:
    """Return every finding, those that block first."""
    if draft.category not in TYPES:
        return (_finding("refused", "category", "category_unsupported", mode="unsupported"),)
    found = [*_facts(draft), *_years(draft), *_names(draft), *_photos(draft), *_texts(draft)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "refused"))


def _finding(
    severity: Severity, field: str, code: str, *, mode: str = "preflight", **params: Any
) -> Finding:
    problem = Problem(field=field, code=code, params=params)
    return Finding(severity=severity, problem=problem, mode=mode)


def _facts(draft: ListingDraft) -> Iterator[Finding]:
    if draft.price is None or draft.price < 0:
        yield _finding("refused", "price", "price_missing")
    if draft.highlight not in HIGHLIGHTS:
        yield _finding("refused", "highlight", "highlight_unknown", weight=draft.highlight)
    yield from _use(draft)


def _use(draft: ListingDraft) -> Iterator[Finding]:
    mileage, plate = mileage_of(draft), plate_of(draft)
    if mileage is None:
        yield _finding("refused", "mileage", "mileage_missing")
    elif not mileage and not draft.is_new:
        yield _finding("refused", "mileage", "mileage_zero_is_new")
    if mileage and not plate:
        yield _finding("refused", "plate", "plate_missing_used")
    elif mileage and not is_plate(plate):
        yield _finding("refused", "plate", "plate_malformed", plate=draft.plate)


def _years(draft: ListingDraft) -> Iterator[Finding]:
    if not (draft.year_manufacture or draft.year_model):
        yield _finding("refused", "year_manufacture", "year_missing")
    for field in ("year_manufacture", "year_model"):
        year = getattr(draft, field)
        if year and year < FIRST_YEAR:
            yield _finding("refused", field, "year_too_old", year=year, first=FIRST_YEAR)


def _names(draft: ListingDraft) -> Iterator[Finding]:
    missing = gaps_of(draft)
    unsaid = frozenset(problem.field for problem in missing if problem.code == "name_empty")
    for problem in missing:
        yield Finding(severity="refused", problem=problem, mode=mode_of(problem, unsaid))


def _photos(draft: ListingDraft) -> Iterator[Finding]:
    photos = distinct_photos(draft)
    if not photos:
        yield _finding("refused", "photos", "photos_demanded")
    if len(photos) > MAX_PHOTOS:
        yield _finding("reduced", "photos", "photos_too_many", count=len(photos), limit=MAX_PHOTOS)
    if len(photos) < len(draft.photos):
        repeated = len(draft.photos) - len(photos)
        yield _finding("reduced", "photos", "photos_repeated", count=repeated)


def _texts(draft: ListingDraft) -> Iterator[Finding]:
    length = len(plain_text(draft.description))
    if length > MAX_TEXT:
        yield _finding(
            "reduced", "description", "description_too_long", length=length, limit=MAX_TEXT
        )
    if draft.video_url and not is_video(draft.video_url):
        yield _finding("reduced", "video_url", "video_not_taken")
    _accessories, _infos, unmapped = split_optionals(draft)
    if unmapped:
        yield _finding("reduced", "optionals", "optionals_unmapped", names=unmapped)
