"""The portal's closed lists: categories, parameters by category, and their numbered values.

From `api/import.md` and `api/autos/*.md` of ad_integration; what was only seen in later use (fuel
6 and 7, gearbox 4, features above 10, `vehicle_tag`) is accepted too.
"""

from __future__ import annotations

CARS = "car"
MOTORCYCLES = "motorcycle"
TRUCKS = "truck"
BUSES = "bus"
BOATS = "boat"

# The category of an ad, and what kind of vehicle it holds.
CATEGORIES = {2020: CARS, 2060: MOTORCYCLES, 2040: TRUCKS, 2050: BUSES, 2080: BOATS}

OPERATIONS = ("insert", "delete")
SALE_TYPES = ("s", "u")

SCOPES = ("basic_user_info", "autoupload", "autoservice", "chat")

# Categories of faults that the document lists; all others are names of our own.
UNDEFINED_AD_ID = "UNDEFINED_AD_ID"
NOT_ENOUGH_AD_SLOTS = "NOT_ENOUGH_AD_SLOTS"
NO_IMAGE = "NO_IMAGE"
NO_REGION = "NO_REGION"
DOCUMENTED_FAULTS = frozenset({UNDEFINED_AD_ID, NOT_ENOUGH_AD_SLOTS, NO_IMAGE, NO_REGION})

MAX_BODY_BYTES = 1024 * 1024
MAX_IMAGES = 20
SUBJECT_LENGTH = (2, 90)
BODY_LENGTH = (2, 6000)
HIGHEST_MILEAGE_KM = 9_999_999

# Years before 1980 are told in steps of five only.
OLD_YEARS = frozenset({1950, 1955, 1960, 1965, 1970, 1975})
FIRST_YEAR = 1980

_VEHICLE = frozenset({"vehicle_brand", "vehicle_model", "vehicle_version"})
# The document repeats these for each kind of vehicle or does not say; they are taken for all.
_SHARED = frozenset(
    {"regdate", "mileage", "end_tag", "vehicle_tag", "exchange", "owner", "financial"}
)
PARAMS = {
    CARS: _SHARED | _VEHICLE | {
        "gearbox", "fuel", "doors", "car_steering", "motorpower", "cartype", "carcolor",
        "car_features",
    },
    MOTORCYCLES: _SHARED | _VEHICLE | {"cubiccms", "mototype", "moto_features"},
    TRUCKS: _SHARED | {"trucktype", "truck_features"},
    BUSES: _SHARED,
    BOATS: _SHARED,
}  # fmt: skip
REQUIRED_PARAMS = {
    CARS: ("regdate", "mileage"),
    MOTORCYCLES: ("regdate", "mileage"),
    TRUCKS: (),
    BUSES: (),
    BOATS: (),
}

# The highest number of each numbered parameter; all begin at 1.
NUMBERED = {
    "gearbox": 4,
    "fuel": 7,
    "doors": 2,
    "end_tag": 10,
    "car_steering": 4,
    "motorpower": 12,
    "cartype": 9,
    "carcolor": 10,
    "exchange": 2,
    "owner": 2,
    "mototype": 14,
    "trucktype": 12,
}
# Those of which an ad may have several.
NUMBERED_LISTS = {
    "car_features": 20,
    "moto_features": 10,
    "truck_features": 5,
    "financial": 4,
}
DEPRECATED_FUEL = 4

# What `moto_cubiccms_info` tells: the displacement in cubic centimetres and its id.
DISPLACEMENTS = (
    "50", "100", "110", "115", "125", "135", "150", "155", "160", "190", "200", "220", "223",
    "225", "230", "249", "250", "280", "300", "310", "320", "350", "390", "400", "450", "500",
    "535", "600", "636", "650", "675", "689", "700", "750", "765", "800", "821", "850", "883",
    "890", "900", "937", "950", "1000", "1050", "1100", "1130", "1170", "1200", "1250", "1254",
    "1260", "1290", "1300", "1340", "1400", "1450", "1500", "1584", "1600", "1690", "1700",
    "1745", "1800", "1868", "1900", "2000", "2300", "2500",
)  # fmt: skip
