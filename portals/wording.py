"""Says in plain language what a code means and what to do about it.

Connectors and the engine store codes and values; every page, report and command words them here.
A test holds that no code of theirs is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Text = str | Promise

# Our fields as they stand in a sentence, with article.
FIELDS: Mapping[str, Text] = {
    "plate": gettext_lazy("the plate"),
    "price": gettext_lazy("the price"),
    "code": gettext_lazy("the stock code"),
    "category": gettext_lazy("the kind of vehicle"),
    "brand": gettext_lazy("the brand"),
    "model": gettext_lazy("the model"),
    "version": gettext_lazy("the version"),
    "style": gettext_lazy("the body style"),
    "colour": gettext_lazy("the colour"),
    "fuel": gettext_lazy("the fuel"),
    "gearbox": gettext_lazy("the gearbox"),
    "doors": gettext_lazy("the number of doors"),
    "displacement": gettext_lazy("the displacement"),
    "armoured": gettext_lazy("the armour"),
    "year_manufacture": gettext_lazy("the year made"),
    "year_model": gettext_lazy("the model year"),
    "single_owner": gettext_lazy("the single-owner mark"),
    "is_new": gettext_lazy("the zero-kilometre mark"),
    "mileage": gettext_lazy("the mileage"),
    "video_url": gettext_lazy("the video"),
    "highlight": gettext_lazy("the highlight"),
    "optional": gettext_lazy("the optional"),
    "optionals": gettext_lazy("the optionals"),
    "description": gettext_lazy("the description"),
    "photos": gettext_lazy("the photos"),
    "status": gettext_lazy("the status"),
    "state": gettext_lazy("the status"),
    "plan": gettext_lazy("the plan"),
    "operation": gettext_lazy("the operation"),
    "phone": gettext_lazy("the store's phone"),
    "postal_code": gettext_lazy("the store's postal code"),
}

_MAPPING_FIX = gettext_lazy("Say on the names page which name of the portal it is.")

# code -> (what is wrong, what to do). Placeholders are the problem's params, plus "field".
SENTENCES: Mapping[str, tuple[Text, Text]] = {
    "category_unsupported": (
        gettext_lazy("This portal does not take this kind of vehicle."),
        gettext_lazy("Publish it on another portal."),
    ),
    "plate_missing": (
        gettext_lazy("The portal demands the plate, of new vehicles too."),
        gettext_lazy("Enter the plate."),
    ),
    "plate_missing_used": (
        gettext_lazy("The portal demands the plate of used vehicles."),
        gettext_lazy("Enter the plate."),
    ),
    "plate_malformed": (
        gettext_lazy("“%(plate)s” is no plate the portal takes."),
        gettext_lazy("Enter three letters, then a number, a number or letter, and two numbers."),
    ),
    "price_missing": (
        gettext_lazy("The vehicle has no price."),
        gettext_lazy("Enter a price above zero."),
    ),
    "reference_shape": (
        gettext_lazy("The portal takes stock codes of up to %(limit)s letters and digits only."),
        gettext_lazy("Publish it on another portal, or enter the vehicle anew with another code."),
    ),
    "phone_unusable": (
        gettext_lazy("The portal demands a phone of the store, of 10 or 11 digits with area code."),
        gettext_lazy("Have it entered in the store's data."),
    ),
    "postal_code_unusable": (
        gettext_lazy("The portal demands the store's postal code, of 8 digits."),
        gettext_lazy("Have it entered in the store's data."),
    ),
    "mileage_missing": (
        gettext_lazy("The portal demands the mileage of used vehicles."),
        gettext_lazy("Enter the mileage in km."),
    ),
    "mileage_zero_is_new": (
        gettext_lazy("The portal takes a vehicle with 0 km for a new one, and this one is used."),
        gettext_lazy("Enter the mileage in km, or say that the vehicle is new."),
    ),
    "year_missing": (
        gettext_lazy("The vehicle does not say %(field)s."),
        gettext_lazy("Enter the year with four digits."),
    ),
    "year_too_old": (
        gettext_lazy("The portal takes no vehicle from before %(first)s (it says %(year)s)."),
        gettext_lazy("Check the year."),
    ),
    "year_model_mismatch": (
        gettext_lazy("Made in %(made)s, model %(model)s: the portal allows the same or next year."),
        gettext_lazy("Check both years."),
    ),
    "highlight_unknown": (
        gettext_lazy("The portal has no such highlight (%(weight)s)."),
        gettext_lazy("Choose another highlight for this ad."),
    ),
    "name_empty": (
        gettext_lazy("The vehicle does not say %(field)s, which the portal demands."),
        gettext_lazy("Fill it in."),
    ),
    "name_unplaced": (
        gettext_lazy("“%(ours)s” (%(field)s) is in no catalogue we know."),
        gettext_lazy("Choose the version from the catalogue on the vehicle's page."),
    ),
    "name_unknown": (
        gettext_lazy("The portal does not know “%(ours)s” (%(field)s)."),
        _MAPPING_FIX,
    ),
    "name_none": (
        gettext_lazy("It was decided that “%(ours)s” (%(field)s) has no place on this portal."),
        gettext_lazy("Change that decision on the names page if it is wrong."),
    ),
    "name_parent": (
        gettext_lazy("“%(ours)s” (%(field)s) can only be found once brand and model are."),
        gettext_lazy("Solve brand and model first."),
    ),
    "optionals_unmapped": (
        gettext_lazy("The portal has no name for these optionals: %(names)s."),
        gettext_lazy("The ad goes out without them, or name them on the names page."),
    ),
    "photos_missing": (
        gettext_lazy("The vehicle has no photo that is ready."),
        gettext_lazy("Add photos: the ad goes out without any."),
    ),
    "photos_demanded": (
        gettext_lazy("The portal takes no ad without a photo, and the vehicle has none ready."),
        gettext_lazy("Add photos."),
    ),
    "photos_all_small": (
        gettext_lazy("All photos are smaller than %(width)s by %(height)s pixels."),
        gettext_lazy("Add larger photos: the portal takes no ad without one."),
    ),
    "photos_unusable": (
        gettext_lazy("All photos are smaller than %(width)s by %(height)s pixels."),
        gettext_lazy("Add larger photos: the ad goes out without any."),
    ),
    "photos_too_small": (
        gettext_lazy("Photos smaller than %(width)s by %(height)s pixels: %(count)s."),
        gettext_lazy("The portal leaves them out; replace them by larger ones."),
    ),
    "photos_too_many": (
        gettext_lazy("The portal shows %(limit)s photos, the vehicle has %(count)s."),
        gettext_lazy("Put the best ones first."),
    ),
    "photos_repeated": (
        gettext_lazy("The same photo appears more than once (%(count)s too many)."),
        gettext_lazy("Remove the repeated ones."),
    ),
    "description_html": (
        gettext_lazy("The description has HTML marks, which the portal refuses."),
        gettext_lazy("They are taken out before sending; clean the text to choose its look."),
    ),
    "description_too_long": (
        gettext_lazy("The description has %(length)s characters, the portal shows %(limit)s."),
        gettext_lazy("Shorten it, or its end is cut."),
    ),
    "video_not_taken": (
        gettext_lazy("The portal only takes videos of YouTube (no Shorts) and Vimeo."),
        gettext_lazy("Enter the address of such a video; this one is not sent."),
    ),
    "video_not_youtube": (
        gettext_lazy("The portal only takes videos of YouTube."),
        gettext_lazy("Enter the address of a YouTube video; this one is not sent."),
    ),
    "refused_field": (
        gettext_lazy("The portal refused %(field)s."),
        gettext_lazy("Correct it: the ad is then sent again by itself."),
    ),
    "refused_name": (
        gettext_lazy("The portal refused %(field)s: it does not know the name we sent."),
        gettext_lazy("Read its catalogue again, or choose the right name on the names page."),
    ),
    "refused": (
        gettext_lazy("The portal refused the ad."),
        gettext_lazy("Correct the vehicle: the ad is then sent again by itself."),
    ),
    "refused_unexplained": (
        gettext_lazy("The portal refuses this ad and does not say why."),
        gettext_lazy("Compare it with an ad that is live and correct what differs."),
    ),
    "unknown_status": (
        gettext_lazy("The portal says “%(word)s”, which we do not understand."),
        gettext_lazy("Look at the ad on the portal and tell support."),
    ),
    "portal_notice": (
        gettext_lazy("The portal took the ad and remarked something."),
        gettext_lazy("Read its words."),
    ),
    "paused_by_portal": (
        gettext_lazy("The ad was sent as active, but the portal shows it as inactive."),
        gettext_lazy("Look at your account at the portal."),
    ),
    "not_published": (
        gettext_lazy("The portal has the vehicle but does not show it: no place free in the plan."),
        gettext_lazy(
            "Take another ad down or buy more: it is offered again by itself. If places are free, "
            "it was taken off the air at the portal."
        ),
    ),
    "plan_full": (
        gettext_lazy("All places of the plan are taken."),
        gettext_lazy("Take another ad down or buy more: the next in line follows by itself."),
    ),
    "internal_error": (
        gettext_lazy("This ad could not be prepared because of a fault of ours."),
        gettext_lazy("Tell support."),
    ),
    "unreachable": (
        gettext_lazy("The portal does not answer."),
        gettext_lazy("Nothing to do: it is tried again by itself."),
    ),
    "throttled": (
        gettext_lazy("The portal asks us to wait."),
        gettext_lazy("Nothing to do: sending goes on by itself."),
    ),
    "credentials_refused": (
        gettext_lazy("The portal refused the credentials."),
        gettext_lazy("Enter the right credentials on the portal's page."),
    ),
    "reconnect": (
        gettext_lazy("The connection to the portal has ended, so nothing is sent any more."),
        gettext_lazy("Connect again: what is waiting then goes out by itself."),
    ),
    "no_permission": (
        gettext_lazy("The portal does not let this account publish by a program."),
        gettext_lazy("Ask the portal for a plan with access by API, then connect again."),
    ),
    "unexpected_answer": (
        gettext_lazy("The portal answered something we do not understand."),
        gettext_lazy("It is tried once more; if it stays, tell support."),
    ),
    "address_refused": (
        gettext_lazy("The portal's address may not be called."),
        gettext_lazy("Tell support: the base URL of this access is wrong."),
    ),
    "listing_unknown": (
        gettext_lazy("The portal no longer knows the ad."),
        gettext_lazy("Nothing to do: it is looked for and created again if it is still wanted."),
    ),
    "not_supported": (
        gettext_lazy("The portal cannot do this."),
        gettext_lazy("Publish it on another portal."),
    ),
    "unexpected": (
        gettext_lazy("Something unexpected happened."),
        gettext_lazy("Tell support."),
    ),
}
# Codes that are said like another.
SAME_AS = {
    "category": "category_unsupported",
    "highlight": "highlight_unknown",
    "listing_refused": "refused",
    "mapping_missing": "name_unknown",
    "plan_exhausted": "plan_full",
}

# kind of warning -> what was asked and what was granted.
WARNINGS: Mapping[str, Text] = {
    "photo_rejected": gettext_lazy("The portal left photos out: %(asked)s."),
    "photo_limit": gettext_lazy("%(asked)s photos sent, the portal shows %(granted)s."),
    "highlight_denied": gettext_lazy("Highlight %(asked)s asked, none granted."),
    "text_truncated": gettext_lazy("Text of %(asked)s characters cut to %(granted)s."),
    "optional_ignored": gettext_lazy("Optionals left out: %(asked)s."),
}
# Messages of our own, where the portal did not speak.
_OWN_MESSAGES: Mapping[str, Text] = {
    "quota_used_up": gettext_lazy("The quota of this highlight is used up."),
    "not_released": gettext_lazy("This highlight is not released for the account."),
}


def describe(problem: Mapping[str, Any]) -> str:
    """Return a stored problem in plain words: what is wrong, the portal's own words, what to do."""
    parts = [what_is_wrong(problem), _quoted(str(problem.get("message") or "")), fix_for(problem)]
    return " ".join(part for part in parts if part)


def what_is_wrong(problem: Mapping[str, Any]) -> str:
    """Return only what is wrong."""
    return _filled(_sentence(problem)[0], problem)


def fix_for(problem: Mapping[str, Any]) -> str:
    """Return only what to do about it."""
    return _filled(_sentence(problem)[1], problem)


def describe_warning(warning: Mapping[str, Any]) -> str:
    """Return in plain words what was asked of a portal and what it granted."""
    kind = str(warning.get("kind") or "")
    message = str(warning.get("message") or "")
    template = WARNINGS.get(kind)
    if template is None:
        return message or kind
    values = {name: _readable(kind, warning.get(name)) for name in ("asked", "granted")}
    own = _OWN_MESSAGES.get(message)
    said = str(own) if own is not None else _quoted(message)
    return f"{str(template) % values} {said}".strip()


def _sentence(problem: Mapping[str, Any]) -> tuple[Text, Text]:
    code = str(problem.get("code") or "")
    return SENTENCES.get(SAME_AS.get(code, code), SENTENCES["unexpected"])


class _Values(dict[str, Any]):
    """Values of a template; what is not known reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def _filled(template: Text, problem: Mapping[str, Any]) -> str:
    params = problem.get("params") or {}
    values = _Values({name: _listed(value) for name, value in params.items()})
    field = str(problem.get("field") or "")
    values["field"] = str(FIELDS.get(field, field))
    return str(template) % values


def _readable(kind: str, value: Any) -> str:
    """Return a value of a warning; photos are counted, since their addresses say nothing."""
    if kind == "photo_rejected" and isinstance(value, list):
        return str(len(value))
    return _listed(value)


def _listed(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return "-" if value is None else str(value)


def _quoted(message: str) -> str:
    return _("The portal says: “%(message)s”") % {"message": message} if message else ""
