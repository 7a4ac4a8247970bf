"""The Portuguese catalogue is whole, and the compiled file is made from the one people edit.

Whether it holds every sentence of the source needs GNU gettext; `.ci/run` looks after that.
"""

from __future__ import annotations

import ast
import gettext
import re
from functools import cache

from tests.architecture.source import ROOT

FOLDER = ROOT / "config" / "locale" / "pt_BR" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
KEYWORD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$')


@cache
def entries() -> list[dict[str, str]]:
    """Return the catalogue's entries: keyword → text, `flags` for the line of flags."""
    found: list[dict[str, str]] = []
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n"):
        entry: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry["flags"] = line
            elif match := KEYWORD.match(line):
                keyword = match[1]
                entry[keyword] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                entry[keyword] += ast.literal_eval(line)
        if entry.get("msgid"):
            found.append(entry)
    return found


def translations(entry: dict[str, str]) -> dict[str, str]:
    """Return the translations of an entry: `msgstr`, or one for each plural form."""
    return {keyword: text for keyword, text in entry.items() if keyword.startswith("msgstr")}


def placeholders(text: str) -> list[tuple[str, ...]]:
    """Return the named placeholders of a text, in an order that can be compared."""
    return sorted(PLACEHOLDER.findall(text))


def compiled_texts(entry: dict[str, str], compiled: gettext.GNUTranslations) -> dict[str, str]:
    """Return what the compiled catalogue answers where the entry has its translations."""
    single, plural, context = entry["msgid"], entry.get("msgid_plural"), entry.get("msgctxt")
    if plural is None:
        text = compiled.pgettext(context, single) if context else compiled.gettext(single)
        return {"msgstr": text}
    found = {}
    for form, number in (("msgstr[0]", 1), ("msgstr[1]", 2)):
        found[form] = (
            compiled.npgettext(context, single, plural, number)
            if context
            else compiled.ngettext(single, plural, number)
        )
    return found


def test_every_sentence_is_translated_by_a_person():
    missing = [entry["msgid"] for entry in entries() if not all(translations(entry).values())]
    guessed = [entry["msgid"] for entry in entries() if "fuzzy" in entry.get("flags", "")]

    assert len(entries()) > 100
    assert missing == []
    assert guessed == []


def test_a_translation_keeps_the_placeholders():
    # The form for one may spell the number out; the last form may not.
    lost = [
        entry["msgid"]
        for entry in entries()
        if placeholders(list(translations(entry).values())[-1])
        != placeholders(entry.get("msgid_plural", entry["msgid"]))
    ]

    assert lost == []


def test_the_compiled_catalogue_is_the_one_people_edit():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    stale = [
        entry["msgid"]
        for entry in entries()
        if compiled_texts(entry, compiled) != translations(entry)
    ]

    assert stale == []
