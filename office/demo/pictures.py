"""Drawn pictures for the demo dealer: plainly drawings, large enough for a portal, quick to make.

Every picture has a name; the same name always gives the same drawing.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

SIZE = (1280, 960)  # pixels
SMALL = (640, 480)  # less than portals want
QUALITY = 82
NOTE = "Foto ilustrativa"

Colour = tuple[int, int, int]
PAINTS: dict[str, Colour] = {
    "white": (236, 238, 240),
    "black": (34, 36, 40),
    "grey": (120, 126, 132),
    "silver": (186, 191, 197),
    "red": (183, 38, 44),
    "blue": (36, 74, 142),
    "brown": (104, 74, 52),
    "orange": (222, 116, 32),
}
CAR_PAINTS = tuple(PAINTS)
MOTORCYCLE_PAINTS = ("white", "black", "grey", "red", "blue", "brown")
_SKY, _GROUND, _TYRE, _GLASS = (206, 222, 236), (150, 152, 154), (24, 24, 26), (92, 112, 130)
_METAL, _SEATS = (176, 180, 186), ((54, 52, 50), (120, 96, 70), (84, 86, 92))

Box = tuple[float, float, float, float]


def picture_names() -> tuple[str, ...]:
    """Return the names of all large pictures."""
    outside = [f"car-{view}-{paint}" for paint in CAR_PAINTS for view in ("side", "front")]
    motorcycles = [f"motorcycle-side-{paint}" for paint in MOTORCYCLE_PAINTS]
    details = [f"{what}-{number}" for what, count in DETAILS.items() for number in range(count)]
    return (*outside, *motorcycles, "truck-side-white", "truck-front-white", *details)


def small_names() -> tuple[str, ...]:
    """Return the names of the pictures that are too small for the portal."""
    return ("wheel-0-small", "dashboard-0-small")


def draw_picture(name: str) -> bytes:
    """Return the JPEG of that name; KeyError for a name nobody knows."""
    small = name.endswith("-small")
    what, *details = name.removesuffix("-small").split("-")
    image = Image.new("RGB", SIZE, _SKY)
    _PAINTERS[what](ImageDraw.Draw(image), *details)
    draw = ImageDraw.Draw(image)
    draw.text((SIZE[0] - 30, SIZE[1] - 24), NOTE, fill=(90, 92, 96), anchor="rs", font=_font())
    if small:
        image = image.resize(SMALL)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=28)


def _yard(draw: ImageDraw.ImageDraw, *, horizon: int = 560) -> None:
    width, height = SIZE
    for step in range(horizon):
        share = step / horizon
        shade = (int(168 + 52 * share), int(196 + 34 * share), int(226 + 14 * share))
        draw.line((0, step, width, step), fill=shade)
    draw.rectangle((0, horizon - 150, width, horizon), fill=(214, 209, 200))
    for left in range(40, width, 310):
        draw.rectangle((left, horizon - 120, left + 220, horizon), fill=(188, 200, 208))
    draw.rectangle((0, horizon, width, height), fill=_GROUND)
    draw.line((0, 880, width, 880), fill=(226, 226, 220), width=8)


def _wheel(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    for share, paint in ((1.0, _TYRE), (0.66, _METAL), (0.56, (96, 100, 106)), (0.16, _METAL)):
        reach = radius * share
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=paint)


def _shade(paint: Colour, share: float) -> Colour:
    red, green, blue = (min(255, int(part * share)) for part in paint)
    return (red, green, blue)


def _car(draw: ImageDraw.ImageDraw, view: str, paint_name: str) -> None:
    _yard(draw)
    paint = PAINTS[paint_name]
    draw.ellipse((120, 760, 1160, 850), fill=(112, 114, 116))
    if view == "front":
        _car_front(draw, paint)
        return
    roof = ((360, 520), (480, 360), (800, 350), (960, 520))
    draw.polygon(roof, fill=_shade(paint, 0.92))
    draw.polygon(((400, 515), (498, 384), (630, 378), (630, 515)), fill=_GLASS)
    draw.polygon(((650, 515), (650, 378), (786, 374), (900, 515)), fill=_GLASS)
    draw.rounded_rectangle((140, 500, 1140, 740), radius=70, fill=paint)
    draw.line((640, 520, 640, 730), fill=_shade(paint, 0.7), width=4)
    draw.line((150, 640, 1130, 640), fill=_shade(paint, 0.8), width=6)
    draw.ellipse((1080, 540, 1136, 590), fill=(250, 244, 214))
    draw.rectangle((140, 550, 170, 600), fill=(168, 24, 24))
    for x in (340, 930):
        _wheel(draw, x, 740, 104)


def _car_front(draw: ImageDraw.ImageDraw, paint: Colour) -> None:
    draw.polygon(((380, 500), (460, 340), (820, 340), (900, 500)), fill=_shade(paint, 0.92))
    draw.polygon(((420, 495), (486, 366), (794, 366), (860, 495)), fill=_GLASS)
    draw.rounded_rectangle((290, 490, 990, 780), radius=60, fill=paint)
    draw.rounded_rectangle((470, 590, 810, 690), radius=24, fill=(28, 30, 34))
    for left in (316, 850):
        draw.ellipse((left, 560, left + 114, 640), fill=(250, 244, 214))
    for left in (310, 870):
        draw.rounded_rectangle((left, 770, left + 100, 850), radius=20, fill=_TYRE)
    draw.rectangle((560, 716, 720, 760), fill=(240, 240, 236))


def _motorcycle(draw: ImageDraw.ImageDraw, view: str, paint_name: str) -> None:
    del view
    _yard(draw)
    paint = PAINTS[paint_name]
    draw.ellipse((220, 800, 1080, 870), fill=(112, 114, 116))
    for x in (390, 910):
        _wheel(draw, x, 690, 150)
    draw.line((390, 690, 620, 640, 560, 500), fill=(60, 62, 66), width=26)
    draw.line((910, 690, 830, 400, 740, 370), fill=_METAL, width=22)
    draw.rounded_rectangle((540, 560, 760, 720), radius=30, fill=(88, 92, 98))
    draw.polygon(((560, 540), (600, 420), (800, 420), (850, 500), (740, 560)), fill=paint)
    draw.polygon(((330, 470), (600, 450), (600, 510), (380, 520)), fill=_TYRE)
    draw.ellipse((840, 400, 930, 490), fill=(250, 244, 214))


def _truck(draw: ImageDraw.ImageDraw, view: str, paint_name: str) -> None:
    _yard(draw)
    paint = PAINTS[paint_name]
    if view == "front":
        draw.rounded_rectangle((400, 260, 880, 800), radius=40, fill=paint)
        draw.rectangle((440, 320, 840, 500), fill=_GLASS)
        draw.rectangle((470, 600, 810, 720), fill=(40, 42, 46))
        return
    draw.rectangle((100, 300, 850, 700), fill=_shade(paint, 0.95), outline=_METAL, width=6)
    draw.rounded_rectangle((870, 380, 1150, 740), radius=30, fill=paint)
    draw.rectangle((1000, 420, 1130, 540), fill=_GLASS)
    draw.rectangle((100, 700, 1150, 740), fill=(60, 62, 66))
    for x in (250, 420, 1010):
        _wheel(draw, x, 760, 90)


def _detail_wheel(draw: ImageDraw.ImageDraw, number: str) -> None:
    draw.rectangle((0, 0, *SIZE), fill=_shade(_GROUND, 0.8 + 0.1 * int(number)))
    _wheel(draw, 640, 480, 400)
    spokes = 5 + int(number)
    for spoke in range(spokes):
        start = 360 / spokes * spoke
        draw.pieslice((400, 240, 880, 720), start, start + 180 / spokes, fill=_METAL)


def _detail_dashboard(draw: ImageDraw.ImageDraw, number: str) -> None:
    seat = _SEATS[int(number) % len(_SEATS)]
    draw.rectangle((0, 0, SIZE[0], 380), fill=_GLASS)
    draw.rectangle((0, 380, *SIZE), fill=_shade(seat, 0.6))
    draw.ellipse((140, 360, 640, 860), outline=_TYRE, width=44)
    draw.ellipse((330, 550, 450, 670), fill=_TYRE)
    draw.rounded_rectangle((720, 420, 1120, 640), radius=18, fill=(16, 22, 34))
    for left in range(750, 1080, 60 + 20 * (int(number) % 3)):
        draw.rectangle((left, 560, left + 36, 600), fill=(70, 130, 180))


def _detail_seats(draw: ImageDraw.ImageDraw, number: str) -> None:
    seat = _SEATS[int(number) % len(_SEATS)]
    draw.rectangle((0, 0, *SIZE), fill=_shade(seat, 0.5))
    for left in (150, 680):
        draw.rounded_rectangle((left, 140, left + 450, 640), radius=80, fill=seat)
        draw.rounded_rectangle((left, 600, left + 450, 860), radius=60, fill=_shade(seat, 0.85))
        for line in range(left + 60, left + 420, 70 + 10 * int(number)):
            draw.line((line, 200, line, 600), fill=_shade(seat, 0.7), width=4)


def _detail_engine(draw: ImageDraw.ImageDraw, number: str) -> None:
    draw.rectangle((0, 0, *SIZE), fill=(44, 46, 50))
    draw.rounded_rectangle((300, 220, 980, 740), radius=40, fill=(78, 82, 88))
    for row in range(3 + int(number)):
        top = 270 + 110 * row
        draw.rounded_rectangle((350, top, 930, top + 60), radius=20, fill=_METAL)


def _detail_odometer(draw: ImageDraw.ImageDraw, number: str) -> None:
    draw.rectangle((0, 0, *SIZE), fill=(18, 20, 26))
    for left in (120, 680):
        draw.ellipse((left, 200, left + 480, 680), outline=_METAL, width=14)
    angle = 150 + 40 * int(number)
    draw.pieslice((150, 230, 570, 650), angle, angle + 4, fill=(220, 60, 50))
    draw.pieslice((710, 230, 1130, 650), angle + 20, angle + 24, fill=(220, 60, 50))


def _detail_boot(draw: ImageDraw.ImageDraw, number: str) -> None:
    draw.rectangle((0, 0, *SIZE), fill=_shade(_SKY, 0.9))
    draw.rounded_rectangle((200, 160, 1080, 820), radius=50, fill=(58, 58, 60))
    draw.polygon(((280, 780), (380, 420), (900, 420), (1000, 780)), fill=(30, 30, 32))
    draw.rectangle((420, 500, 560 + 60 * int(number), 620), fill=_SEATS[1])


DETAILS = {"wheel": 5, "dashboard": 3, "seats": 4, "engine": 3, "odometer": 4, "boot": 4}
_PAINTERS: dict[str, Callable[..., None]] = {
    "car": _car,
    "motorcycle": _motorcycle,
    "truck": _truck,
    "wheel": _detail_wheel,
    "dashboard": _detail_dashboard,
    "seats": _detail_seats,
    "engine": _detail_engine,
    "odometer": _detail_odometer,
    "boot": _detail_boot,
}
