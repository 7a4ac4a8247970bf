"""The wish is set for the stock or for single codes, and twice is once."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError

from portals.models import Listing
from tests.command_line import run
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import PlanFactory

pytestmark = pytest.mark.django_db
NORTE = ("--dealer", "norte", "--portal", "fake")


def test_all_means_what_has_not_left_the_stock(access, stock):
    assert run("publish", *NORTE, "--all") == {"wanted": 2}
    assert run("publish", *NORTE, "--all") == {"wanted": 2}

    rows = Listing.objects.values_list("vehicle__code", "wanted")
    assert set(rows) == {("A1", "live"), ("A2", "live")}


def test_single_codes_and_withdrawal(access, stock):
    run("publish", *NORTE, "--all")

    assert run("publish", *NORTE, "--code", "A1", "--withdraw") == {"wanted": 1}
    assert run("publish", *NORTE, "--code", "A2", "--pause") == {"wanted": 1}

    rows = Listing.objects.values_list("vehicle__code", "wanted")
    assert set(rows) == {("A1", "absent"), ("A2", "paused")}


def test_a_plan_is_found_by_its_name(access, stock):
    plan = PlanFactory(access=access, name="Básico", kind="ad", weight=0)

    run("publish", *NORTE, "--code", "A1", "--plan", "BASICO")

    assert Listing.objects.get().plan == plan


def test_an_unknown_code_or_plan_changes_nothing(access, stock):
    VehicleFactory(code="B1")

    with pytest.raises(CommandError, match="no vehicle with the code B1, ZZ"):
        run("publish", *NORTE, "--code", "A1", "--code", "B1", "--code", "ZZ")
    with pytest.raises(CommandError, match="no plan 'Ouro'"):
        run("publish", *NORTE, "--all", "--plan", "Ouro")

    assert not Listing.objects.exists()
