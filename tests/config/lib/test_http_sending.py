"""Sessions may share their connections: what they share is held on the wire and nowhere else."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from pytest_django import Settings

from config.lib.http import HttpSession
from config.lib.remote_errors import Exchange, Unreachable
from tests.config.lib.raw_server import answers, serving


def test_what_is_shared_is_held_from_the_last_check_to_the_whole_answer(settings: Settings):
    events: list[str] = []

    @contextmanager
    def turn():
        events.append("taken")
        yield
        events.append("given back")

    with serving(answers(b"{}")) as server:
        settings.SANDBOX_URL = server.url
        with HttpSession(
            server.url,
            sending=turn(),
            before_exchange=lambda: events.append("checked"),
            on_exchange=lambda exchange: events.append(f"reported {exchange.status}"),
        ) as http:
            http.call("GET", "/x")

    assert events == ["taken", "checked", "given back", "reported 200"]


def test_an_exchange_forbidden_at_the_last_moment_is_none(settings: Settings):
    reported: list[Exchange] = []

    def forbid() -> None:
        raise Unreachable("lease ends", sent=False)

    with serving(answers(b"{}")) as server:
        settings.SANDBOX_URL = server.url
        with (
            HttpSession(server.url, before_exchange=forbid, on_exchange=reported.append) as http,
            pytest.raises(Unreachable),
        ):
            http.call("POST", "/x", json_body={})

    assert (server.requests, reported) == ([], [])
