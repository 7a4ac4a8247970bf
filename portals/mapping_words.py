"""Words for suggestions and decisions: how sure, which fact, where a name lies. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.vocabulary import BodyStyle, Fuel, Gearbox

Text = str | Promise

CERTAIN, LIKELY = 0.97, 0.75  # from these probabilities on

# What names say of a vehicle, by the codes of the matcher.
FACTS: Mapping[str, Text] = {
    "displacement": _("Displacement"),
    "valves": _("Valves"),
    "turbo": _("Turbo"),
    "power": pgettext_lazy("engine", "Power"),
    "gearbox": _("Gearbox"),
    "doors": _("Doors"),
    "fuel": _("Fuel"),
    "traction": _("Traction"),
    "body": _("Body"),
    "trim": _("Trim"),
    "years": _("Years"),
    "model": _("Model"),
    "brand": _("Brand"),
    "text": _("Words"),
    "learned": _("Confirmed elsewhere"),
}

# What they say, where the matcher has a code of its own for it.
VALUES: Mapping[str, Mapping[str, Text]] = {
    "gearbox": dict(Gearbox.choices),
    "fuel": dict(Fuel.choices),
    "body": dict(BodyStyle.choices),
    "turbo": {"turbo": _("yes")},
}

# What a line of a file or a copy would do: the word, and the tone of its badge.
STATUSES: Mapping[str, tuple[Text, str]] = {
    "new": (pgettext_lazy("decision", "new"), "ok"),
    "changed": (pgettext_lazy("decision", "changed"), "info"),
    "same": (pgettext_lazy("decision", "already so"), "idle"),
    "missing": (pgettext_lazy("decision", "not in the catalogue"), "warn"),
    "error": (pgettext_lazy("decision", "cannot be read"), "bad"),
}


def certainty_of(probability: float) -> tuple[Text, str]:
    """Return how sure a suggestion is in a word, and the tone of its badge."""
    if probability >= CERTAIN:
        return pgettext_lazy("suggestion", "certain"), "ok"
    if probability >= LIKELY:
        return pgettext_lazy("suggestion", "likely"), "info"
    return pgettext_lazy("suggestion", "unsure"), "warn"


def value_of(fact: str, said: str) -> str:
    """Return what a name says of a fact in words: "manual/automatic" becomes "Manual/Automatic"."""
    words = VALUES.get(fact, {})
    return "/".join(str(words.get(code, code)) for code in said.split("/"))


def percent_of(probability: float) -> int:
    """Return a probability as whole percent, never 100 for what is less than sure."""
    return min(int(probability * 100 + 0.5), 100 if probability >= 1 else 99)
