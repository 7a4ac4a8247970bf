"""The form of the time within which an ad must be gone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

SHORTEST = 5
LONGEST = 7 * 24 * 60


class TargetForm(forms.Form):
    """Minutes from the sale or withdrawal until no portal may show the ad any more."""

    gone_target_minutes = forms.IntegerField(
        label=_("Minutes until an ad must be gone"),
        min_value=SHORTEST,
        max_value=LONGEST,
        help_text=_("From the sale or withdrawal until the portal shows the ad no more."),
    )
