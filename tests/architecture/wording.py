"""Finds what people would read in the source: wrapped for translation, or forgotten.

It reads templates by Django's own lexer and Python by its syntax tree; gettext is not needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

GETTEXT = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ("single",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("single", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "single")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "single", "plural")),
}
SPOKEN_KEYWORDS = frozenset(
    {
        *("label", "help_text", "verbose_name", "verbose_name_plural", "short_description"),
        *("search_help_text", "empty_label", "site_header", "site_title", "index_title"),
    }
)
SPOKEN_KEYS = frozenset({"placeholder", "aria-label", "title", "alt"})
SPOKEN_ATTRIBUTES = frozenset({"aria-label", "aria-description", "alt", "placeholder", "title"})
SPOKEN_CALLS = {  # callee → the place of what it tells people
    **dict.fromkeys(("success", "info", "warning", "error"), 1),
    "message_user": 1,
    "add_message": 2,
    "ValidationError": 0,
    "EditConflict": 0,
    **dict.fromkeys(("BooleanField", "CharField", "DateField", "DateTimeField"), 0),
    **dict.fromkeys(("DecimalField", "EmailField", "IntegerField", "JSONField"), 0),
    **dict.fromkeys(("PositiveIntegerField", "PositiveSmallIntegerField", "TextField"), 0),
}
SPEAKERS = {**dict.fromkeys(("success", "info", "warning", "error"), "messages")}
LETTERS = re.compile(r"[^\W\d_]")
TRANSLATED = re.compile(r"(?<![\w.])(_|gettext|ngettext|pgettext|npgettext)\(")
LITERAL = re.compile(r"\s*,?\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", re.DOTALL)

Message = tuple[str, str, str]  # context, msgid, plural
Place = tuple[int, str]  # line, text


def messages_of_template(source: str) -> Iterator[Message]:
    """Yield what makemessages would take from a template."""
    text = templatize(source)
    for match in TRANSLATED.finditer(text):
        parts, at = [], match.end()
        while found := LITERAL.match(text, at):
            parts.append(str(ast.literal_eval(found[1])))
            at = found.end()
        if parts:
            yield _message(match[1], parts)


def messages_of_python(tree: ast.AST) -> Iterator[Message]:
    """Yield what makemessages would take from a Python file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _callee(node) in GETTEXT:
            wanted = node.args[: len(GETTEXT[_callee(node)])]
            parts = [
                each.value
                for each in wanted
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            if len(parts) == len(wanted) and parts:
                yield _message(_callee(node), parts)


def _message(name: str, parts: list[str]) -> Message:
    by_place = dict(zip(GETTEXT[name], parts, strict=False))
    return by_place.get("context", ""), by_place["single"], by_place.get("plural", "")


def bare_words_of_template(source: str) -> list[Place]:
    """Return what a template says, or lets assistive technology say, without a translation."""
    reader = _Reader()
    reader.feed(_without_tags(source))
    reader.close()
    return [*reader.found, *_spoken_arguments(source)]


def _without_tags(source: str) -> str:
    """Return a template's own text; tags, and what is translated, leave only their line ends."""
    parts, hidden_until = [], ""
    for token in Lexer(source).tokenize():
        first = token.contents.split(maxsplit=1)[:1]
        if token.token_type == TokenType.BLOCK and first and not hidden_until:
            hidden_until = {
                "blocktranslate": "endblocktranslate",
                "blocktrans": "endblocktrans",
                "comment": "endcomment",
            }.get(first[0], "")
        elif token.token_type == TokenType.BLOCK and first == [hidden_until]:
            hidden_until = ""
        elif token.token_type == TokenType.TEXT and not hidden_until:
            parts.append(token.contents)
            continue
        parts.append("\n" * token.contents.count("\n"))
    return "".join(parts)


def _spoken_arguments(source: str) -> Iterator[Place]:
    """Yield sentences handed on by a tag or filter: include with title="…", default:"…"."""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.VAR:
            texts = re.findall(r'\|(?:default(?:_if_none)?|yesno|add):"([^"]*)"', token.contents)
        elif token.token_type == TokenType.BLOCK and token.contents.startswith(
            ("include", "with", "firstof")
        ):
            texts = [
                text
                for before, text in re.findall(r'(_\()?(?<=[=\s(:])"([^"]*)"', token.contents)
                if not before and re.match(r"[^\W\d_a-z]|\S+\s\S", text)
            ]
        else:
            continue
        yield from ((token.lineno or 0, text) for text in texts if LETTERS.search(text))


class _Reader(HTMLParser):
    """Collects the words between tags and in the attributes people meet."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Place] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "code", "kbd"}:
            self._silent = tag
        facts = dict(attrs)
        for name, value in attrs:
            spoken = name in SPOKEN_ATTRIBUTES or re.fullmatch(r"data-(.*-)?text", name)
            button = (
                tag == "input"
                and name == "value"
                and facts.get("type") in {"submit", "button", "reset"}
            )
            if spoken or button or name == "hx-confirm":
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        if LETTERS.search(text):
            self.found.append((self.getpos()[0], " ".join(text.split())))


def bare_words_of_python(tree: ast.AST) -> list[Place]:
    """Return sentences for people that a Python file does not hand to gettext."""
    found = [place for node in ast.walk(tree) for place in _bare(node)]
    return sorted(place for place in found if LETTERS.search(place[1]))


def _bare(node: ast.AST) -> Iterator[Place]:
    if isinstance(node, ast.Call):
        yield from _bare_in_call(node)
    elif isinstance(node, ast.Assign):
        names = {getattr(each, "id", getattr(each, "attr", "")) for each in node.targets}
        if names & (SPOKEN_KEYWORDS - {"label"}):  # an app's label is its name for programs
            yield from _literals(node.value)
    elif isinstance(node, ast.Dict):
        yield from _bare_in_dict(node)
    elif isinstance(node, ast.ClassDef) and _is_choices(node):
        members = [line for line in node.body if isinstance(line, ast.Assign)]
        yield from (place for line in members for place in _bare_choice(line))


def _bare_in_dict(node: ast.Dict) -> Iterator[Place]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value in SPOKEN_KEYS:
            yield from _literals(value)


def _bare_in_call(node: ast.Call) -> Iterator[Place]:
    name = _callee(node)
    for keyword in node.keywords:
        spoken = keyword.arg in SPOKEN_KEYWORDS
        described = keyword.arg == "description" and name in {"action", "display"}
        if spoken or described or keyword.arg in {"error_messages"}:
            yield from _literals(keyword.value)
    place = SPOKEN_CALLS.get(name)
    owner = getattr(getattr(node.func, "value", None), "id", "")
    if (
        place is not None
        and len(node.args) > place
        and SPEAKERS.get(name, owner) == owner
        and not (name.endswith("Field") and owner not in {"models", "forms"})
    ):
        yield from _literals(node.args[place])


def _is_choices(node: ast.ClassDef) -> bool:
    return any(getattr(base, "attr", "").endswith("Choices") for base in node.bases)


def _bare_choice(line: ast.Assign) -> Iterator[Place]:
    """A member without a label gets one from its name, in English for ever."""
    if not isinstance(line.value, ast.Tuple):
        yield line.lineno, f"{ast.unparse(line)} has no label"
    else:
        yield from _literals(line.value.elts[-1])


def _literals(node: ast.AST) -> Iterator[Place]:
    """Yield the texts a value is made of that no call has wrapped."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        words = "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
        yield node.lineno, words
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*_literals(node.left), *_literals(node.right))
    elif isinstance(node, ast.List | ast.Tuple):
        yield from (place for each in node.elts for place in _literals(each))
    elif isinstance(node, ast.Dict):
        yield from (place for each in node.values for place in _literals(each))
    elif isinstance(node, ast.Call) and _callee(node) == "format":
        yield from _literals(getattr(node.func, "value", node))


def _callee(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def bare_words_of_script(source: str) -> list[Place]:
    """Return sentences in a JavaScript file; its words come from data attributes."""
    found = []
    for number, line in enumerate(source.splitlines(), start=1):
        code = re.sub(r"^\s*(//|\*|/\*).*|\s//\s.*$", "", line)
        for text in re.findall(r"\"([^\"]*)\"|'([^']*)'|`([^`]*)`", code):
            words = re.sub(r"\$\{[^}]*\}", "", "".join(text))
            if re.search(r"[A-ZÀ-Ú][a-zà-ú]+ [a-zà-ú]|[a-zà-ú]+ [a-zà-ú]+ [a-zà-ú]+", words) or (
                LETTERS.search(words) and words in _assigned_text(code)
            ):
                found.append((number, words))
    return found


def _assigned_text(code: str) -> str:
    """Return what a line makes an element say; what is asked for by a selector is not said."""
    match = re.search(r"\.(?:textContent|title|alt|innerText) = (.*)", code)
    return re.sub(r"(?:querySelector|closest)(?:All)?\([^)]*\)", "", match[1]) if match else ""


def read(path: Path) -> str:
    """Return a file's text."""
    return path.read_text(encoding="utf-8")
