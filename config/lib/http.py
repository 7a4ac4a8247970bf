"""HttpSession: the one door to the outside, and the only module that imports requests.

It knows no tables and no portals: it sends, keeps the deadline, translates failures into
`config.lib.remote_errors`, and reports each exchange redacted.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from config.lib.remote_errors import (
    AddressRefused,
    Exchange,
    RemoteError,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from config.lib.wire import Timeouts, WireConnection, origin_of

EXCERPT = 2000
SHORTEST_TOKEN = 8  # characters; anything shorter could be a word of the answer
HIDDEN = "•••".encode()
USER_AGENT = "dealer-office/1.0"
_WORDS = ("password", "senha", "token", "secret", "authorization", "credential")
_NAMES = "|".join(_WORDS)
_SECRET = re.compile(
    rf'("[^"]*(?:{_NAMES})[^"]*"\s*:\s*)'
    r'(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[\[{][^\]}]*(?:[\]}]|$)|[^\s,\]}"]+)',
    re.IGNORECASE,
)
_QUERY = re.compile(rf"((?:^|[?&\s])[^=&\s]*(?:{_NAMES})[^=&\s]*=)[^&\s]+", re.IGNORECASE)
_BEARER = re.compile(r"(bearer\s+)[^\s\"',}]+", re.IGNORECASE)
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*")


def redact(text: str) -> str:
    """Cut a body or path to an excerpt in which tokens and passwords are hidden."""
    text = text[: EXCERPT * 2]
    folded = text.casefold()
    # Almost no text has any of these words, and looking for words is cheaper than for patterns.
    if any(word in folded for word in _WORDS):
        text = _QUERY.sub(r"\1•••", _SECRET.sub(r'\1"•••"', text))
    if "bearer" in folded:
        text = _BEARER.sub(r"\1•••", text)
    return _JWT.sub("•••", text)[:EXCERPT] if "eyJ" in text else text[:EXCERPT]


def _hide_token(request: requests.PreparedRequest, response: requests.Response, hide: str) -> None:
    """Hide what a request was authorised with wherever the answer repeats it, sentences too."""
    bearer = str(request.headers.get("Authorization", "")).rpartition(" ")[2]
    for token in (bearer.encode(), hide.encode()):
        content = response.content or b""
        if len(token) >= SHORTEST_TOKEN and token in content:
            response._content = content.replace(token, HIDDEN)  # noqa: SLF001 - as in the adapter


def _fill(request: requests.PreparedRequest, json_body: Any, form: dict[str, str] | None) -> None:
    """Give a request its body, JSON or form."""
    if json_body is not None:
        request.headers["Content-Type"] = "application/json"
        request.body = json.dumps(json_body, ensure_ascii=False).encode()
    elif form is not None:
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = urlencode(form).encode()


def default_timeouts() -> Timeouts:
    """Return the time-outs of the settings (seconds)."""
    return Timeouts(
        connect=settings.HTTP_CONNECT_TIMEOUT,
        read=settings.HTTP_READ_TIMEOUT,
        total=settings.HTTP_DEADLINE,
    )


class LeanAdapter(BaseAdapter):
    """Transport of requests over one kept connection: a tenth of the CPU of the usual one.

    One adapter serves one origin and one thread.
    """

    def __init__(self, base_url: str, timeouts: Timeouts) -> None:
        super().__init__()
        private = origin_of(base_url) == origin_of(settings.SANDBOX_URL)
        self._wire = WireConnection(base_url, timeouts=timeouts, allow_private=private)

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, *, repeat: bool = False, **_: Any
    ) -> requests.Response:
        """Send a prepared request; raise Unreachable or AddressRefused."""
        parts = urlsplit(str(request.url))
        target = parts.path or "/"
        if parts.query:
            target = f"{target}?{parts.query}"
        body = request.body if isinstance(request.body, bytes) else b""
        answer = self._wire.exchange(
            str(request.method), target, dict(request.headers), body, repeat=repeat
        )
        response = requests.Response()
        response.status_code = answer.status
        response.reason = answer.reason
        response.headers = CaseInsensitiveDict(answer.headers)
        response.url = str(request.url)
        response.request = request
        response._content = answer.body  # noqa: SLF001 - requests offers no other way in
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Close the kept connection."""
        self._wire.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """A decoded answer below 500 that is not 429: the caller judges the status.

    `data` is the decoded JSON, or None when the body is empty; `is_json` tells an HTML page apart.
    """

    status: int
    data: Any
    is_json: bool
    headers: CaseInsensitiveDict[str] = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


def retry_after(response: requests.Response) -> float | None:
    """Return the seconds of a Retry-After header, None if missing or a date."""
    text = response.headers.get("Retry-After", "").strip()
    try:
        return max(0.0, float(text))
    except ValueError:
        return None


class HttpSession:
    """Calls to one base URL. Not for use by several threads at once.

    `on_exchange` is told of every exchange, redacted; `before_exchange` may raise to forbid one.
    `sending` is held only while an exchange is on the wire, so that sessions sharing a semaphore
    share so many connections. Nothing is repeated, except an idempotent request whose kept
    connection had been closed. Redirects are not followed.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeouts: Timeouts | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        before_exchange: Callable[[], None] | None = None,
        sending: AbstractContextManager[Any] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._base_path = urlsplit(self.base_url).path
        self._adapter = LeanAdapter(self.base_url, timeouts or default_timeouts())
        self.on_exchange = on_exchange
        self.before_exchange = before_exchange
        self.sending = sending or nullcontext()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept connection."""
        self._adapter.close()

    def error_for(self, response: requests.Response) -> RemoteError | None:
        """Return what a status means for every system we call; None = the caller judges."""
        status = response.status_code
        if status == 429 or (status == 503 and "Retry-After" in response.headers):
            return Throttled(str(status), retry_after=retry_after(response), verdict=status == 429)
        if status >= 500 or status == 408:
            return Unreachable(str(status))
        if 300 <= status < 400:
            return UnexpectedAnswer(f"redirect {status}")
        return None

    def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        form: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        idempotent: bool | None = None,
        secret: bool = False,
        hide: str = "",
    ) -> Answer:
        """Send one request and return the decoded answer.

        `path` is appended to the base URL and must be percent-encoded. `form` is sent instead of
        JSON. `secret` keeps both bodies out of the report (logins); `hide` is a token that travels
        in the body, hidden wherever the answer repeats it, as that of a header is. Raises
        Unreachable, Throttled, UnexpectedAnswer (2xx that is not JSON, redirect), AddressRefused.
        """
        request = self._prepare(method, path, params, headers or {})
        _fill(request, json_body, form)
        repeat = method == "GET" if idempotent is None else idempotent
        response = self._send(request, repeat=repeat, secret=secret, hide=hide)
        error = self.error_for(response)
        if error is not None:
            raise error
        return self._decode(response)

    def _send(
        self, request: requests.PreparedRequest, *, repeat: bool, secret: bool, hide: str
    ) -> requests.Response:
        """Put a request on the wire and report the exchange, whatever became of it."""
        response: requests.Response | None = None
        problem, started = "", 0.0
        try:
            with self.sending:
                if self.before_exchange is not None:
                    self.before_exchange()
                started = time.monotonic()
                response = self._adapter.send(request, repeat=repeat)
                _hide_token(request, response, hide)
        except (Unreachable, AddressRefused) as err:
            problem = err.detail
            raise
        finally:
            if started:
                self._report(request, response, problem, started, secret=secret)
        return response

    def _prepare(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None,
        headers: dict[str, str],
    ) -> requests.PreparedRequest:
        # Built by hand: PreparedRequest.prepare() costs more than the exchange itself.
        request = requests.PreparedRequest()
        request.method = method
        query = f"?{urlencode(params)}" if params else ""
        request.url = f"{self.base_url}{path}{query}"
        request.headers = CaseInsensitiveDict(
            {"User-Agent": USER_AGENT, "Accept": "application/json", **headers}
        )
        request.body = None
        return request

    def _decode(self, response: requests.Response) -> Answer:
        body: bytes = response.content or b""
        data: Any = None
        is_json = True
        if body.strip():
            try:
                data = json.loads(body)
            except (ValueError, RecursionError) as err:
                is_json = False
                if response.status_code < 300:
                    raise UnexpectedAnswer("not JSON") from err
        return Answer(response.status_code, data, is_json, response.headers)

    def _report(
        self,
        request: requests.PreparedRequest,
        response: requests.Response | None,
        problem: str,
        started: float,
        *,
        secret: bool,
    ) -> None:
        if self.on_exchange is None:
            return
        sent = request.body if isinstance(request.body, bytes) else b""
        got = problem if response is None else (response.content or b"").decode("utf-8", "replace")
        self.on_exchange(
            Exchange(
                method=str(request.method),
                path=redact(str(request.url)[len(self.base_url) - len(self._base_path) :])[:300],
                status=None if response is None else response.status_code,
                milliseconds=int((time.monotonic() - started) * 1000),
                request_excerpt="" if secret else redact(sent.decode("utf-8", "replace")),
                answer_excerpt="" if secret and response is not None else redact(got),
            )
        )
