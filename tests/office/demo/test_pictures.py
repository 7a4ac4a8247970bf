"""The demo's pictures are real JPEG files, distinct, and of the sizes they claim."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from office.demo.pictures import SIZE, SMALL, draw_picture, picture_names, small_names


def test_about_forty_distinct_pictures_large_enough_for_a_portal():
    pictures = {name: draw_picture(name) for name in picture_names()}

    assert len(set(pictures.values())) == len(pictures) == 47
    assert {Image.open(io.BytesIO(data)).size for data in pictures.values()} == {SIZE}
    assert {Image.open(io.BytesIO(data)).format for data in pictures.values()} == {"JPEG"}


def test_small_pictures_are_below_what_portals_want():
    sizes = {Image.open(io.BytesIO(draw_picture(name))).size for name in small_names()}

    assert sizes == {SMALL} == {(640, 480)}


def test_the_same_name_gives_the_same_file():
    assert draw_picture("car-side-red") == draw_picture("car-side-red")


def test_an_unknown_picture_is_refused():
    with pytest.raises(KeyError):
        draw_picture("boat-side-red")
