"""The history holds what changed, hides what is personal, and shows when it was tampered with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import Change
from accounts.models.dealer import Role
from accounts.selectors import FieldChange, changes_of, field_changes
from accounts.services.changes import (
    Act,
    By,
    erase_personal,
    json_safe,
    record_change,
    record_changes,
)
from accounts.services.sealing import seal_changes, seal_waiting, verify_changes
from config.lib import request_id
from tests.factories.accounts import DealerFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("45990.10"), "45990.10"),
        (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02T03:04:05.000006+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (0.1, "0.1"),
        (True, True),
        (None, None),
        (Role.OWNER, "owner"),
        ({3, 1, 2}, [1, 2, 3]),
        ((1, "a"), [1, "a"]),
        ({"a": Decimal(1)}, {"a": "1"}),
        ("a\x00b", "ab"),
        (gettext_lazy("Owner"), "Owner"),
    ],
)
def test_values_are_kept_as_both_databases_return_them(value, kept):
    assert json_safe(value) == kept


def test_a_value_the_history_cannot_keep_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError):
        json_safe(object())


def test_a_change_names_actor_source_reason_request_and_dealer():
    dealer, user = DealerFactory(), UserFactory()
    request_id.begin("request-0001")

    change = record_change(
        subject=dealer,
        action="updated",
        before={"name": "A"},
        after={"name": "B"},
        by=By(user_id=user.pk, source="admin", reason="asked by phone"),
    )

    change.refresh_from_db()
    assert (change.actor, change.source, change.reason) == (user, "admin", "asked by phone")
    assert (change.request_id, change.dealer) == ("request-0001", dealer)
    assert (change.subject_type, change.subject_id, change.subject_label) == (
        "accounts.dealer",
        dealer.pk,
        str(dealer),
    )
    assert list(changes_of(dealer, dealer=dealer)) == [change]
    assert list(changes_of(dealer, dealer=DealerFactory())) == []


def test_too_long_texts_are_cut_to_the_columns():
    change = record_change(
        subject=DealerFactory(name="x" * 120), action="a" * 99, reason="r" * 999, source="s" * 99
    )

    change.refresh_from_db()
    assert [len(change.action), len(change.reason), len(change.source)] == [40, 200, 40]
    assert verify_changes().whole


def test_a_change_is_undone_with_its_act():
    dealer = DealerFactory()

    with transaction.atomic():
        record_change(subject=dealer, action="updated", after={"name": "B"})
        transaction.set_rollback(True)

    assert Change.objects.count() == 0


def test_personal_values_stand_as_salted_digests_and_read_until_erased():
    dealer = DealerFactory()
    first, second = (
        record_change(
            subject=dealer,
            action="updated",
            before={"phone": "", "city": "Santos"},
            after={"phone": "+5511912345678", "city": "Itu"},
            personal_fields=("phone",),
        )
        for _ in range(2)
    )

    assert "912345678" not in f"{first.before}{first.after}"
    assert first.after["phone"] != second.after["phone"]
    assert field_changes(first) == [
        FieldChange(name="city", before="Santos", after="Itu"),
        FieldChange(name="phone", before="", after="+5511912345678"),
    ]

    erase_personal(first, by=By(reason="asked to be forgotten"))

    first.refresh_from_db()
    assert first.personal == {}
    assert field_changes(first)[1] == FieldChange(name="phone", before="", after="")
    assert Change.objects.latest("id").action == "personal_erased"
    seal_changes()
    assert verify_changes().whole


def test_many_changes_are_written_at_once(django_assert_num_queries):
    dealers = DealerFactory.create_batch(3)
    acts = [Act(subject=d, action="created", before={}, after={"name": d.name}) for d in dealers]

    with django_assert_num_queries(1):
        assert record_changes(acts, by=By(source="import")) == 3

    assert Change.objects.values_list("dealer", flat=True).count() == 3
    assert verify_changes().whole


def written(count: int) -> list[Change]:
    """Write and seal that many changes, in two rounds."""
    dealer = DealerFactory()
    for number in range(count):
        record_change(subject=dealer, action="updated", after={"name": str(number)})
    assert seal_changes(limit=count - 1) == count - 1
    assert seal_changes() == 1
    return list(Change.objects.order_by("sequence"))


def test_sealing_numbers_without_gaps_and_the_chain_verifies():
    rows = written(4)

    assert [row.sequence for row in rows] == [1, 2, 3, 4]
    assert len({row.chain for row in rows}) == 4
    assert seal_changes() == 0
    report = verify_changes()
    assert (report.sealed, report.unsealed, report.broken) == (4, 0, ())


def test_what_waits_is_sealed_in_short_rounds():
    dealer = DealerFactory()
    record_changes(
        [Act(subject=dealer, action="x", before={}, after={"n": n}) for n in range(401)], by=By()
    )

    assert seal_waiting(budget=0) == 0
    assert seal_waiting() == 401
    assert verify_changes().sealed == 401
    assert verify_changes().whole
