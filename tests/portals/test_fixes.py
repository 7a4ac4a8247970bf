"""Each problem leads to the place where it is put right, or to none if nobody can."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.forms import VehicleForm
from portals.fixes import ANCHORS, fix_for
from portals.name_addresses import slug_of
from portals.selectors.mappings import GapKey
from portals.wording import FIELDS

# Named in problems, but put right elsewhere than in the vehicle's form, or not at all.
ELSEWHERE = {"photos", "highlight", "plan", "code", "category", "optional", "operation"} | {
    *("status", "state", "phone", "postal_code")
}


def url_of(**changes: Any) -> str | None:
    """Return the address of the fix of a problem of vehicle 7 at access 3."""
    given: dict[str, Any] = {
        "mode": "preflight",
        "field": "plate",
        "code": "plate_missing",
        "manages": True,
    }
    fix = fix_for(vehicle_id=7, access_id=3, **{**given, **changes})
    return fix.url if fix else None


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "/stock/7/edit/#field-plate"),
        ({"field": "style", "code": "name_empty"}, "/stock/7/edit/#field-body"),
        (
            {"field": "version", "code": "name_unplaced", "mode": "mapping"},
            "/stock/7/edit/#field-version",
        ),
        ({"field": "colour", "code": "name_unknown"}, "/mappings/?access=3&kind=colour"),
        ({"field": "colour", "code": "name_unknown", "manages": False}, None),
        ({"field": "optionals", "code": "optional_ignored"}, "/mappings/?access=3&kind=optional"),
        ({"field": "photos", "code": "photos_missing"}, "/stock/7/#_photos"),
        ({"field": "highlight", "code": "highlight_unknown"}, "/stock/7/ads/"),
        ({"field": "", "code": "plan_full", "mode": "plan"}, "/stock/7/ads/"),
        ({"mode": "credentials", "field": ""}, "/portals/3/"),
        ({"mode": "transient", "field": "", "code": "unreachable"}, None),
        ({"mode": "unsupported", "field": "category"}, None),
        ({"field": "phone", "code": "phone_unusable"}, "/settings/store/#field-phone"),
        (
            {"field": "postal_code", "mode": "refused", "code": "refused_field"},
            "/settings/store/#field-postal_code",
        ),
        ({"field": "phone", "code": "phone_unusable", "manages": False}, None),
        ({"mode": "unexpected", "field": ""}, "/stock/7/edit/"),
    ],
)
def test_where_a_problem_is_put_right(changes, url):
    assert url_of(**changes) == url


@pytest.mark.parametrize("code", ["name_unknown", "name_unplaced", "name_none"])
def test_a_name_leads_managers_to_its_row_in_the_queue(code):
    params = {"kind": "model", "source_key": "text:fiat|uno", "path": ["FIAT"], "ours": "Uno"}
    slug = slug_of(GapKey(3, 1, "model", "text:fiat|uno", ("FIAT",)))
    name = {"field": "model", "code": code, "mode": "mapping", "category": 1, "params": params}

    assert url_of(**name) == f"/mappings/?access=3&kind=model&at={slug}#name-{slug}"
    assert url_of(**name, manages=False) in (None, "/stock/7/edit/#field-version")
    assert url_of(**{**name, "code": "name_parent"}) == "/mappings/?access=3&kind=model"


@pytest.mark.django_db
def test_every_field_that_can_be_mended_has_its_place_in_the_form(client):
    anchored = {"field-version", "field-optionals"}
    names = {
        f"field-{name}"
        for category in (1, 2)
        for name in VehicleForm(category=category, sees_cost=True).fields
    }

    for field in set(FIELDS) - ELSEWHERE:
        anchor = ANCHORS.get(field, f"field-{field}")
        assert anchor in anchored | names, field
