"""Why a picture was refused, in words for the person who uploaded it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Keyed by PhotoBlob.problem.
PROBLEMS = {
    "empty": _("The file is empty."),
    "too_large": _("The file is too large."),
    "not_a_picture": _("This is not a photo. Send JPEG, PNG, WebP or HEIC."),
    "heic_unsupported": _("HEIC photos cannot be read here. Send the photo as JPEG."),
    "too_small": _("The photo is too small to be of use. Send it in its original size."),
    "too_many_pixels": _("The photo has too many pixels. Send it in a smaller size."),
    "unreadable": _("The file is damaged or incomplete. Send the photo again."),
    "missing": _("The file was lost. Send the photo again."),
}


def problem_text(code: str) -> str:
    """Return the sentence for a problem code; '' for none."""
    return str(PROBLEMS.get(code, PROBLEMS["unreadable"])) if code else ""
