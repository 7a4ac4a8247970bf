"""The one door to the outside: what answers mean, what is reported, what is never shown."""

from __future__ import annotations

import json

import pytest
from pytest_django import Settings

from config.lib.http import EXCERPT, HttpSession, redact
from config.lib.remote_errors import (
    AddressRefused,
    Exchange,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from tests.config.lib.raw_server import RawServer, Script, answers, hangs_up, says, serving

SECRET = "super-secret-value"


def session(
    server: RawServer, settings: Settings, seen: list[Exchange] | None = None
) -> HttpSession:
    """Open a session to a server of this machine, as if it were the sandbox."""
    settings.SANDBOX_URL = server.url
    settings.HTTP_DEADLINE = 2.0
    report = None if seen is None else seen.append
    return HttpSession(f"{server.url}/api", on_exchange=report)


def outcome(script: Script, settings: Settings) -> object:
    """Return what a call gives or raises."""
    with serving(script) as server, session(server, settings) as http:
        try:
            return http.call("GET", "/x")
        except (Unreachable, Throttled, UnexpectedAnswer) as err:
            return err


# -- what is sent --------------------------------------------------------------------------------
def test_a_call_sends_json_under_the_base_url(settings: Settings) -> None:
    with serving(answers(b'{"id": 7}')) as server, session(server, settings) as http:
        found = http.call("POST", "/carros", json_body={"a": "é"}, params={"page": 2, "q": "a b"})

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/carros?page=2&q=a+b HTTP/1.1")
    assert b"Content-Type: application/json" in head
    assert json.loads(body) == {"a": "é"}
    assert (found.status, found.ok, found.data, found.is_json) == (200, True, {"id": 7}, True)


def test_a_form_is_sent_as_one(settings: Settings) -> None:
    with serving(answers()) as server, session(server, settings) as http:
        http.call("POST", "/token", form={"code": "a&b", "uri": "https://x/?y=é"}, secret=True)

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"code=a%26b&uri=https%3A%2F%2Fx%2F%3Fy%3D%C3%A9"


# -- what comes back -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("500 X", Unreachable),
        ("502 X", Unreachable),
        ("503 X", Unreachable),
        ("504 X", Unreachable),
        ("408 X", Unreachable),
        ("301 X", UnexpectedAnswer),
        ("302 X", UnexpectedAnswer),
        ("429 X", Throttled),
    ],
)
def test_what_a_status_means_for_everybody(
    settings: Settings, status: str, kind: type[Exception]
) -> None:
    err = outcome(answers(b"{}", status=status), settings)

    assert type(err) is kind


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_the_caller_judges_the_others(settings: Settings, status: int) -> None:
    found = outcome(answers(b'{"message": "no"}', status=f"{status} X"), settings)

    assert (found.status, found.ok, found.data) == (status, False, {"message": "no"})  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("0", 0.0), ("-3", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("", None)],
)
def test_a_wait_is_understood_in_seconds_only(
    settings: Settings, text: str, seconds: float | None
) -> None:
    err = outcome(answers(status="429 X", headers=f"Retry-After: {text}\r\n"), settings)

    assert err.retry_after == seconds  # type: ignore[attr-defined]


def test_after_a_429_nothing_was_done_but_after_a_503_one_cannot_know(settings: Settings) -> None:
    later = "Retry-After: 5\r\n"
    throttled = outcome(answers(status="429 X", headers=later), settings)
    unavailable = outcome(answers(status="503 X", headers=later), settings)

    assert (type(throttled), throttled.verdict) == (Throttled, True)  # type: ignore[attr-defined]
    assert (type(unavailable), unavailable.verdict) == (Throttled, False)  # type: ignore[attr-defined]


def test_a_redirect_is_not_followed(settings: Settings) -> None:
    with serving(answers()) as other:
        script = answers(status="302 X", headers=f"Location: {other.url}/\r\n")
        err = outcome(script, settings)

    assert (type(err), str(err)) == (UnexpectedAnswer, "redirect 302")
    assert other.requests == []


@pytest.mark.parametrize("body", [b"<html>", b'{"a":', b"\xff\xfe", b"[" * 100_000])
def test_a_200_that_is_no_json_is_no_answer(settings: Settings, body: bytes) -> None:
    assert type(outcome(answers(body), settings)) is UnexpectedAnswer


def test_a_400_that_is_no_json_is_told_apart(settings: Settings) -> None:
    found = outcome(answers(b"<html>", status="400 X"), settings)

    assert (found.status, found.is_json, found.data) == (400, False, None)  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_answer_is_one(settings: Settings, body: bytes) -> None:
    found = outcome(answers(body), settings)

    assert (found.data, found.is_json) == (None, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "idempotent", "requests"),
    [("GET", None, 3), ("POST", None, 2), ("POST", True, 3), ("GET", False, 2)],
)
def test_only_what_is_idempotent_is_repeated(
    settings: Settings, method: str, idempotent: bool | None, requests: int
) -> None:
    with serving(answers(), hangs_up) as server, session(server, settings) as http:
        http.call("GET", "/first")
        with pytest.raises(Unreachable):
            http.call(method, "/second", idempotent=idempotent)

    assert len(server.requests) == requests


# -- who may be called ---------------------------------------------------------------------------
@pytest.mark.parametrize("sandbox", ["http://127.0.0.1:1", "https://127.0.0.1", "http://localhost"])
def test_only_the_sandboxs_exact_origin_may_be_private(settings: Settings, sandbox: str) -> None:
    settings.SANDBOX_URL = sandbox
    with serving(answers()) as server:
        with HttpSession(server.url) as http, pytest.raises(AddressRefused):
            http.call("GET", "/x")

        assert server.requests == []


def test_an_exchange_that_is_forbidden_is_not_made(settings: Settings) -> None:
    def forbid() -> None:
        raise Unreachable("lease ends", sent=False)

    with serving(answers()) as server:
        settings.SANDBOX_URL = server.url
        with HttpSession(server.url, before_exchange=forbid) as http, pytest.raises(Unreachable):
            http.call("POST", "/x")

        assert server.requests == []


# -- what is reported ----------------------------------------------------------------------------
def test_every_exchange_is_reported_with_its_failure(settings: Settings) -> None:
    seen: list[Exchange] = []
    scripts = answers(b'{"id": 7}'), says(b"junk", keep=False)
    with serving(*scripts) as server, session(server, settings, seen) as http:
        http.call("POST", "/carros?a=1", json_body={"a": 1})
        with pytest.raises(Unreachable):
            http.call("GET", "/b")

    assert [(e.method, e.path, e.status) for e in seen] == [
        ("POST", "/api/carros?a=1", 200),
        ("GET", "/api/b", None),
    ]
    assert (seen[0].request_excerpt, seen[0].answer_excerpt) == ('{"a": 1}', '{"id": 7}')
    assert seen[1].answer_excerpt == "BadStatusLine"


def test_a_login_is_reported_without_its_bodies(settings: Settings) -> None:
    seen: list[Exchange] = []
    script = answers(json.dumps({"t": SECRET}).encode())
    with serving(script) as server, session(server, settings, seen) as http:
        http.call("POST", "/login", json_body={"user": "x", "p": SECRET}, secret=True)

    assert seen[0].status == 200
    assert SECRET not in repr(seen)


def test_tokens_in_headers_are_never_reported(settings: Settings) -> None:
    seen: list[Exchange] = []
    with serving(answers()) as server, session(server, settings, seen) as http:
        answer = http.call("GET", "/x", headers={"Authorization": f"Bearer {SECRET}"})

    assert SECRET.encode() in server.requests[0]
    assert SECRET not in repr(seen)
    assert SECRET not in repr(answer)


def test_a_token_of_the_body_is_hidden_where_the_answer_repeats_it(settings: Settings) -> None:
    seen: list[Exchange] = []
    script = answers(json.dumps({"message": f"bad {SECRET}!"}).encode())
    with serving(script) as server, session(server, settings, seen) as http:
        body = {"access_token": SECRET}
        answer = http.call("POST", "/x", json_body=body, hide=SECRET)

    assert SECRET.encode() in server.requests[0]
    assert SECRET not in repr(seen)
    assert SECRET not in repr(answer)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"token": SECRET, "id": 7}),
        json.dumps({"access_token": SECRET, "id": 7}),
        json.dumps({"Senha": SECRET, "id": 7}),
        json.dumps({"user": "x", "Password": SECRET, "id": 7}, indent=2),
        json.dumps({"a": [{"client_secret": SECRET}], "id": 7}),
        json.dumps({"token": {"value": SECRET}, "id": 7}),
        json.dumps({"tokens": [SECRET], "id": 7}),
        json.dumps({"token": f'quo"ted {SECRET}', "id": 7}),
        f'{{"id":7,"token":"{SECRET}',
        f'{{"id":7,"token":{{"value":"{SECRET}',
        f"id 7 Authorization: Bearer {SECRET}",
        f"/x?id=7&access_token={SECRET}",
        f"/x?id=7&token={SECRET}&page=2",
    ],
)
def test_secrets_are_hidden_wherever_they_stand(text: str) -> None:
    found = redact(text)

    assert SECRET not in found
    assert "7" in found


def test_a_numeric_secret_is_hidden_too() -> None:
    assert redact('{"senha": 90817263, "id": 7}') == '{"senha": "•••", "id": 7}'


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_a_jwt_is_hidden_even_if_cut(parts: int) -> None:
    token = ".".join(
        ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "c2lnbmF0dXJl"][:parts]
    )

    assert redact(f"before {token}") == "before •••"


def test_what_is_no_secret_stays_readable() -> None:
    text = json.dumps({"Placa": "TST0A00", "Valor": "45990.00", "errors": {"Valor": ["inválido"]}})

    assert redact(text) == text


def test_an_excerpt_is_cut_after_its_secrets_are_hidden() -> None:
    start = "x" * (EXCERPT - 20)

    found = redact(f'{start}{{"token": "{SECRET}"}}')

    assert len(found) <= EXCERPT
    assert "super" not in found


def test_hiding_takes_no_time_on_hostile_text() -> None:
    assert len(redact('"token' * 2000)) == EXCERPT
    assert len(redact('"' + "a" * 5000)) == EXCERPT
