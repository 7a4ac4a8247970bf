"""What the document lets one know before sending: will be refused, or will be reduced. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portals.connectors.gaps import distinct_photos, left_out_optionals, mode_of
from portals.connectors.plain_text import has_html, plain_text
from portals.connectors.types import Finding, ListingDraft, Problem, Severity
from portals.connectors.usadosbr.fields import CHANNELS
from portals.connectors.usadosbr.payload import (
    HIGHLIGHTS,
    MAX_PHOTOS,
    MAX_TEXT,
    MIN_HEIGHT,
    MIN_WIDTH,
    gaps_of,
    is_too_small,
    is_youtube,
)

FIRST_YEAR = 1950


def check_draft(draft: ListingDraft) -> tuple[Finding, ...]:
    """Return every finding, those that block first."""
    if draft.category not in CHANNELS:
        return (_finding("refused", "category", "category_unsupported", mode="unsupported"),)
    return (
        *_facts(draft),
        *_years(draft),
        *_names(draft),
        *_photos(draft),
        *_texts(draft),
    )


def _finding(
    severity: Severity, field: str, code: str, *, mode: str = "preflight", **params: Any
) -> Finding:
    problem = Problem(field=field, code=code, params=params)
    return Finding(severity=severity, problem=problem, mode=mode)


def _facts(draft: ListingDraft) -> Iterator[Finding]:
    if not draft.plate.strip():  # demanded of zero-kilometre vehicles too, and never invented
        yield _finding("refused", "plate", "plate_missing")
    if draft.price is None or draft.price <= 0:
        yield _finding("refused", "price", "price_missing")
    if draft.mileage is None and not draft.is_new:
        yield _finding("refused", "mileage", "mileage_missing")
    if draft.highlight not in HIGHLIGHTS:
        yield _finding("refused", "highlight", "highlight_unknown", weight=draft.highlight)


def _years(draft: ListingDraft) -> Iterator[Finding]:
    made, model = draft.year_manufacture, draft.year_model
    for field, year in (("year_manufacture", made), ("year_model", model)):
        if not year:
            yield _finding("refused", field, "year_missing")
        elif year < FIRST_YEAR:
            yield _finding("refused", field, "year_too_old", year=year, first=FIRST_YEAR)
    if made and model and model not in (made, made + 1):
        yield _finding("refused", "year_model", "year_model_mismatch", made=made, model=model)


def _names(draft: ListingDraft) -> Iterator[Finding]:
    missing = gaps_of(draft)
    unsaid = frozenset(problem.field for problem in missing if problem.code == "name_empty")
    for problem in missing:
        yield Finding(severity="refused", problem=problem, mode=mode_of(problem, unsaid))
    unmapped = left_out_optionals(draft)
    if unmapped:
        yield _finding("reduced", "optionals", "optionals_unmapped", names=unmapped)


def _photos(draft: ListingDraft) -> Iterator[Finding]:
    photos = distinct_photos(draft)
    small = [photo.url for photo in photos if is_too_small(photo)]
    limits: dict[str, Any] = {"width": MIN_WIDTH, "height": MIN_HEIGHT}
    if not photos:
        yield _finding("reduced", "photos", "photos_missing")
    elif len(small) == len(photos):
        yield _finding("reduced", "photos", "photos_unusable", count=len(small), **limits)
    elif small:
        yield _finding(
            "reduced", "photos", "photos_too_small", count=len(small), urls=small, **limits
        )
    if len(photos) > MAX_PHOTOS:
        yield _finding("reduced", "photos", "photos_too_many", count=len(photos), limit=MAX_PHOTOS)
    if len(photos) < len(draft.photos):
        repeated = len(draft.photos) - len(photos)
        yield _finding("reduced", "photos", "photos_repeated", count=repeated)


def _texts(draft: ListingDraft) -> Iterator[Finding]:
    if has_html(draft.description):
        yield _finding("reduced", "description", "description_html")
    length = len(plain_text(draft.description))
    if length > MAX_TEXT:
        yield _finding(
            "reduced", "description", "description_too_long", length=length, limit=MAX_TEXT
        )
    if draft.video_url and not is_youtube(draft.video_url):
        yield _finding("reduced", "video_url", "video_not_youtube")
