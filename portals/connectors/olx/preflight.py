"""What the document lets one know before sending: will be refused, or will be reduced. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portals.connectors.gaps import distinct_photos, left_out_optionals, missing_names, mode_of
from portals.connectors.olx.fields import CATEGORIES, FEATURES, NAMES, REQUIRED
from portals.connectors.olx.payload import (
    MAX_PHOTOS,
    MAX_TEXT,
    MIN_LONG,
    MIN_SHORT,
    REFERENCE,
    is_too_small,
    is_youtube,
    phone_of,
    usable_photos,
    year_of,
    zipcode_of,
)
from portals.connectors.plain_text import has_html, plain_text
from portals.connectors.types import Finding, ListingDraft, Problem, Severity


def check_draft(draft: ListingDraft) -> tuple[Finding, ...]:
    """Return every finding, those that block first."""
    if draft.category not in CATEGORIES:
        return (_finding("refused", "category", "category_unsupported", mode="unsupported"),)
    found = (*_facts(draft), *_dealer(draft), *_names(draft), *_photos(draft), *_texts(draft))
    return tuple(sorted(found, key=lambda finding: finding.severity != "refused"))


def _finding(
    severity: Severity, field: str, code: str, *, mode: str = "preflight", **params: Any
) -> Finding:
    problem = Problem(field=field, code=code, params=params)
    return Finding(severity=severity, problem=problem, mode=mode)


def _facts(draft: ListingDraft) -> Iterator[Finding]:
    if not REFERENCE.fullmatch(draft.reference):
        yield _finding("refused", "code", "reference_shape", limit=19)
    if draft.price is None or draft.price < 1:  # cents are cut
        yield _finding("refused", "price", "price_missing")
    if not year_of(draft):
        yield _finding("refused", "year_model", "year_missing")
    if draft.mileage is None and not draft.is_new:
        yield _finding("refused", "mileage", "mileage_missing")
    if draft.highlight:
        yield _finding("refused", "highlight", "highlight_unknown", weight=draft.highlight)


def _dealer(draft: ListingDraft) -> Iterator[Finding]:
    if phone_of(draft) is None:
        yield _finding("refused", "phone", "phone_unusable")
    if not zipcode_of(draft):
        yield _finding("refused", "postal_code", "postal_code_unusable")


def _names(draft: ListingDraft) -> Iterator[Finding]:
    required = REQUIRED[draft.category]
    missing = missing_names(draft, required)
    unsaid = frozenset(problem.field for problem in missing if problem.code == "name_empty")
    for problem in missing:
        yield Finding(severity="refused", problem=problem, mode=mode_of(problem, unsaid))
    others = [kind for kind in NAMES[draft.category] if kind not in required]
    for problem in missing_names(draft, others):
        if (
            problem.code == "name_unknown"
        ):  # what it does not say, or was left out on purpose, is no news
            yield Finding(severity="reduced", problem=problem)
    unmapped = left_out_optionals(draft) if draft.category in FEATURES else []
    if unmapped:
        yield _finding("reduced", "optionals", "optionals_unmapped", names=unmapped)


def _photos(draft: ListingDraft) -> Iterator[Finding]:
    photos = distinct_photos(draft)
    small = [photo.url for photo in photos if is_too_small(photo)]
    limits: dict[str, Any] = {"width": MIN_SHORT, "height": MIN_LONG}
    if not photos:
        yield _finding("refused", "photos", "photos_demanded")
    elif not usable_photos(draft):
        yield _finding("refused", "photos", "photos_all_small", count=len(small), **limits)
    elif small:
        yield _finding(
            "reduced", "photos", "photos_too_small", count=len(small), urls=small, **limits
        )
    if len(photos) - len(small) > MAX_PHOTOS:
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
