"""What identifies a vehicle to the law and to us: plate, chassis, Renavam, stock code. Pure.

Every `clean_*` takes what a person or a feed wrote, returns the stored spelling ('' for none) and
raises ValidationError with a sentence about that one value.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from validate_docbr import RENAVAM

VIN_SINCE = 1981  # before the standard, makers wrote chassis numbers of any length
_SEPARATORS = re.compile(r"[\s.\-/·]+")
_CODE = re.compile(r"[A-Za-z0-9_{}\-]{1,19}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_SHORT_CHASSIS = re.compile(r"[A-Z0-9]{4,24}")
_BRAZIL_OLD = re.compile(r"[A-Z]{3}[0-9]{4}")
# Mercosul plates carry any letter in fifth place on new vehicles, A to J on converted ones.
_BRAZIL = re.compile(r"[A-Z]{3}[0-9][A-Z0-9][0-9]{2}")
_ITALY = re.compile(r"[A-Z]{2}[0-9]{3}[A-Z]{2}|[A-Z]{2}[0-9]{5}")
_ANY_PLATE = re.compile(r"[A-Z0-9]{2,10}")
_PLATES = {"BR": _BRAZIL, "IT": _ITALY}
_VIN_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def bare(text: str) -> str:
    """Return an identifier without separators, in upper case."""
    return _SEPARATORS.sub("", text).upper()


def clean_plate(text: str, *, country: str) -> str:
    """Return a plate as stored (bare, upper case); Brazilian old and Mercosul, Italian for IT."""
    plate = bare(text)
    if plate and not _PLATES.get(country, _ANY_PLATE).fullmatch(plate):
        raise ValidationError(_plate_advice(country), code="plate_shape")
    return plate


def _plate_advice(country: str) -> str:
    if country == "BR":
        return _("Enter a plate like ABC1234 or ABC1D23.")
    if country == "IT":
        return _("Enter a plate like AB123CD.")
    return _("Enter a plate of letters and digits only.")


def plate_twins(plate: str) -> tuple[str, ...]:
    """Return the spellings under which the same Brazilian vehicle may stand: old and Mercosul."""
    if _BRAZIL_OLD.fullmatch(plate):
        return (plate, f"{plate[:4]}{chr(ord('A') + int(plate[4]))}{plate[5:]}")
    if len(plate) == 7 and _BRAZIL.fullmatch(plate) and plate[4] in "ABCDEFGHIJ":
        return (plate, f"{plate[:4]}{ord(plate[4]) - ord('A')}{plate[5:]}")
    return (plate,)


def clean_chassis(text: str, *, year: int | None) -> str:
    """Return a chassis number as stored; other than 17 characters only before VIN_SINCE.

    `year` is the year made (or of the model), None if unknown.
    """
    chassis = bare(text)
    if not chassis or _VIN.fullmatch(chassis):
        return chassis
    if year is not None and year < VIN_SINCE and _SHORT_CHASSIS.fullmatch(chassis):
        return chassis
    if len(chassis) == 17:
        raise ValidationError(
            _("A chassis number has only letters and digits, and never I, O or Q."),
            code="chassis_letters",
        )
    raise ValidationError(
        _("A chassis number has 17 characters; this one has %(count)d."),
        code="chassis_length",
        params={"count": len(chassis)},
    )


def has_check_digit(chassis: str) -> bool:
    """Whether the ninth character is the check digit; not obligatory in Brazil: advice only."""
    if not _VIN.fullmatch(chassis):
        return False
    total = sum(
        _VIN_VALUES[letter] * weight for letter, weight in zip(chassis, _VIN_WEIGHTS, strict=True)
    )
    return chassis[8] == "0123456789X"[total % 11]


def clean_renavam(text: str, *, country: str) -> str:
    """Return a Renavam of 11 digits, zero-filled; checked by its own digit in Brazil."""
    renavam = bare(text)
    if not renavam or country != "BR":
        return renavam
    renavam = renavam.zfill(11)
    if not (renavam.isascii() and renavam.isdigit() and RENAVAM().validate(renavam)):
        raise ValidationError(_("This Renavam is not valid: check the digits."), code="renavam")
    return renavam


def clean_code(text: str) -> str:
    """Return a stock code; at most 19 letters, digits, hyphens, underscores or braces."""
    code = text.strip()
    if code and not _CODE.fullmatch(code):
        raise ValidationError(
            _("A stock code has at most 19 letters, digits, hyphens, underscores or braces."),
            code="code_shape",
        )
    return code
