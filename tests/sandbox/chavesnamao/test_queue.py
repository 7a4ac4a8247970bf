"""Every write waits in a queue and is done later, in order of arrival."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest

from tests.sandbox.chavesnamao.conftest import Client, patiently, waiting_jobs


def test_a_write_is_accepted_and_told_in_the_header(client: Client) -> None:
    answer = client.post()
    [job] = waiting_jobs(answer)

    assert answer.status == 202
    assert set(job) == {"jobId", "messageType", "endpoint", "timestamp"}
    assert (job["messageType"], job["endpoint"]) == ("create_vehicle", "/vehicles/V-1")
    assert job["jobId"].startswith("create_vehicle-1-V-1")
    assert job["timestamp"].endswith("Z")


def test_jobs_may_be_shown_as_in_the_table(client: Client) -> None:
    client.configure(job_words="upper", job_times="number")
    [job] = waiting_jobs(client.post())

    assert job["messageType"] == "CREATE_VEHICLE"
    assert abs(job["timestamp"] / 1000 - time.time()) < 5


def test_what_is_queued_is_202_and_what_is_unknown_is_404(client: Client) -> None:
    client.post()

    for path in ("vehicles", "publications"):
        queued = client.get(f"{path}/V-1")
        assert (queued.status, len(waiting_jobs(queued))) == (202, 1)
        assert client.get(f"{path}/V-2").status == 404
    assert client.get("vehicles").json["data"] == []

    client.run()
    there = client.get("vehicles/V-1")
    assert (there.status, waiting_jobs(there)) == (200, None)


def test_a_vehicle_tells_what_waits_to_be_done_with_it(client: Client) -> None:
    client.add("V-1", "V-2")
    client.put("V-1", value=1)
    client.ask("DELETE", "vehicles/V-1")
    answer = client.get("vehicles/V-1")

    assert (answer.status, answer.json["value"]) == (200, 45990)
    told = [job["messageType"] for job in waiting_jobs(answer)]
    assert told == ["update_vehicle", "delete_vehicle"]
    assert waiting_jobs(client.get("vehicles/V-2")) is None


def test_jobs_are_done_in_order_of_arrival(client: Client) -> None:
    client.post(value=1)
    client.put(value=2)
    client.put(value=3)

    assert [client.run(1), client.shown()["value"]] == [1, 1]
    assert [client.run(1), client.shown()["value"]] == [1, 2]
    assert [client.run(), client.shown()["value"]] == [1, 3]


def test_a_queue_is_done_by_itself_after_its_time(client: Client) -> None:
    client.configure(hold_queue=False, queue_seconds=0.3, queue_spread_seconds=0)
    begin = time.monotonic()
    client.post()

    assert client.get("vehicles/V-1").status == 202
    patiently(lambda: client.get("vehicles/V-1").status == 200)
    assert 0.3 <= time.monotonic() - begin < 2


def test_a_held_queue_goes_on_when_it_is_let_go(client: Client) -> None:
    client.post()
    time.sleep(0.15)
    assert client.get("vehicles/V-1").status == 202

    client.configure(hold_queue=False)
    patiently(lambda: client.get("vehicles/V-1").status == 200)


def test_one_queue_may_be_held_alone(client: Client) -> None:
    client.configure(
        accounts=[{"token": "t2"}], hold_queue=False, per_account={"t2": {"hold_queue": True}}
    )
    other = Client(client.host, trim=client.trim)
    other.enter("t2")
    other.post()
    client.post()

    patiently(lambda: client.get("vehicles/V-1").status == 200)
    assert other.get("vehicles/V-1").status == 202
    assert client.get("_queue").json["waiting"] == {"demo": 0, "t2": 1}
    assert client.run(user="t2") == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_will_not_be_there_cannot_be_changed(client: Client, method: str) -> None:
    body = client.body() if method == "PUT" else None
    assert client.ask(method, "vehicles/V-1", body).status == 404

    client.post()
    assert client.ask(method, "vehicles/V-1", body).status == 202
    client.run()


def test_after_a_queued_deletion_the_reference_is_free(client: Client) -> None:
    client.add("V-1")
    assert client.ask("DELETE", "vehicles/V-1").status == 202
    assert client.put().status == 404
    assert client.post().status == 202
    client.run()

    assert client.get("vehicles/V-1").status == 200
    history = client.account()["history"]
    assert (history["creates"], history["deletes"]) == (2, 1)
    assert history["recreated"] == {"V-1": 2}


def test_jobs_may_come_to_nothing_without_a_word(client: Client) -> None:
    client.post()
    assert client.ask("POST", "_queue", {"fail": 1}).json["done"] == 1

    assert client.get("vehicles/V-1").status == 404
    assert client.account()["history"]["failed_jobs"] == [
        {"kind": "CREATE_VEHICLE", "reference": "V-1", "reason": "the portal lost it"}
    ]


def test_jobs_come_to_nothing_at_a_rate(client: Client) -> None:
    client.configure(fail_jobs_rate=1, hold_queue=False)
    client.post()

    patiently(lambda: client.get("vehicles/V-1").status == 404)


def test_a_second_creation_may_be_queued_and_never_makes_two(client: Client) -> None:
    client.configure(queue_doubles=True)
    assert [client.post().status, client.post(value=2).status] == [202, 202]
    client.run()

    assert client.shown()["value"] == 45990
    account = client.account()
    assert [ad["creates"] for ad in account["ads"]] == [1]
    assert account["history"]["failed_jobs"][0]["reason"] == "the reference is there already"
    assert client.post().status == 422


def test_an_answer_may_be_lost_after_the_job_was_queued(client: Client) -> None:
    client.configure(lose_answers_next=1)

    with pytest.raises(ConnectionError):
        client.post()
    assert client.run() == 1
    assert client.shown()["reference"] == "V-1"


def test_a_500_before_the_write_queues_nothing(client: Client) -> None:
    client.configure(fail_rate=1)

    assert client.post().status == 500
    assert client.run() == 0


def test_a_reset_empties_the_queue(client: Client) -> None:
    client.post()
    client.ask("POST", "_reset", {"keep_config": True})

    assert client.run() == 0
    assert client.account()["ads"] == []


def test_a_reference_may_be_any_text(client: Client) -> None:
    reference = "pátio/ñ 1"
    assert client.post(reference=reference).status == 202
    answer = client.get(f"vehicles/{quote(reference, safe='')}")

    assert waiting_jobs(answer)[0]["endpoint"] == f"/vehicles/{reference}"
    client.run()
    assert client.shown(quote(reference, safe=""))["reference"] == reference


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"run": -1}, "run"),
        ({"run": "some"}, "run"),
        ({"fail": True}, "fail"),
        ({"user": "x"}, "user"),
        ({"user": ["x"]}, "user"),
        ({"drop": 1}, "body"),
        ([], "body"),
        ("{", "body"),
    ],
)
def test_a_bad_lever_names_its_key(client: Client, body: object, field: str) -> None:
    client.post()
    answer = client.ask("POST", "_queue", body)

    assert (answer.status, list(answer.json["errors"])) == (422, [field])
    assert client.run() == 1
