"""Support's tables answer hostile filters, searches and choices with a list, not with a crash."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.contrib import admin

from config.lib.admin import ServiceAdmin
from tests.isolation import ledger
from tests.isolation.test_hostile_input import BEYOND, HUGE, SCRIPT

pytestmark = pytest.mark.django_db

OURS = [each for each in admin.site._registry.values() if isinstance(each, ServiceAdmin)]
HOSTILE = ("a\x00b", BEYOND, f"-{BEYOND}", HUGE, SCRIPT)


def parameters(table: ServiceAdmin) -> list[str]:
    """Return what the list of a table can be asked by."""
    filters = [each for each in table.list_filter if isinstance(each, str)]
    return ["q", "p", "o", *[f"{each}__exact" for each in filters]]


def test_a_list_is_shown_whatever_it_is_asked(world, browser):
    client, wrong = browser("support"), []
    for table in OURS:
        where = f"/admin/{table.opts.app_label}/{table.opts.model_name}/"
        for number, name in enumerate(parameters(table)):
            value = HOSTILE[number % len(HOSTILE)]
            with ledger.undone():
                answer = client.get(f"{where}?{urlencode({name: value})}")
            if answer.status_code not in (200, 302) or SCRIPT in answer.text:
                wrong.append((where, name, value[:20], answer.status_code))

    assert wrong == []


def test_a_choice_of_rows_that_cannot_be_does_nothing(world, browser):
    client, before, wrong = browser("support"), ledger.content(), []
    for where, action in (
        ("/admin/inventory/vehicle/", "archive"),
        ("/admin/portals/portalaccess/", "resume"),
        ("/admin/portals/mapping/", "take_back"),
        ("/admin/portals/listing/", "retry"),
        ("/admin/accounts/user/", "deactivate"),
    ):
        for value in (*HOSTILE, "\u00b2", "", "0"):
            answer = client.post(where, {"action": action, "_selected_action": value})
            if answer.status_code != 302:
                wrong.append((where, value[:20], answer.status_code))

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []
