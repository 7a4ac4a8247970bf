"""The portal's reads: catalogue lists, plans, status of an ad, the advertiser's list of ads.

Usadosbr API document, section "Endpoints de Consulta".
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.catalogue import ModelNode
from sandbox.usadosbr.answers import (
    JsonObject,
    failure,
    name_list,
    page_numbers,
    paged,
    plan_list,
)
from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.catalogue import Catalogue
from sandbox.usadosbr.routing import TYPE, Call, Route
from sandbox.usadosbr.saving import read_status
from sandbox.usadosbr.state import Ad, Store
from sandbox.wire import Response, json_response

_LOWER_KEYS = {
    "Codigo": "codigo",
    "Placa": "placa",
    "Valor": "valor",
    "Marca": "marca",
    "Modelo": "modelo",
    "Versao": "versao",
    "Estilo": "estilo",
    "Cor": "cor",
    "Combustivel": "combustivel",
    "Cambio": "cambio",
    "Porta": "porta",
    "Cilindrada": "cilindrada",
    "AnoFabricacao": "ano_fabricacao",
    "AnoModelo": "ano_modelo",
    "VeiculoTipo": "veiculo_tipo",
    "Kilometragem": "kilometragem",
    "Blindagem": "blindagem",
    "UnicoDono": "unico_dono",
    "Video": "video",
    "Destaque": "destaque",
    "Opcionais": "opcionais",
    "Observacoes": "observacoes",
    "Fotos": "fotos",
}


class Consultation:
    """The handlers of all reads."""

    def __init__(self, catalogue: Catalogue, *, store: Store) -> None:
        """Answer from this catalogue and store."""
        self.catalogue = catalogue
        self.store = store

    def routes(self) -> tuple[Route, ...]:
        """Paths of the document; the short lists come last because their name is a variable."""
        return (
            Route("GET", "consultar/planos", self.plans),
            Route("GET", f"{TYPE}/consultar", self.ads),
            Route("GET", f"{TYPE}/consultar/status/{{code}}", self.status),
            Route("GET", f"{TYPE}/consultar/marcas", self.brands),
            Route("GET", f"{TYPE}/consultar/modelos/{{marca}}", self.models),
            Route("GET", f"{TYPE}/consultar/versoes/{{marca}}/{{modelo}}", self.versions),
            Route("GET", f"{TYPE}/consultar/estilos/{{marca}}/{{modelo}}", self.styles),
            Route("GET", f"{TYPE}/consultar/{{list}}", self.short_list),
        )

    async def plans(self, call: Call) -> Response:
        """Highlights of the advertiser: released, total, used."""
        return plan_list(list(self.store.plans(call.account)), behaviour=call.behaviour)

    async def ads(self, call: Call) -> Response:
        """The advertiser's ads of one type, by pages, oldest first."""
        kind = call.parts["type"]
        ads = self.store.of_kind(call.account.user, kind)
        page, per_page = page_numbers(call.request.query)
        origin = call.request.origin
        rows = [
            _row(ad, origin=origin, behaviour=call.behaviour)
            for ad in ads[(page - 1) * per_page : page * per_page]
        ]
        address = f"{origin}/usadosbr/{kind}/consultar"
        return paged(rows, total=len(ads), page=page, per_page=per_page, address=address)

    async def status(self, call: Call) -> Response:
        """The status of the (oldest) ad of the advertiser's reference."""
        ad = self.store.by_code(call.account.user, call.parts["type"], call.parts["code"])
        if ad is None:
            return _ad_not_found(call.behaviour)
        answer: JsonObject = {
            "id": ad.number,
            "codigo": ad.code,
            "status": call.behaviour.word(read_status(ad)),
            "destaque": ad.highlight,
            "url": f"{call.request.origin}/usadosbr/anuncio/{ad.number}",
        }
        if ad.status == "Recusado" and ad.reason:
            answer["motivo"] = ad.reason
        return json_response(answer)

    async def brands(self, call: Call) -> Response:
        """Brands of the type."""
        brands = self.catalogue.brands[call.parts["type"]]
        return _names(((node.number, name) for name, node in brands.items()), call)

    async def models(self, call: Call) -> Response:
        """Models of a brand."""
        brand = self.catalogue.brands[call.parts["type"]].get(call.parts["marca"])
        if brand is None:
            return failure(404, "Marca não encontrada")
        return _names(((node.number, name) for name, node in brand.models.items()), call)

    async def versions(self, call: Call) -> Response:
        """Versions of a model."""
        model = self._model(call)
        if model is None:
            return failure(404, "Modelo não encontrado")
        return _names(((number, name) for name, number in model.versions.items()), call)

    async def styles(self, call: Call) -> Response:
        """Styles of a model."""
        model = self._model(call)
        if model is None:
            return failure(404, "Modelo não encontrado")
        return _names(((number, name) for name, number in model.styles.items()), call)

    async def short_list(self, call: Call) -> Response:
        """Colours, fuels, gearboxes, doors (cars), displacements (motorcycles), optionals."""
        try:
            names = self.catalogue.short_list(call.parts["type"], call.parts["list"])
        except KeyError:
            return failure(404, "Consulta não encontrada")
        return _names(((number, name) for name, number in names.items()), call)

    def _model(self, call: Call) -> ModelNode | None:
        parts = call.parts
        return self.catalogue.model(parts["type"], parts["marca"], parts["modelo"])


def _names(names: Iterable[tuple[int, str]], call: Call) -> Response:
    return name_list(sorted(names, key=lambda each: each[1]), behaviour=call.behaviour)


def _ad_not_found(behaviour: Behaviour) -> Response:
    if behaviour.status_not_found == "empty":
        return json_response({"data": []})
    return failure(int(behaviour.status_not_found), "Veículo não encontrado")


def _row(ad: Ad, *, origin: str, behaviour: Behaviour) -> JsonObject:
    """One ad in the list. Reading the list does not move a review on."""
    status = behaviour.word(ad.status)
    url = f"{origin}/usadosbr/anuncio/{ad.number}"
    if behaviour.list_keys == "document":
        return {"id": ad.number, "Status": status, **ad.payload, "url": url}
    held = {_LOWER_KEYS[key]: value for key, value in ad.payload.items()}
    return {"id": ad.number, "status": status, **held, "url": url}
