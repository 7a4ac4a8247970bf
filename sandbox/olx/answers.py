"""Bodies of the portal's answers, in the shapes that the switches choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.olx.behaviour import Behaviour
from sandbox.olx.state import Import, JsonObject, Operation
from sandbox.wire import Response, json_response

_REFUSALS = {
    401: "invalid_token",
    403: "insufficient_scope",
    404: "not_found",
    405: "method_not_allowed",
    429: "too_many_requests",
    500: "server_error",
    503: "temporarily_unavailable",
}
# `autoupload/import`, statusCode and the sentence that goes with it (the wording is ours).
MESSAGES = {
    0: "Importação aceita para processamento.",
    -1: "Erro inesperado.",
    -2: "Bloqueado temporariamente: excesso de requisições.",
    -3: "Nenhum anúncio para importar.",
    -4: "Há anúncio inválido; a importação inteira foi cancelada.",
    -5: "O serviço de importação está desligado.",
    -6: "Sem permissão para importar anúncios.",
}


@dataclass(frozen=True, slots=True)
class Written(Response):
    """An answer behind which something was changed: the only kind that can be lost after work."""


def refusal(status: int) -> Response:
    """A refusal in the manner of OAuth; the document prints none but that of the token call."""
    return json_response({"error": _REFUSALS.get(status, "invalid_request")}, status=status)


def bad_request(error: str = "invalid_request", description: str = "") -> Response:
    """400 with an error, as the token call answers."""
    body = {"error": error}
    if description:
        body["error_description"] = description
    return json_response(body, status=400)


def written(payload: object, *, status: int = 200) -> Written:
    """JSON behind which something was changed."""
    plain = json_response(payload, status=status)
    return Written(status=plain.status, body=plain.body)


def import_answer(
    code: int,
    *,
    token: str | None = None,
    errors: Sequence[JsonObject] = (),
    message: str = "",
    status: int = 200,
) -> Response:
    """`{token, statusCode, statusMessage, errors[]}`; written when something was taken in."""
    body = {
        "token": token,
        "statusCode": code,
        "statusMessage": message or MESSAGES[code],
        "errors": list(errors),
    }
    return json_response(body, status=status) if token is None else written(body, status=status)


def line_error(own_id: str, categories: Sequence[str]) -> JsonObject:
    """One entry of `errors[]`."""
    messages = [{"category": each} for each in categories]
    return {"id": own_id, "status": "error", "messages": messages}


def import_status(held: Import, *, origin: str, behaviour: Behaviour) -> Response:
    """What became of an import: `autoupload_status` and `ads` by our id or as an array."""
    ads = {
        each.id: _operation(each, origin=origin, behaviour=behaviour) for each in held.operations
    }
    shown: object = ads
    if behaviour.ads_shape == "array":
        shown = [{"id": own_id, **entry} for own_id, entry in ads.items()]
    done = "done" if held.is_done else "pending"
    return json_response({"autoupload_status": done, "ads": shown})


def _operation(held: Operation, *, origin: str, behaviour: Behaviour) -> JsonObject:
    messages: list[object] = list(held.messages)
    if behaviour.message_shape == "objects":
        messages = [{"category": each} for each in held.messages]
    status = behaviour.accepted_word if held.status == "accepted" else held.status
    entry: JsonObject = {"status": status, "operation": held.operation, "message": messages}
    if held.list_id is not None:
        entry["list_id"] = held.list_id
        entry["url"] = advert_url(held.list_id, origin=origin)
    return entry


def advert_url(list_id: int, *, origin: str) -> str:
    """The public page of an ad."""
    return f"{origin}/olx/anuncio/{list_id}"
