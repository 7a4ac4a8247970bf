"""Whatever people read is wrapped for translation, and said in Portuguese by the catalogue."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps
from django.utils.functional import Promise

from tests.architecture import wording
from tests.architecture.source import ROOMS, files, name, tree
from tests.architecture.test_templates import TEMPLATES
from tests.architecture.test_translations import entries

# The sandbox speaks as a portal does, to programs.
SPEAKING = tuple(room for room in ROOMS if room != "sandbox")
SOURCES = [
    path
    for path in files(".py", places=SPEAKING)
    if path.parts[-2] != "migrations" and path.parent.name and "tests" not in path.parts
]
# The page of pieces is for those who build on it, who read English; it has words to look at.
SPECIMENS = re.compile(r"^templates/office/_?design")
SCRIPTS = [path for path in files(".js", places=("static",)) if ".min." not in path.name]
# Names and units that are the same in every language.
SAME_EVERYWHERE = frozenset({"km", "cm", "ms", "R", "FIPE", "CSV", "PDF", "QR"})
WORD = re.compile(r"[^\W\d_³²]+")


def offenders(paths, find):
    """Return 'file:line: text' for what `find` finds in the files."""
    return [
        f"{name(path)}:{line}: {text}"
        for path in paths
        for line, text in find(path)
        if {*WORD.findall(text)} - SAME_EVERYWHERE
    ]


def test_templates_say_nothing_that_cannot_be_translated():
    find = lambda path: wording.bare_words_of_template(wording.read(path))  # noqa: E731

    assert len(TEMPLATES) > 40
    assert offenders([each for each in TEMPLATES if not SPECIMENS.match(name(each))], find) == []


def test_python_says_nothing_that_cannot_be_translated():
    assert len(SOURCES) > 100
    assert offenders(SOURCES, lambda path: wording.bare_words_of_python(tree(path))) == []


def test_scripts_take_their_words_from_the_page():
    find = lambda path: wording.bare_words_of_script(wording.read(path))  # noqa: E731

    assert SCRIPTS
    assert offenders(SCRIPTS, find) == []


def test_every_sentence_of_the_source_is_in_the_catalogue():
    known = {(each.get("msgctxt", ""), each["msgid"]) for each in entries() if all(each.values())}
    plurals = {
        (each.get("msgctxt", ""), each["msgid"], each.get("msgid_plural", "")) for each in entries()
    }
    used: dict[wording.Message, str] = {}
    for path in TEMPLATES:
        used |= dict.fromkeys(wording.messages_of_template(wording.read(path)), name(path))
    for path in SOURCES:
        used |= dict.fromkeys(wording.messages_of_python(tree(path)), name(path))
    missing = sorted(
        f"{where}: {message}"
        for message, where in used.items()
        if message[1] and (message[:2] not in known or (message[2] and message not in plurals))
    )

    assert len(used) > 300
    assert missing == []


def test_every_table_and_column_has_a_name_in_both_languages():
    ours = [model for model in apps.get_models() if model._meta.app_label in SPEAKING]
    plain = [
        str(model._meta) for model in ours if not isinstance(model._meta.verbose_name, Promise)
    ]
    plain += [
        str(field)
        for model in ours
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.name != "id"
        and field.model is model
        and not isinstance(field.verbose_name, Promise)
    ]
    plain += [
        config.label
        for config in apps.get_app_configs()
        if config.label in {model._meta.app_label for model in ours}
        and not isinstance(config.verbose_name, Promise)
    ]

    assert plain == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Words</p>",
        '<a aria-label="Words">{% translate "x" %}</a>',
        '<img alt="Words {{ x }}">',
        '<input placeholder="Words">',
        '<input type="submit" value="Words">',
        '<p data-error-text="Words"></p>',
        '{{ x|default:"Words" }}',
        '{% include "x.html" with title="Words" %}',
        "{% if a %}{% blocktranslate %}x{% endblocktranslate %} words{% endif %}",
    ],
)
def test_bare_words_in_a_template_are_found(source):
    assert wording.bare_words_of_template(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p title=\"{% translate 'Words' %}\">{% blocktranslate %}Words{% endblocktranslate %}</p>",
        '{# words #}<code>words</code>{{ x|default:"—" }}<input type="hidden" value="words">',
        '{% include "x.html" with kind="words" title=_("Words") %}',
    ],
)
def test_wrapped_words_in_a_template_are_left_alone(source):
    assert wording.bare_words_of_template(source) == []


@pytest.mark.parametrize(
    "source",
    [
        'models.CharField("words")',
        'forms.CharField(label="Words")',
        'messages.success(request, f"{x} words")',
        'raise ValidationError({"name": ["Words"]})',
        'raise ValidationError("Words %s" % x)',
        'page.message_user(request, "Words")',
        'TextInput(attrs={"placeholder": "Words"})',
        "class A(models.TextChoices):\n    B = 'b'",
        "class A(models.TextChoices):\n    B = 'b', 'Words'",
        "admin.action(description='Words')",
        "class Meta:\n    verbose_name = 'words'",
    ],
)
def test_bare_words_in_python_are_found(source):
    assert wording.bare_words_of_python(ast.parse(source))


def test_wrapped_words_in_python_are_left_alone():
    source = 'forms.CharField(label=_("Words"), initial="x")\nlogger.info("a", "words")'

    assert wording.bare_words_of_python(ast.parse(source)) == []


def test_messages_are_read_as_makemessages_reads_them():
    source = (
        '{% translate "One" %}{% translate "May" context "month" %}'
        "{% blocktranslate count n=x %}{{ n }} car{% plural %}{{ n }} cars{% endblocktranslate %}"
    )

    assert set(wording.messages_of_template(source)) == {
        ("", "One", ""),
        ("month", "May", ""),
        ("", "%(n)s car", "%(n)s cars"),
    }
