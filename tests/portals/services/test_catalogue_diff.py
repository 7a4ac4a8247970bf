"""What a reading finds changed, change by change, and that a stop anywhere loses nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from config.lib.remote_errors import Unreachable
from portals.connectors import registry
from portals.models import CatalogueChange, CatalogueEntry, CatalogueSnapshot, Listing, Mapping
from portals.models.snapshots import Stage
from portals.services import (
    catalogue,
    catalogue_diff,
    catalogue_finishing,
    radar_touches,
    remapping,
)
from tests.portals.fake import connect
from tests.portals.fake_portal import server_error, slow
from tests.portals.radar_world import KINDS, answers, decide, shelf, stock, sync, touched
from tests.portals.shelves import Name, numbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def access(connected, fake, monkeypatch):
    """A dealer with ads at a portal with keys, of which a first reading was made."""
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(fake, demands=KINDS))
    return connected()


@pytest.fixture
def read(access, fake):
    """Read a catalogue to its end."""

    def read(catalogue):
        catalogue.put(fake)
        return sync(access)

    return read


@pytest.fixture
def keyed(read):
    """The catalogue by ids, read once."""
    catalogue = shelf(start=100)
    read(catalogue)
    return catalogue


def path_of(entry: CatalogueEntry | None) -> list[str]:
    """Return an entry's name and those above it."""
    return [] if entry is None else [entry.name, *path_of(entry.parent)]


def found() -> set[tuple[str, str, str]]:
    """Return what the last reading found: (what, name before, name and key after)."""
    rows = CatalogueChange.objects.filter(snapshot=CatalogueSnapshot.objects.latest("number"))
    return {
        (row.what, row.before.get("name", ""), f"{row.after['name']} {row.after['remote_key']}")
        if row.after
        else (row.what, row.before["name"], "")
        for row in rows
    }


def test_the_first_complete_reading_is_counted_and_changes_nothing(access, fake, read):
    read(shelf(start=100))

    snapshot = CatalogueSnapshot.objects.get()
    assert (snapshot.is_baseline, snapshot.stage, snapshot.added) == (True, Stage.DONE, 0)
    assert snapshot.counts == {
        "brand": 2,
        "model": 4,
        "version": 8,
        "style": 4,
        "colour": 3,
        "fuel": 2,
        "optional": 2,
    }
    assert not CatalogueChange.objects.exists()


def test_a_second_reading_without_news_is_kept_with_noughts(keyed, read):
    read(keyed)

    first, second = CatalogueSnapshot.objects.order_by("number")
    assert not second.is_baseline
    assert (second.added, second.renamed, second.retired, second.renumbered) == (0, 0, 0, 0)
    assert second.counts == first.counts


def test_a_reading_that_relied_on_another_dealers_is_not_kept(keyed, read, connected):
    sync(connected())

    assert CatalogueSnapshot.objects.count() == 1


def test_added_renamed_and_retired_names_are_told_apart(keyed, read):
    keyed.names.append(Name("colour", "VERDE", "900"))
    keyed.find("CHEVROLET", "ONIX", "1.0 LT").name = "1.0 LT PLUS"
    keyed.retire("FIAT", "ARGO", "1.8 HGT")
    renamed = keyed.find("CHEVROLET", "ONIX", "1.0 LT PLUS").key

    report = read(keyed)

    assert found() == {
        ("added", "", "VERDE 900"),
        ("renamed", "1.0 LT", f"1.0 LT PLUS {renamed}"),
        ("retired", "1.8 HGT", ""),
    }
    assert (report.added, report.renamed, report.retired) == (1, 1, 1)


def test_a_retired_brand_takes_all_below_it_along(keyed, read):
    keyed.retire("FIAT")

    read(keyed)

    assert {what for what, _, _ in found()} == {"retired"}
    assert CatalogueSnapshot.objects.latest("number").retired == 1 + 2 + 4 + 2
    assert not CatalogueEntry.objects.filter(retired_at=None, name="ARGO").exists()


def test_a_renumbered_brand_is_found_again_with_all_below_it(keyed, read):
    keyed.find("FIAT").key = "900"
    for name in keyed.find("FIAT").below:
        name.key = f"9{name.key}"

    report = read(keyed)

    old = CatalogueEntry.objects.get(name="1.8 HGT", retired_at__isnull=False)
    change = CatalogueChange.objects.get(entry=old)
    assert change.what == "renumbered"
    assert path_of(change.successor) == ["1.8 HGT", "ARGO", "FIAT"]
    assert path_of(change.successor) == path_of(old)
    assert (report.renumbered, report.added, report.retired) == (9, 0, 0)


def test_a_name_there_twice_is_not_guessed(keyed, read):
    keyed.find("FIAT", "ARGO").below.append(Name("version", "1.8 HGT", "900"))
    read(keyed)
    for number, name in enumerate(keyed.find("FIAT", "ARGO").below):
        if name.name == "1.8 HGT":
            name.key = f"95{number}"

    read(keyed)

    snapshot = CatalogueSnapshot.objects.latest("number")
    assert (snapshot.added, snapshot.retired, snapshot.renumbered) == (2, 2, 0)


def test_keys_that_changed_places_are_two_renumbered_names(access, keyed, read, fake_row):
    entries = {row.name: row for row in CatalogueEntry.objects.filter(kind="colour")}
    white = decide(fake_row, "colour", "value:white", entries["BRANCA"])
    black = decide(fake_row, "colour", "value:black", entries["PRETA"])
    one, other = keyed.find("BRANCA"), keyed.find("PRETA")
    one.key, other.key = other.key, one.key

    read(keyed)

    assert {what for what, _, _ in found()} == {"renumbered"}
    white.refresh_from_db()
    black.refresh_from_db()
    assert [path_of(each.entry) for each in (white, black)] == [["BRANCA"], ["PRETA"]]
    assert not CatalogueEntry.objects.filter(retired_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (["HB20"], ("renamed", "HB20")),
        (["20 HB"], ("renamed", "20 HB")),
        (["Hb 20"], ("renumbered", "Hb 20")),
        (["HB 20 S"], ("retired", "")),
        (["HB20", "HB-20"], ("retired", "")),
    ],
)
def test_where_keys_are_names_only_a_new_spelling_is_the_same_name(read, after, expected):
    catalogue = shelf()
    read(catalogue)
    models = catalogue.find("FIAT").below
    old = catalogue.find("FIAT", "HB 20")
    models.remove(old)
    models.extend(Name("model", name, below=old.below) for name in after)

    read(catalogue)

    change = CatalogueChange.objects.get(entry__kind="model", entry__name="HB 20")
    assert (change.what, change.after.get("name", "")) == expected
    below = CatalogueChange.objects.get(
        entry__kind="version", before__name="1.0", entry__parent=change.entry
    )
    assert (below.what == "retired") == (expected[0] == "retired")


def test_what_is_only_spelled_otherwise_is_led_on_and_the_rest_waits(access, read, fake_row):
    catalogue = shelf()
    read(catalogue)
    stock(access)
    before = answers(fake_row)
    catalogue.find("BRANCA").name = "BRANCA."
    catalogue.find("PRETA").name = "PRETO NINJA"

    read(catalogue)

    pin = Mapping.objects.get()
    assert (pin.source_key, pin.origin, pin.dealer) == ("value:white", "exact", None)
    assert path_of(pin.entry) == ["BRANCA."]
    after = answers(fake_row)
    white = [pk for pk, own in before.items() if own.get(("colour", "value:white"), ("",))[0]]
    assert {after[pk]["colour", "value:white"] for pk in white} == {("BRANCA.", "")}
    lost = Listing.objects.filter(touches__effect="fails", touches__source_key="value:black")
    assert set(lost) == set(Listing.objects.filter(vehicle__colour="black"))


def test_free_text_is_pinned_for_its_dealer_alone(access, read):
    catalogue = shelf()
    read(catalogue)
    stock(access)
    catalogue.find("FIAT", "ARGO", "1.0 DRIVE").name = "DRIVE 1.0"

    read(catalogue)

    pins = Mapping.objects.values_list("source_key", "dealer")
    assert {dealer for key, dealer in pins if key.startswith("text:")} == {access.dealer_id}
    assert {dealer for key, dealer in pins if key.startswith("fipe:")} == {None}


def test_names_stay_in_use_until_all_is_read(access, fake, keyed, fake_row):
    stock(access)
    before = answers(fake_row)
    keyed.retire("FIAT")
    keyed.find("CHEVROLET").key = "900"
    keyed.put(fake)
    fake.script("catalogue", slow(0), server_error())

    with pytest.raises(Unreachable):
        sync(access)

    assert answers(fake_row) == before
    snapshot = CatalogueSnapshot.objects.latest("number")
    assert (snapshot.stage, snapshot.finished_at) == (Stage.READING, None)

    assert sync(access).done
    assert CatalogueSnapshot.objects.latest("number").number == snapshot.number
    assert CatalogueSnapshot.objects.count() == 2


STOPS = {
    "compare": catalogue_diff,
    "_retire": catalogue_finishing,
    "find_touches": radar_touches,
    "remap": remapping,
    "wake_touched": radar_touches,
}


@pytest.mark.parametrize("stop", STOPS)
def test_a_stop_in_any_stage_changes_nothing_of_the_outcome(
    access, fake, read, fake_row, monkeypatch, stop
):
    """A worker that dies after the work of a stage but before it is noted does it again."""
    keyed = shelf(start=100)
    keyed.put(fake)
    sync(access)
    stock(access)
    entry = CatalogueEntry.objects.get(kind="version", name="1.8 HGT")
    mapping = decide(fake_row, "version", "text:fiat|argo|1.8 hgt", entry, dealer=access.dealer)
    numbered(keyed, start=900)
    keyed.retire("PRATA")
    keyed.put(fake)
    module = STOPS[stop]
    real = getattr(module, stop)

    def die_after(snapshot, *, late):
        real(snapshot, late=late)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, stop, die_after)
    with pytest.raises(KeyboardInterrupt):
        sync(access)
    monkeypatch.setattr(module, stop, real)

    sync(access)

    snapshot = CatalogueSnapshot.objects.filter(stage=Stage.DONE).latest("number")
    assert (snapshot.added, snapshot.retired, snapshot.renumbered) == (0, 1, 24)
    mapping.refresh_from_db()
    assert path_of(mapping.entry) == ["1.8 HGT", "ARGO", "FIAT"]
    assert mapping.entry != entry
    assert [batch.steps.count() for batch in snapshot.batches.all()] == [1]
    silver = Listing.objects.filter(vehicle__colour="silver", touches__effect="fails")
    assert set(silver) == set(Listing.objects.filter(vehicle__colour="silver"))
    assert touched() == set(Listing.objects.exclude(wanted="absent").values_list("pk", flat=True))


def test_time_that_is_over_is_no_harm(access, fake, keyed, monkeypatch):
    stock(access)
    numbered(keyed, start=900).put(fake)
    looks: Counter[int] = Counter()

    def is_late(reading):
        looks[id(reading)] += 1
        return looks[id(reading)] > 4

    monkeypatch.setattr(catalogue._Reading, "_late", is_late)
    runs = 1
    while not sync(access).done:
        runs += 1
        looks.clear()

    assert 5 < runs < 30
    snapshot = CatalogueSnapshot.objects.filter(stage=Stage.DONE).latest("number")
    assert snapshot.renumbered == 25
