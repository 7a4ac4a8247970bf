"""Plain text out of what people paste."""

from __future__ import annotations

import time

import pytest

from portals.connectors.plain_text import has_html, plain_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Único dono", "Único dono"),
        ("<b>Único</b> dono", "Único dono"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("<p>um</p><p>dois</p>", "um\ndois"),
        ("<ul><li>ar</li><li>som</li></ul>", "ar\nsom"),
        ("A&amp;B &nbsp; R$ 10", "A&B   R$ 10"),
        ("&lt;b&gt;forte&lt;/b&gt;", "forte"),
        ("&amp;lt;b&amp;gt;x", "x"),
        ("<script>alert(1)</script>oi", "oi"),
        ("<style>p{}</style>oi<!-- nota -->", "oi"),
        ("< 10 mil km > 5 anos", "< 10 mil km > 5 anos"),
        ("AT&T", "AT&T"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\nb  \n", "a\n\nb"),
        ("a\x00\x07b", "ab"),
        ('<img src="x" onerror="y">ok', "ok"),
        ("sem fim <!-- nota", "sem fim  nota"),
        ("", ""),
    ],
)
def test_text_is_made_plain(text, expected):
    assert plain_text(text) == expected
    assert not has_html(plain_text(text))


@pytest.mark.parametrize("text", ["<b>x</b>", "x<br>", "<!-- x -->", "</p>", "<?php x ?>"])
def test_tags_are_seen(text):
    assert has_html(text)


@pytest.mark.parametrize("text", ["x", "a < b > c", "<3", "1<2 e 3>2", "&amp;"])
def test_signs_are_no_tags(text):
    assert not has_html(text)


@pytest.mark.parametrize("text", ["<script " * 50_000, "<script>" * 50_000, "&lt;" * 50_000])
def test_hostile_text_costs_little(text):
    started = time.monotonic()

    plain_text(text)

    assert time.monotonic() - started < 2
