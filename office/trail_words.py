"""The trail of an ad in words: what was asked of the portal and what came of it. Pure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise
STEPS: dict[str, Text] = {
    "create": _("We asked the portal to publish the ad"),
    "update": _("We sent the portal the ad as it is now"),
    "withdraw": _("We asked the portal to take the ad away"),
    "look": _("We looked for the ad on the portal"),
    "check": _("We read the status of the ad"),
}
OUTCOMES: dict[str, Text] = {
    "created": _("The portal took it."),
    "updated": _("The portal took it."),
    "withdrawn": _("The portal says that it took the ad away."),
    "withdrawing": _("The portal accepted it and takes the ad away later."),
    "looked": _("Now we know what is there."),
    "checked": _("The portal told how the ad stands."),
    "stayed": _("The ad is still there: it is taken away again."),
    "still_there": _("The ad is still there."),
    "gone": _("The ad is not there: confirmed gone."),
    "vanished": _("The portal does not know the ad any more: we look for it."),
    "overdue": _("The portal never decided: we look for the ad."),
    "unknown": _("No clear answer: the portal may have done it, so we look first."),
    "unsent": _("It was not sent yet."),
    "throttled": _("The portal asked us to wait."),
    "credentials": _("The portal refused our login."),
    "refused": _("The portal refused it."),
    "mapping": _("The portal does not know a name."),
    "plan": _("The plan has no free slot."),
    "unsupported": _("The portal does not take this kind of vehicle."),
    "transient": _("The portal could not be reached."),
    "unexpected": _("The portal gave an answer nobody expected."),
}
ENDS: dict[str, Text] = {
    "gone": pgettext_lazy("clock of an ad", "Confirmed gone"),
    "cancelled": pgettext_lazy("clock of an ad", "The ad was wanted again"),
    "account": pgettext_lazy("clock of an ad", "The portal's account was changed before"),
    "": pgettext_lazy("clock of an ad", "Not confirmed gone yet"),
}


def step_word(step: str) -> Text:
    """Return what we did; the step's own name for one nobody listed."""
    return STEPS.get(step, step)


def outcome_word(outcome: str) -> Text:
    """Return what came of it; the outcome's own name for one nobody listed."""
    return OUTCOMES.get(outcome, outcome)
