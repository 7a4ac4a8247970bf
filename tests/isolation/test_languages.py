"""Every page can be read in every language: nothing but data stands outside of a translation.

A language is put in place of English that puts ⟦ ⟧ around whatever is handed to gettext. Words
outside of them must be values of rows, or names that are the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import trans_real

from accounts.models import Dealer
from accounts.models.dealer import Role
from tests.architecture.wording import SPOKEN_ATTRIBUTES
from tests.isolation.addresses import addresses

pytestmark = pytest.mark.django_db
# A picture says nothing, and the page of pieces is for builders: it shows English specimens.
SILENT = {"inventory:photo_file", "office:design"}
PAGES = [each for each in addresses() if not each.is_admin and each.name not in SILENT]
# Open to all: who asks is not looked at, so that they speak the house's language.
OF_THE_HOUSE = {"accounts:password_forgotten", "accounts:password_choose"}
WORD = re.compile(r"[^\W\d_]{2,}")
SAME_EVERYWHERE = {*("km", "cm", "ms", "fipe", "csv", "pdf", "qr", "get", "post", "put", "delete")}
SAME_EVERYWHERE |= {word.casefold() for _, own in settings.LANGUAGES for word in WORD.findall(own)}


class Bracketing:
    """A catalogue that shows what went through it."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def gettext(self, message: str) -> str:
        """Put brackets around a text, without its context."""
        return f"⟦{message.rsplit(trans_real.CONTEXT_SEPARATOR, 1)[-1]}⟧"

    def ngettext(self, singular: str, plural: str, number: float) -> str:
        """Put brackets around the form for a number."""
        return self.gettext(singular if number == 1 else plural)


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the bracketing language instead of English."""
    pseudo = Bracketing(trans_real.translation("en"))
    inside: Any = trans_real  # there is no public place to put a language
    monkeypatch.setitem(inside._translations, "en", pseudo)
    monkeypatch.setattr(inside._active, "value", pseudo, raising=False)


class Outside(HTMLParser):
    """Collects what people meet on a page outside of brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.depth = 0
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the attributes that are read out or shown."""
        self.silent = tag in {"script", "style", "code", "pre", "textarea", "kbd"}
        for name, value in attrs:
            if value and (name in SPOKEN_ATTRIBUTES or re.fullmatch(r"data-(.*-)?text", name)):
                self.parts.append(re.sub("⟦.*⟧", " ", value, flags=re.DOTALL))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature of HTMLParser
        """Listen again after what is no prose."""
        self.silent = False

    def handle_data(self, data: str) -> None:
        """Keep the text outside of brackets; a translated sentence may hold tags."""
        for piece in re.split("([⟦⟧])", data):
            if piece in "⟦⟧" and piece:
                self.depth += 1 if piece == "⟦" else -1
            elif self.depth == 0 and not self.silent:
                self.parts.append(piece)


def words_of_rows() -> set[str]:
    """Return every word a row holds."""
    return {word.casefold() for text in _texts() for word in WORD.findall(text)}


def _texts() -> Iterator[str]:
    for model in apps.get_models():
        if model._meta.app_label in {"accounts", "inventory", "portals", "leads", "office"}:
            for row in model._default_manager.values_list():
                yield from (str(value) for value in row)


def test_nothing_but_data_stands_outside_of_a_translation(world, browser, brackets):
    client, known = browser(Role.OWNER), SAME_EVERYWHERE | words_of_rows()
    found: dict[str, list[str]] = {}
    seen = 0
    for address in PAGES:
        answer = client.get(address.path(world.ours))
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        page = Outside()
        page.feed(answer.text)
        words = {word.casefold() for part in page.parts for word in WORD.findall(part)}
        assert "⟦" in answer.text or not words, address.name
        if words - known:
            found[address.name] = sorted(words - known)

    assert seen > 15
    assert found == {}


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_page_answers_in_every_language(world, browser, language):
    Dealer.objects.update(language=language)
    wrong = []
    for role in (Role.OWNER, Role.SALESPERSON):
        client = browser(role)
        for address in (each for each in PAGES if each.name not in OF_THE_HOUSE):
            answer = client.get(address.path(world.ours))
            lang = re.search(r'<html lang="([^"]*)"', "" if answer.streaming else answer.text)
            if answer.status_code >= 500 or (lang and lang[1] != language):
                wrong.append((role, address.name, answer.status_code))

    assert wrong == []
