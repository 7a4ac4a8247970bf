"""What the demo dealer writes about its vehicles, in the language of its buyers."""

from __future__ import annotations

from office.demo.fleet import DemoVehicle

_OPENINGS = (
    "Único dono, com manual e chave reserva.",
    "Revisões em dia, todas carimbadas.",
    "Veículo periciado e aprovado, sem detalhes.",
    "Carro de não fumante, interior impecável.",
    "Muito bem cuidado, pronto para viajar.",
    "Baixa quilometragem para o ano.",
)
_MOTORCYCLE_OPENINGS = (
    "Moto de garagem, nunca caiu.",
    "Relação e pneus novos.",
    "Revisada na concessionária, com manual.",
    "Econômica e confortável para o dia a dia.",
)
_TRUCK_OPENINGS = (
    "Caminhão de frota própria, com histórico de manutenção.",
    "Pneus em bom estado, pronto para o trabalho.",
)
_MIDDLES = (
    "Aceitamos seu usado na troca e financiamos em até 60 vezes.",
    "Garantia de três meses para motor e câmbio.",
    "Documentação em dia, transferência imediata.",
    "Agende um test drive e venha conferir de perto.",
    "Financiamento facilitado com entrada a partir de 20%.",
)
_ENDINGS = (
    "Loja Demonstração: de segunda a sábado, das 8h às 18h.",
    "Fale com a nossa equipe e faça sua proposta.",
    "Visite a nossa loja e tome um café com a gente.",
)
_LONG = (
    "A equipe conferiu itens de segurança, suspensão, freios, ar-condicionado, parte elétrica e "
    "documentação. "
)
LONG_TEXT = 2300  # characters; more than any portal we know takes


def description_of(vehicle: DemoVehicle, *, kind: str) -> str:
    """Return a short text for the ad (a long one for the twist); kind is car, motorcycle, truck."""
    openings = {"motorcycle": _MOTORCYCLE_OPENINGS, "truck": _TRUCK_OPENINGS}.get(kind, _OPENINGS)
    lot = vehicle.lot("words")
    text = "\n".join(
        (
            openings[lot % len(openings)],
            _MIDDLES[lot // 7 % len(_MIDDLES)],
            _ENDINGS[lot // 41 % len(_ENDINGS)],
        )
    )
    if vehicle.twist != "long_text":
        return text
    return (text + "\n" + _LONG * (LONG_TEXT // len(_LONG) + 1))[: LONG_TEXT - 1] + "."


# Names of the shipped optionals, by what they suit.
CAR_OPTIONALS = (
    "Ar condicionado", "Travas elétricas", "Vidros elétricos", "Freio ABS", "Air Bag",
    "Direção hidráulica", "Alarme", "Rodas de liga leve", "Computador de bordo", "Rádio",
    "Retrovisores elétricos", "Sensor de estacionamento", "Volante com regulagem de altura",
    "Desembaçador traseiro", "Bluetooth", "Limpador traseiro", "Sensor de chuva",
    "Controle de tração", "Controle automático de velocidade", "Câmera de ré",
)  # fmt: skip
MOTORCYCLE_OPTIONALS = ("Alarme", "Freio ABS", "Computador de bordo", "Rodas de liga leve")
# Known to us, to no portal of the demo.
RARE_OPTIONALS = ("Bancos dianteiros com aquecimento", "Rádio e Toca fitas")


def optionals_of(vehicle: DemoVehicle, *, kind: str) -> list[str]:
    """Return names of optionals that this vehicle has."""
    if kind == "truck":
        return []
    names = MOTORCYCLE_OPTIONALS if kind == "motorcycle" else CAR_OPTIONALS
    lot = vehicle.lot("optionals")
    # Buyers expect the first ones in every car; the rest differs from car to car.
    chosen = [name for place, name in enumerate(names) if place < 3 or lot >> place & 1]
    return [*chosen, *RARE_OPTIONALS] if vehicle.twist == "rare_optional" else chosen
