"""Which vehicles are shown: the plan, publications, highlights, moderation, delays."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.chavesnamao.conftest import Client, patiently


def plan(client: Client, **quantities: object) -> None:
    """Give the demo client another plan."""
    client.configure(accounts=[{"token": "sandbox-token", "user": "demo", "plan": quantities}])


def publication(client: Client, reference: str) -> Any:
    """The publication as both reads show it."""
    answer = client.get(f"publications/{reference}")
    assert answer.status == 200, answer.text
    assert client.shown(reference)["publication"] == answer.json
    return answer.json


def test_the_plan_tells_what_was_bought_and_what_is_left(client: Client) -> None:
    plan(client, name="Ouro", adsQuantity=3, highlightsQuantity=1, pictureQuantity=5)
    client.add("1", "2")
    client.ask("PUT", "publications/1", {"highlighted": True})
    client.run()

    assert client.get("clients/plan").json == {
        "currentPlan": {
            "name": "Ouro",
            "pictureQuantity": 5,
            "adsQuantity": 3,
            "highlightsQuantity": 1,
        },
        "available": {"adsQuantity": 1, "highlightsQuantity": 0},
    }


def test_the_plan_may_be_told_late(client: Client) -> None:
    client.configure(plan_lag_seconds=60)
    client.add("1")
    assert client.get("clients/plan").json["available"]["adsQuantity"] == 200

    client.configure(plan_lag_seconds=0)
    assert client.get("clients/plan").json["available"]["adsQuantity"] == 199


def test_a_vehicle_beyond_the_plan_is_kept_and_not_shown(client: Client) -> None:
    plan(client, adsQuantity=1)
    client.add("1", "2")

    assert publication(client, "1") == {"highlighted": False}
    assert publication(client, "2") is None
    assert client.shown("2")["active"] is False
    assert client.shown("2")["url"] is None
    refused = client.ask("POST", "publications/2")
    assert (refused.status, len(refused.json["message"])) == (422, 1)


def test_taking_an_ad_away_frees_its_place_and_keeps_the_vehicle(client: Client) -> None:
    plan(client, adsQuantity=1)
    client.add("1", "2")
    assert client.ask("DELETE", "publications/1").status == 202
    # The place that will be free is seen at once.
    assert client.ask("POST", "publications/2").status == 202
    client.run()

    assert publication(client, "1") is None
    assert publication(client, "2") == {"highlighted": False}


def test_a_place_that_is_gone_when_the_job_is_done_is_not_given(client: Client) -> None:
    plan(client, adsQuantity=1)
    client.add("1", "2")
    client.ask("DELETE", "publications/1")
    client.ask("POST", "publications/2")
    client.ask("POST", "_queue", {"fail": 1})
    client.run()

    assert publication(client, "2") is None
    assert client.account()["history"]["failed_jobs"][1]["reason"] == "the plan has no room"


def test_publishing_and_taking_away_twice_changes_nothing(client: Client) -> None:
    client.add("1")
    client.ask("PUT", "publications/1", {"highlighted": True})
    client.ask("POST", "publications/1")
    client.run()
    assert publication(client, "1") == {"highlighted": True}

    for _ in range(2):
        assert client.ask("DELETE", "publications/1").status == 202
        client.run()
    assert publication(client, "1") is None


def test_highlights_are_given_within_the_plan(client: Client) -> None:
    plan(client, highlightsQuantity=1)
    client.add("1", "2")

    assert client.ask("PUT", "publications/1", {"highlighted": True}).status == 202
    assert client.ask("PUT", "publications/2", {"highlighted": True}).status == 422
    assert client.ask("PUT", "publications/1", {"highlighted": True}).status == 202
    client.run()
    assert publication(client, "1") == {"highlighted": True}

    client.ask("PUT", "publications/1", {"highlighted": False})
    assert client.ask("PUT", "publications/2", {"highlighted": True}).status == 202
    client.run()
    assert [publication(client, each)["highlighted"] for each in "12"] == [False, True]


def test_taking_away_and_deleting_free_a_highlight(client: Client) -> None:
    plan(client, highlightsQuantity=1)
    client.add("1", "2")
    for method, path in [("DELETE", "publications/1"), ("DELETE", "vehicles/1")]:
        client.ask("POST", "publications/1")
        client.ask("PUT", "publications/1", {"highlighted": True})
        client.ask(method, path)
        assert client.ask("PUT", "publications/2", {"highlighted": True}).status == 202
        client.ask("PUT", "publications/2", {"highlighted": False})
        client.run()


def test_what_is_not_published_cannot_be_highlighted(client: Client) -> None:
    client.add("1")
    client.ask("DELETE", "publications/1")

    assert client.ask("PUT", "publications/1", {"highlighted": True}).status == 422


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT"])
def test_publications_of_the_unknown_are_not_found(client: Client, method: str) -> None:
    assert client.ask(method, "publications/9", {"highlighted": True}).status == 404


def test_an_unpublished_read_may_be_404(client: Client) -> None:
    client.add("1")
    client.ask("DELETE", "publications/1")
    client.run()
    client.configure(unpublished_read="404")

    assert client.get("publications/1").status == 404


def test_reads_of_a_publication_may_be_late(client: Client) -> None:
    client.configure(publication_lag_seconds=60)
    client.add("1")
    assert publication(client, "1") is None
    assert client.account()["ads"][0]["publication"] == {"highlighted": False}

    client.configure(publication_lag_seconds=0)
    assert publication(client, "1") == {"highlighted": False}


def test_the_address_of_an_ad_comes_later(client: Client) -> None:
    client.configure(url_seconds=0.3)
    client.add("1")
    begin = time.monotonic()
    assert client.shown("1")["url"] is None

    patiently(lambda: client.shown("1")["url"] is not None)
    assert time.monotonic() - begin >= 0.2


def test_some_ads_are_never_shown_and_take_no_place(client: Client) -> None:
    plan(client, adsQuantity=1)
    client.configure(refuse_references=["1"])
    client.add("1", "2")
    assert [publication(client, each) is None for each in "12"] == [True, False]

    client.ask("DELETE", "publications/2")
    assert client.ask("POST", "publications/1").status == 202
    client.run()
    assert publication(client, "1") is None


def test_a_share_of_the_ads_is_refused_the_same_ones_each_time(client: Client) -> None:
    client.configure(refuse_share=0.5)
    names = [str(number) for number in range(40)]

    def refused() -> set[str]:
        client.ask("POST", "_reset", {"keep_config": True})
        client.add(*names)
        return {ad["reference"] for ad in client.account()["ads"] if ad["publication"] is None}

    first = refused()
    assert 8 < len(first) < 32
    assert refused() == first
