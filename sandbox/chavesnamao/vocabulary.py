"""The words of the document's vehicle object, and invented lists of what has ids.

Chaves na Mão, Vehicle API v2, "Objeto para criação e edição do veículo". The document does not
print accessories and other infos; those here are invented.
"""

from __future__ import annotations

CAR, MOTORCYCLE = "C", "M"

COLOURS = frozenset(
    {
        "BLACK", "RED", "SILVER", "GREEN", "YELLOW", "BLUE", "METALLIC_WHITE", "GREY", "LEAD",
        "BEIGE", "ORANGE", "BURGUNDY", "BROWN", "GOLDEN", "PURPLE", "PINK", "MULTICOLORED",
        "OTHER", "WINE", "PEARL_WHITE", "CHAMPAGNE", "BRONZE",
    }
)  # fmt: skip
GEARBOXES = frozenset({"AUTOMATIC", "MANUAL"})
FUELS = frozenset(
    {
        "ETHANOL", "GASOLINE", "DIESEL", "FLEX", "GNV+ETHANOL", "GNV+GASOLINE", "GNV+FLEX",
        "HYBRID", "ELETRIC", "GNV",
    }
)  # fmt: skip
# The sample of a read shows a word that is not among those of a write.
SHOWN_FUELS = {"ETHANOL": "ALCOHOL"}

ACCESSORIES, OTHER_INFOS = "accessories", "otherinfo"
_CAR_ACCESSORIES = (
    "Airbag", "Airbag duplo", "Alarme", "Apoio de braço", "Ar-condicionado", "Ar quente",
    "Bancos em couro", "Bancos elétricos", "Bluetooth", "Câmera de ré", "Central multimídia",
    "Computador de bordo", "Controle de estabilidade", "Controle de tração",
    "Desembaçador traseiro", "Direção elétrica", "Direção hidráulica", "Encosto de cabeça traseiro",
    "Entrada USB", "Faróis de LED", "Faróis de neblina", "Freios ABS", "GPS", "Isofix",
    "Limpador traseiro", "Piloto automático", "Rodas de liga leve", "Sensor de chuva",
    "Sensor de estacionamento", "Teto solar", "Tração 4x4", "Travas elétricas",
    "Vidros elétricos", "Volante com regulagem de altura",
)  # fmt: skip
_MOTORCYCLE_ACCESSORIES = (
    "Alarme", "Baú", "Bluetooth", "Controle de tração", "Freio a disco", "Freios ABS", "GPS",
    "Painel digital", "Partida elétrica", "Protetor de mão", "Protetor de motor",
    "Rodas de liga leve",
)  # fmt: skip
_OTHER_INFOS = (
    "Aceita troca", "Alienado", "Garantia de fábrica", "IPVA pago", "Licenciado",
    "Revisões em dia", "Único dono",
)  # fmt: skip
SHORT_LISTS = {
    CAR: {ACCESSORIES: _CAR_ACCESSORIES, OTHER_INFOS: _OTHER_INFOS},
    MOTORCYCLE: {ACCESSORIES: _MOTORCYCLE_ACCESSORIES, OTHER_INFOS: _OTHER_INFOS},
}
