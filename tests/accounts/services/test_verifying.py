"""Whoever alters the history behind our back is found out, and the first row is named.

The history is tampered with by SQL, since no service of ours can.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import ChainHead, Change, Dealer
from accounts.services.changes import By, digest_of, erase_personal, record_change
from accounts.services.sealing import seal_changes
from accounts.services.verifying import link, verify_changes
from tests.command_line import run, run_in_full
from tests.factories.accounts import DealerFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> list[Change]:
    """Six sealed acts of two dealers, by sequence."""
    first, second = DealerFactory(code="norte"), DealerFactory(code="sul")
    for number in range(6):
        dealer = first if number % 2 == 0 else second
        record_change(subject=dealer, action="updated", after={"name": str(number)})
    assert seal_changes() == 6
    return list(Change.objects.order_by("sequence"))


def sql(statement: str, *values: Any) -> None:
    """Run a statement as somebody with the database's password would."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def first(**options: Any) -> tuple[str, int | None]:
    """Return the kind of the first break and the row it is at."""
    report = verify_changes(**options)
    assert not report.whole
    return report.broken[0].kind, report.broken[0].change


def test_a_history_nobody_touched_is_whole(rows):
    report = verify_changes()

    assert (report.sealed, report.unsealed, report.broken) == (6, 0, ())
    assert report.head == f"6:{rows[5].chain}"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("after", '{"name": "other"}'),
        ("before", '{"name": "x"}'),
        ("action", "created"),
        ("source", "admin"),
        ("reason", "because"),
        ("request_id", "another-request"),
        ("subject_id", 4711),
        ("subject_label", "x"),
        ("at", "2026-01-01 00:00:00+00:00"),
        ("digest", "0" * 64),
        ("chain", "0" * 64),
    ],
)
def test_an_edited_row_is_named(rows, column, value):
    name = connection.ops.quote_name(column)
    sql(f"UPDATE accounts_change SET {name} = %s WHERE id = %s", value, rows[2].pk)  # noqa: S608

    assert first() == ("edited", rows[2].pk)


def test_a_row_that_went_to_another_dealer_is_named(rows):
    other = Dealer.objects.get(code="sul")
    sql("UPDATE accounts_change SET dealer_id = %s WHERE id = %s", other.pk, rows[2].pk)

    assert first() == ("edited", rows[2].pk)
    assert first(dealer=other) == ("edited", rows[2].pk)


def test_a_row_edited_with_its_digest_is_named(rows):
    row = rows[2]
    row.after = {"name": "other"}
    sql("UPDATE accounts_change SET after = %s, digest = %s WHERE id = %s",
        '{"name": "other"}', digest_of(row), row.pk)  # fmt: skip

    assert first() == ("edited", row.pk)


def test_a_row_edited_with_its_digest_and_link_shows_at_the_next(rows):
    row = rows[2]
    row.after = {"name": "other"}
    digest = digest_of(row)
    chain = link(rows[1].chain, sequence=3, digest=digest)
    sql("UPDATE accounts_change SET after = %s, digest = %s, chain = %s WHERE id = %s",
        '{"name": "other"}', digest, chain, row.pk)  # fmt: skip

    assert first() == ("edited", rows[3].pk)


@pytest.mark.parametrize(("gone", "named"), [((2,), 3), ((0,), 1), ((1, 2, 3), 4)])
def test_a_removed_row_shows_at_the_one_behind_it(rows, gone, named):
    for place in gone:
        sql("DELETE FROM accounts_change WHERE id = %s", rows[place].pk)

    assert first() == ("removed", rows[named].pk)


def test_rows_cut_off_the_end_are_missed(rows):
    sql("DELETE FROM accounts_change WHERE sequence > 4")

    report = verify_changes()
    assert [(each.kind, each.what) for each in report.broken] == [
        ("removed", "nothing is left after no. 4")
    ]


def test_the_whole_history_cannot_vanish(rows):
    sql("DELETE FROM accounts_change")

    assert first() == ("removed", None)


def test_an_end_noted_down_elsewhere_is_missed_even_if_the_head_was_put_back(rows):
    noted = verify_changes().head
    sql("DELETE FROM accounts_change WHERE sequence > 4")
    sql("UPDATE accounts_chainhead SET sequence = 4, chain = %s", rows[3].chain)

    assert verify_changes().whole
    assert first(noted=noted) == ("removed", None)
    assert verify_changes(noted=f"4:{rows[3].chain}").whole


def test_a_row_pushed_in_between_is_named(rows):
    for place in (5, 4, 3):
        sql("UPDATE accounts_change SET sequence = %s WHERE id = %s", place + 2, rows[place].pk)
    forged = forge(rows[2], sequence=4, chain="f" * 64)

    assert first() == ("inserted", forged.pk)


def test_a_row_put_behind_the_end_is_named(rows):
    digest = copy_of(rows[2]).digest
    forged = forge(rows[2], sequence=7, chain=link(rows[5].chain, sequence=7, digest=digest))

    assert first() == ("inserted", forged.pk)


def test_a_row_written_into_the_past_is_named(rows):
    past = rows[0].at - timedelta(days=3)
    forged = copy_of(rows[0], at=past)
    forged.save()
    seal_changes()

    assert first() == ("inserted", forged.pk)


def test_two_rows_that_changed_places_are_named(rows):
    swap = ((3, 999), (5, 3), (999, 5))
    for old, new in swap:
        sql("UPDATE accounts_change SET sequence = %s WHERE sequence = %s", new, old)

    assert first() == ("reordered", rows[4].pk)


def test_a_row_that_was_made_to_wait_again_is_missed(rows):
    sql("UPDATE accounts_change SET sequence = NULL, chain = '' WHERE id = %s", rows[2].pk)

    assert first() == ("removed", rows[3].pk)


def test_a_row_that_waits_is_proved_as_well(rows):
    row = record_change(subject=Dealer.objects.get(code="sul"), action="updated")
    report = verify_changes()
    assert (report.unsealed, report.waiting_since, report.whole) == (1, row.at, True)

    sql("UPDATE accounts_change SET action = 'created' WHERE id = %s", row.pk)
    assert first() == ("edited", row.pk)


def test_of_one_dealer_only_its_own_contents_are_proved_but_every_link(rows):
    north, south = (Dealer.objects.get(code=code) for code in ("norte", "sul"))
    sql("UPDATE accounts_change SET action = 'created' WHERE id = %s", rows[1].pk)

    report = verify_changes(dealer=north)
    assert (report.sealed, report.whole) == (3, True)
    assert first(dealer=south) == ("edited", rows[1].pk)

    sql("DELETE FROM accounts_change WHERE id = %s", rows[1].pk)
    assert first(dealer=north) == ("removed", rows[2].pk)


def test_one_break_is_told_once(rows):
    sql("UPDATE accounts_change SET action = 'created' WHERE id = %s", rows[1].pk)
    sql("DELETE FROM accounts_change WHERE id = %s", rows[3].pk)

    assert [(each.kind, each.change) for each in verify_changes().broken] == [
        ("edited", rows[1].pk),
        ("removed", rows[4].pk),
    ]


def test_pieces_follow_one_another(rows, monkeypatch):
    monkeypatch.setattr("accounts.services.verifying.PIECE", 2)

    assert verify_changes().sealed == 6
    sql("UPDATE accounts_change SET action = 'created' WHERE id = %s", rows[4].pk)
    assert first() == ("edited", rows[4].pk)


def test_personal_text_that_was_swapped_is_named():
    row = record_change(
        subject=MembershipFactory(),
        action="x",
        after={"name": "Ana"},
        personal_fields=("name",),
        label="",
    )
    seal_changes()
    row.refresh_from_db()
    row.personal["name"]["after"]["text"] = "Eva"
    row.save()

    assert first() == ("edited", row.pk)


def test_what_a_person_asked_to_erase_is_gone_and_the_chain_whole():
    row = record_change(
        subject=MembershipFactory(),
        action="x",
        after={"name": "Fulana", "city": "Itu"},
        personal_fields=("name",),
        label="",
        by=By(reason="Fulana asked for it"),
    )
    seal_changes()

    erase_personal(row, by=By())
    seal_changes()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_change")
        assert "Fulana" not in str(cursor.fetchall())
    assert verify_changes().whole
    row.refresh_from_db()
    assert (row.reason, row.after["city"]) == ("", "Itu")


def test_a_reason_that_was_swapped_is_named():
    row = record_change(subject=DealerFactory(), action="x", by=By(reason="as agreed"))
    seal_changes()
    assert verify_changes().whole

    sql("UPDATE accounts_change SET reason = 'by mistake' WHERE id = %s", row.pk)
    assert first() == ("edited", row.pk)

    sql("UPDATE accounts_change SET reason_salt = '' WHERE id = %s", row.pk)
    assert first() == ("edited", row.pk)


def test_a_row_from_before_reasons_could_be_erased_still_holds():
    row = record_change(subject=DealerFactory(), action="x", by=By(reason="as agreed"))
    row.reason_salt = row.reason_digest = ""
    row.digest = digest_of(row)
    row.save()
    seal_changes()

    assert verify_changes().whole
    sql("UPDATE accounts_change SET reason = 'by mistake' WHERE id = %s", row.pk)
    assert first() == ("edited", row.pk)


def test_a_head_that_was_lost_is_told_and_made_again_by_sealing(rows):
    ChainHead.objects.all().delete()
    assert first() == ("removed", None)

    record_change(subject=Dealer.objects.get(code="sul"), action="updated")
    assert seal_changes() == 1

    assert verify_changes().whole
    assert ChainHead.objects.get().sequence == 7


def test_the_command_tells_a_whole_history_with_its_head(rows):
    record_change(subject=Dealer.objects.get(code="sul"), action="updated")

    found = run("verify_trail")

    assert (found["sealed"], found["unsealed"], found["broken"]) == (6, 1, [])
    assert found["head"] == f"6:{rows[5].chain}"
    assert run("verify_trail", "--dealer", "NORTE")["sealed"] == 3
    assert run("verify_trail", "--head", found["head"])["broken"] == []


def test_the_command_fails_and_names_the_first_broken_row(rows, capsys):
    sql("UPDATE accounts_change SET action = 'created' WHERE id = %s", rows[2].pk)

    with pytest.raises(CommandError, match=f"First: edited: change {rows[2].pk}, no. 3"):
        run_in_full("verify_trail")


def test_the_command_knows_no_other_dealer():
    with pytest.raises(CommandError, match="There is no dealer 'leste'"):
        run("verify_trail", "--dealer", "leste")


def copy_of(row: Change, **changes: Any) -> Change:
    """Return an unsaved row as careful as a forger could make it."""
    forged = Change.objects.get(pk=row.pk)
    forged.pk, forged.sequence, forged.chain = None, None, ""
    for name, value in changes.items():
        setattr(forged, name, value)
    forged.digest = digest_of(forged)
    return forged


def forge(row: Change, **changes: Any) -> Change:
    """Store such a row."""
    forged = copy_of(row, **changes)
    forged.save(force_insert=True)
    return forged
