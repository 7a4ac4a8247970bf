"""The portal's short lists, in its own spelling: colours, fuels, gearboxes, doors and so on.

Its words are its own: some agree with those of the trade, some do not, some are missing.
"""

from __future__ import annotations

CARS = "carros"
MOTORCYCLES = "motos"

COLOURS = (
    "AMARELO", "AZUL", "BEGE", "BRANCO", "BRONZE", "CINZA", "DOURADO", "INDEFINIDA", "LARANJA",
    "MARROM", "PRATA", "PRETO", "ROSA", "ROXO", "VERDE", "VERMELHO", "VINHO",
)  # fmt: skip
CAR_FUELS = (
    "ÁLCOOL", "DIESEL", "ELÉTRICO", "FLEX", "GÁS NATURAL", "GASOLINA", "HÍBRIDO",
)  # fmt: skip
MOTORCYCLE_FUELS = ("ELÉTRICO", "FLEX", "GASOLINA", "HÍBRIDO")
CAR_GEARBOXES = ("AUTOMÁTICO", "AUTOMATIZADO", "CVT", "MANUAL", "SEMI-AUTOMÁTICO")
MOTORCYCLE_GEARBOXES = ("AUTOMÁTICO", "AUTOMATIZADO", "CVT", "MANUAL", "SEMI-AUTOMÁTICO")
DOORS = ("2", "3", "4", "5")
CAR_STYLES = (
    "BUGGY", "CONVERSÍVEL", "CUPÊ", "HATCH", "MINIVAN", "PERUA/SW", "PICAPE", "SEDÃ", "SUV",
    "VAN/UTILITÁRIO",
)  # fmt: skip
MOTORCYCLE_STYLES = (
    "CUSTOM", "ESPORTIVA", "NAKED", "OFF-ROAD", "QUADRICICLO", "SCOOTER", "STREET", "TOURING",
    "TRAIL",
)  # fmt: skip
DISPLACEMENTS = tuple(
    str(cubic_centimetres)
    for cubic_centimetres in (
        0, 49, 50, 60, 65, 70, 75, 79, 80, 85, 86, 90, 95, 97, 100, 105, 107, 109, 110, 112, 113,
        115, 120, 124, 125, 130, 135, 140, 145, 149, 150, 151, 152, 155, 156, 160, 162, 163, 170,
        174, 175, 180, 185, 190, 195, 198, 200, 202, 220, 223, 224, 225, 229, 230, 237, 240, 245,
        249, 250, 260, 270, 278, 280, 286, 292, 293, 295, 296, 300, 310, 312, 313, 316, 320, 321,
        325, 330, 334, 349, 350, 360, 370, 373, 380, 390, 394, 398, 399, 400, 401, 410, 411, 420,
        426, 430, 440, 449, 450, 457, 460, 466, 471, 480, 490, 493, 499, 500, 501, 502, 505, 510,
        520, 525, 530, 535, 550, 560, 570, 575, 580, 593, 599, 600, 610, 618, 620, 625, 630, 636,
        640, 645, 647, 648, 649, 650, 652, 654, 656, 660, 670, 675, 680, 686, 689, 690, 695, 696,
        698, 700, 701, 708, 720, 724, 730, 744, 745, 748, 749, 750, 755, 765, 782, 790, 796, 797,
        798, 800, 801, 803, 805, 814, 821, 839, 845, 847, 848, 849, 850, 853, 865, 883, 888, 889,
        890, 895, 899, 900, 901, 904, 910, 916, 920, 937, 939, 944, 946, 947, 948, 950, 955, 959,
        975, 976, 979, 987, 989, 990, 992, 995, 996, 997, 998, 999, 1000, 1002, 1030, 1037, 1043,
        1050, 1052, 1062, 1064, 1074, 1078, 1079, 1080, 1084, 1085, 1090, 1098, 1099, 1100, 1103,
        1125, 1130, 1133, 1137, 1140, 1150, 1158, 1160, 1164, 1170, 1176, 1190, 1195, 1197, 1198,
        1199, 1200, 1202, 1215, 1237, 1250, 1252, 1254, 1255, 1260, 1262, 1290, 1298, 1299, 1300,
        1301, 1304, 1330, 1340, 1352, 1400, 1441, 1442, 1449, 1450, 1500, 1520, 1584, 1585, 1600,
        1649, 1650, 1670, 1690, 1700, 1731, 1745, 1746, 1783, 1795, 1800, 1801, 1802, 1811, 1832,
        1833, 1868, 1890, 1900, 1923, 1977, 2000, 2294, 2300, 2458, 2500,
    )
)  # fmt: skip
CAR_OPTIONALS = (
    "AIRBAG", "AIRBAGS DE CORTINA", "AIRBAGS LATERAIS", "ALARME", "ALERTA DE COLISÃO FRONTAL",
    "ALERTA DE MUDANÇA DE FAIXA", "ALERTA DE PONTO CEGO", "ANDROID AUTO", "APPLE CARPLAY",
    "AR CONDICIONADO", "AR CONDICIONADO DIGITAL", "AR QUENTE",
    "ASSISTENTE DE PARTIDA EM RAMPA", "BANCO COM REGULAGEM DE ALTURA", "BANCO ELÉTRICO",
    "BANCOS DE COURO", "BLUETOOTH", "CÂMERA 360°", "CÂMERA DE RÉ", "CAPOTA MARÍTIMA", "CD PLAYER",
    "CENTRAL MULTIMÍDIA", "CHAVE PRESENCIAL", "COMPUTADOR DE BORDO", "CONTROLE DE ESTABILIDADE",
    "CONTROLE DE TRAÇÃO", "DESEMBAÇADOR TRASEIRO", "DIREÇÃO ELÉTRICA", "DIREÇÃO HIDRÁULICA",
    "DVD PLAYER", "ENCOSTO DE CABEÇA TRASEIRO", "ENGATE", "ENTRADA USB", "ESTRIBO",
    "FARÓIS DE LED", "FAROL DE NEBLINA", "FAROL DE XENÔNIO",
    "FREIO DE ESTACIONAMENTO ELÉTRICO", "FREIOS ABS", "GPS", "ISOFIX", "KIT MULTIMÍDIA",
    "LIMPADOR TRASEIRO", "PAINEL DIGITAL", "PARTIDA POR BOTÃO", "PILOTO AUTOMÁTICO",
    "PORTA-MALAS ELÉTRICO", "PROTETOR DE CAÇAMBA", "RACK DE TETO", "RÁDIO",
    "RETROVISOR FOTOCRÔMICO", "RETROVISORES ELÉTRICOS", "RODAS DE LIGA LEVE", "SANTO ANTÔNIO",
    "SENSOR DE CHUVA", "SENSOR DE ESTACIONAMENTO", "SISTEMA START STOP", "TETO PANORÂMICO",
    "TETO SOLAR", "TRAÇÃO 4X4", "TRAVAS ELÉTRICAS", "TROCA DE MARCHA NO VOLANTE",
    "VIDROS ELÉTRICOS", "VOLANTE COM REGULAGEM DE ALTURA", "VOLANTE MULTIFUNCIONAL",
)  # fmt: skip
MOTORCYCLE_OPTIONALS = (
    "ALARME", "BAULETO", "BLUETOOTH", "BOLSAS LATERAIS", "COMPUTADOR DE BORDO",
    "CONTROLE DE TRAÇÃO", "ENTRADA USB", "FARÓIS DE LED", "FAROL DE NEBLINA", "FREIO A DISCO",
    "FREIOS ABS", "GPS", "PAINEL DIGITAL", "PARTIDA ELÉTRICA", "PILOTO AUTOMÁTICO",
    "PROTETOR DE MÃO", "PROTETOR DE MOTOR", "RODAS DE LIGA LEVE", "SISTEMA START STOP",
    "TOMADA 12V",
)  # fmt: skip

# What the catalogue reads under `/{type}/consultar/{list}`, for each type.
SHORT_LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    CARS: {
        "cores": COLOURS,
        "combustiveis": CAR_FUELS,
        "cambios": CAR_GEARBOXES,
        "portas": DOORS,
        "opcionais": CAR_OPTIONALS,
    },
    MOTORCYCLES: {
        "cores": COLOURS,
        "combustiveis": MOTORCYCLE_FUELS,
        "cambios": MOTORCYCLE_GEARBOXES,
        "cilindradas": DISPLACEMENTS,
        "opcionais": MOTORCYCLE_OPTIONALS,
    },
}

STYLES = {CARS: CAR_STYLES, MOTORCYCLES: MOTORCYCLE_STYLES}

# Words of the name file (folded) to the portal's spelling of the style.
STYLE_WORDS = {
    "hatch": "HATCH", "hatchback": "HATCH", "sedan": "SEDÃ", "seda": "SEDÃ", "suv": "SUV",
    "pickup": "PICAPE", "pick-up": "PICAPE", "picape": "PICAPE", "wagon": "PERUA/SW",
    "perua": "PERUA/SW", "perua/sw": "PERUA/SW", "sw": "PERUA/SW", "minivan": "MINIVAN",
    "coupe": "CUPÊ", "cupe": "CUPÊ", "convertible": "CONVERSÍVEL", "conversivel": "CONVERSÍVEL",
    "cabrio": "CONVERSÍVEL", "van": "VAN/UTILITÁRIO", "furgao": "VAN/UTILITÁRIO",
    "buggy": "BUGGY", "street": "STREET", "scooter": "SCOOTER", "trail": "TRAIL",
    "custom": "CUSTOM", "sport": "ESPORTIVA", "naked": "NAKED", "touring": "TOURING",
    "off_road": "OFF-ROAD", "off-road": "OFF-ROAD", "quad": "QUADRICICLO",
}  # fmt: skip
