"""Closed lists of what a vehicle can be, and the Portuguese names the trade uses for each.

The stored value is ours and never shown; the label is translated for people; `TRADE_NAMES` are the
Brazilian market's own words (most usual first), by which portals' catalogues and feeds are matched.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.IntegerChoices):
    """Kind of vehicle; the numbers are those of the integrators' contracts."""

    CAR = 1, _("Car")
    MOTORCYCLE = 2, _("Motorcycle")
    TRUCK = 3, _("Truck")
    IMPLEMENT = 4, _("Implement")


class StockType(models.TextChoices):
    """How the vehicle came to be in the yard."""

    OWN = "own", _("Own stock")
    CONSIGNED = "consigned", _("Consigned")
    DEMO = "demo", _("Demonstration")
    IN_TRANSIT = "in_transit", _("In transit")


class Colour(models.TextChoices):
    """Colours of the national vehicle register, plus the two that ads add."""

    YELLOW = "yellow", _("Yellow")
    BLUE = "blue", _("Blue")
    BEIGE = "beige", _("Beige")
    WHITE = "white", _("White")
    GREY = "grey", _("Grey")
    GOLD = "gold", _("Gold")
    PINK = "pink", _("Pink")
    BROWN = "brown", _("Brown")
    BLACK = "black", _("Black")
    SILVER = "silver", _("Silver")
    PURPLE = "purple", _("Purple")
    GREEN = "green", _("Green")
    RED = "red", _("Red")
    WINE = "wine", _("Wine")
    ORANGE = "orange", pgettext_lazy("colour", "Orange")
    FANTASY = "fantasy", _("Multicoloured")


class Fuel(models.TextChoices):
    """What the engine runs on."""

    FLEX = "flex", _("Flex")
    PETROL = "petrol", _("Petrol")
    ETHANOL = "ethanol", _("Ethanol")
    DIESEL = "diesel", _("Diesel")
    HYBRID = "hybrid", _("Hybrid")
    ELECTRIC = "electric", _("Electric")
    CNG = "cng", _("Natural gas (CNG)")


class Gearbox(models.TextChoices):
    """Kind of gearbox."""

    MANUAL = "manual", _("Manual")
    AUTOMATIC = "automatic", _("Automatic")
    AUTOMATED = "automated", _("Automated")
    CVT = "cvt", _("CVT")
    SEMI_AUTOMATIC = "semi_automatic", _("Semi-automatic")


class BodyStyle(models.TextChoices):
    """Body of a car or style of a motorcycle (trucks and implements leave it blank)."""

    HATCH = "hatch", _("Hatchback")
    SEDAN = "sedan", _("Sedan")
    SUV = "suv", _("SUV")
    PICKUP = "pickup", _("Pick-up")
    WAGON = "wagon", _("Station wagon")
    MINIVAN = "minivan", _("Minivan")
    COUPE = "coupe", _("Coupé")
    CONVERTIBLE = "convertible", _("Convertible")
    VAN = "van", _("Van")
    BUGGY = "buggy", _("Buggy")
    STREET = "street", pgettext_lazy("motorcycle", "Street")
    SCOOTER = "scooter", _("Scooter")
    TRAIL = "trail", pgettext_lazy("motorcycle", "Trail")
    CUSTOM = "custom", pgettext_lazy("motorcycle", "Custom")
    SPORT = "sport", pgettext_lazy("motorcycle", "Sport")
    NAKED = "naked", pgettext_lazy("motorcycle", "Naked")
    TOURING = "touring", pgettext_lazy("motorcycle", "Touring")
    OFF_ROAD = "off_road", pgettext_lazy("motorcycle", "Off-road")
    QUAD = "quad", _("Quad bike")


TRADE_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "colour": {
        Colour.YELLOW: ("Amarelo", "Amarela"),
        Colour.BLUE: ("Azul",),
        Colour.BEIGE: ("Bege",),
        Colour.WHITE: ("Branco", "Branca"),
        Colour.GREY: ("Cinza",),
        Colour.GOLD: ("Dourado", "Dourada"),
        Colour.PINK: ("Rosa", "Grená"),
        Colour.BROWN: ("Marrom",),
        Colour.BLACK: ("Preto", "Preta"),
        Colour.SILVER: ("Prata",),
        Colour.PURPLE: ("Roxo", "Roxa", "Violeta"),
        Colour.GREEN: ("Verde",),
        Colour.RED: ("Vermelho", "Vermelha"),
        Colour.WINE: ("Vinho", "Bordô"),
        Colour.ORANGE: ("Laranja",),
        Colour.FANTASY: ("Fantasia", "Várias cores", "Indefinida", "Outra"),
    },
    "fuel": {
        Fuel.FLEX: (
            "Flex",
            "Álcool/Gasolina",
            "Gasolina e Álcool",
            "Álcool e Gasolina",
            "Bicombustível",
        ),
        Fuel.PETROL: ("Gasolina",),
        Fuel.ETHANOL: ("Álcool", "Etanol"),
        Fuel.DIESEL: ("Diesel",),
        Fuel.HYBRID: (
            "Híbrido",
            "Híbrida",
            "Gasolina e Elétrico",
            "Híbrido/Gasolina",
            "Híbrido/Flex",
        ),
        Fuel.ELECTRIC: ("Elétrico", "Elétrica"),
        Fuel.CNG: ("GNV", "Gás", "Gás natural", "Gasolina e Gás natural", "Tetrafuel"),
    },
    "gearbox": {
        Gearbox.MANUAL: ("Manual", "Mecânico", "Mecânica"),
        Gearbox.AUTOMATIC: ("Automático", "Automática"),
        Gearbox.AUTOMATED: ("Automatizado", "Automatizada", "Automatizada DCT"),
        Gearbox.CVT: ("CVT", "Automática CVT", "Automático CVT"),
        Gearbox.SEMI_AUTOMATIC: ("Semi-automático", "Semiautomático", "Semi-automática"),
    },
    "style": {
        BodyStyle.HATCH: ("Hatch", "Hatchback"),
        BodyStyle.SEDAN: ("Sedã", "Sedan"),
        BodyStyle.SUV: ("SUV", "Utilitário esportivo", "Utilitário"),
        BodyStyle.PICKUP: ("Picape", "Pick-up", "Pickup", "Caminhonete"),
        BodyStyle.WAGON: ("Perua", "Perua/SW", "Station wagon", "SW"),
        BodyStyle.MINIVAN: ("Minivan", "Monovolume", "Van/Minivan"),
        BodyStyle.COUPE: ("Cupê", "Coupé", "Coupe"),
        BodyStyle.CONVERTIBLE: ("Conversível", "Cabriolet"),
        BodyStyle.VAN: ("Van", "Furgão", "Van/Utilitário"),
        BodyStyle.BUGGY: ("Buggy", "Bugue"),
        BodyStyle.STREET: ("Street", "Urbana"),
        BodyStyle.SCOOTER: ("Scooter", "Motoneta"),
        BodyStyle.TRAIL: ("Trail", "Big trail"),
        BodyStyle.CUSTOM: ("Custom",),
        BodyStyle.SPORT: ("Esportiva", "Sport"),
        BodyStyle.NAKED: ("Naked",),
        BodyStyle.TOURING: ("Touring",),
        BodyStyle.OFF_ROAD: ("Off-road", "Cross", "Enduro"),
        BodyStyle.QUAD: ("Quadriciclo",),
    },
}
