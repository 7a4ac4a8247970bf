"""A running sandbox, a caller that speaks plain http.client to it, and a server of photos."""

from __future__ import annotations

import http.client
import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from sandbox.names import SourceName
from sandbox.server import run_in_thread
from sandbox.usadosbr.app import UsadosbrSandbox

NAMES = [
    SourceName("car", "Chevrolet", "Onix", "LT 1.0 5p Mec.", ("hatch",)),
    SourceName("car", "Chevrolet", "Prisma", "LTZ 1.4 4p", ("sedan",)),
    SourceName("car", "Fiat", "Mobi", "Easy/Like 1.0", ("hatch",)),
    SourceName("car", "Fiat", "Toro", "Volcano 2.0 Diesel Aut.", ("pickup",)),
    SourceName("car", "Citroën", "C4 Pallas", "GLX 2.0", ("sedan",)),
    SourceName("car", "Ford", "F-1000/F-4000", "XL", ("pickup",)),
    SourceName("car", "Fiat", "Uno", "Edição 0", ("hatch",)),
    SourceName("car", "Fiat", "Uno", "Edição 1", ("hatch",)),
    SourceName("motorcycle", "Honda", "CG 160", "Fan", ("street",)),
    SourceName("motorcycle", "Honda", "Biz 125", "ES", ()),
    SourceName("truck", "Volvo", "FH", "540", ()),
]
CAR = {
    "Operacao": "Adicionar",
    "Status": "Ativo",
    "Codigo": "7998",
    "Placa": "ABC1D23",
    "Valor": "45990.00",
    "Marca": "CHEVROLET",
    "Modelo": "ONIX",
    "Versao": "LT 1.0 5P MEC.",
    "Estilo": "HATCH",
    "Cor": "PRETO",
    "Combustivel": "FLEX",
    "Cambio": "MANUAL",
    "Porta": "5",
    "AnoFabricacao": "2020",
    "AnoModelo": "2021",
    "VeiculoTipo": "0",
    "Kilometragem": 41000,
}
MOTORCYCLE = {
    **{key: value for key, value in CAR.items() if key != "Porta"},
    "Marca": "HONDA",
    "Modelo": "CG 160",
    "Versao": "FAN",
    "Estilo": "STREET",
    "Combustivel": "GASOLINA",
    "Cilindrada": "160",
}


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers, decoded JSON (None if it is none), raw text."""

    status: int
    headers: dict[str, str]
    json: Any
    text: str


@dataclass
class Caller:
    """Speaks to one portal of the sandbox; with a token after `login`."""

    host: str
    token: str = ""

    def send(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own; text bodies go as they are."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        data = body if isinstance(body, str | None) else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            connection.request(method, path, data, {**sent, **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
            return Answer(response.status, dict(response.getheaders()), _decoded(text), text)
        finally:
            connection.close()

    def login(self, user: str = "demo", password: str = "demo-sandbox") -> Answer:
        """Log in and keep the token."""
        answer = self.send("POST", "/usadosbr/login", {"user": user, "password": password})
        self.token = answer.json.get("token", "") if answer.json else ""
        return answer

    def get(self, path: str) -> Answer:
        """A read below the portal."""
        return self.send("GET", f"/usadosbr/{path}")

    def car(self, **changes: object) -> Answer:
        """POST /carros with the good body and these changes; None leaves a key out."""
        return self.send("POST", "/usadosbr/carros", _changed(CAR, changes))

    def motorcycle(self, **changes: object) -> Answer:
        """POST /motos with the good body and these changes; None leaves a key out."""
        return self.send("POST", "/usadosbr/motos", _changed(MOTORCYCLE, changes))

    def remove(self, path: str = "carros", **keys: Any) -> Answer:
        """POST of an Apagar."""
        return self.send("POST", f"/usadosbr/{path}", {"Operacao": "Apagar", **keys})

    def configure(self, **keys: object) -> Answer:
        """POST /_config, which must be understood."""
        answer = self.send("POST", "/usadosbr/_config", keys)
        assert answer.status == 200, answer.text
        return answer

    def state(self) -> Any:
        """GET /_state."""
        return self.get("_state").json

    def ads(self, user: str = "demo") -> Any:
        """The ads that the portal holds of a user."""
        return self.state()["accounts"][user]["ads"]


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _changed(body: dict[str, Any], changes: dict[str, object]) -> dict[str, Any]:
    return {key: value for key, value in {**body, **changes}.items() if value is not None}


@pytest.fixture(scope="session")
def sandbox_host() -> Iterator[str]:
    """Host and port of a sandbox with a small catalogue."""
    with run_in_thread([UsadosbrSandbox(NAMES)]) as running:
        yield running.origin.removeprefix("http://")


@pytest.fixture
def stranger(sandbox_host: str) -> Caller:
    """A caller without a token; the portal is fresh."""
    caller = Caller(sandbox_host)
    assert caller.send("POST", "/usadosbr/_reset").status == 200
    return caller


@pytest.fixture
def portal(stranger: Caller) -> Caller:
    """The demo advertiser, logged in; the portal is fresh."""
    assert stranger.login().status == 200
    return stranger


@dataclass
class PhotoServer:
    """Serves pictures by path and counts how often each was asked for."""

    origin: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> str:
        """Serve these bytes; the address."""
        self.files[f"/{name}"] = content
        return f"{self.origin}/{name}"

    def picture(self, name: str, width: int, height: int, *, kind: str = "PNG") -> str:
        """Serve a picture of that size; the address."""
        return self.add(name, picture(width, height, kind=kind))


def picture(width: int, height: int, *, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a plain picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "gray").save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def make_picture() -> Callable[..., bytes]:
    """Makes pictures of a size."""
    return picture


@pytest.fixture
def photos() -> Iterator[PhotoServer]:
    """A running photo server."""
    served = PhotoServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            content, target = served.files.get(self.path), served.redirects.get(self.path)
            self.send_response(302 if target else 200 if content is not None else 404)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # the checker may hang up as soon as it knows enough

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    served.origin = f"http://127.0.0.1:{server.server_address[1]}"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()
