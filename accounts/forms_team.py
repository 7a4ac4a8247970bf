"""Forms of the team and of forgotten passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.dealer import Role


class InviteForm(forms.Form):
    """Who is invited, and as what; the service judges it."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=())

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows for the checker
        field.choices = [(role.value, role.label) for role in reversed(roles)]


class MemberForm(forms.Form):
    """What becomes of a member: another role, or in or out of the team."""

    role = forms.ChoiceField(choices=Role.choices, required=False)
    act = forms.ChoiceField(choices=[(each, each) for each in ("role", "end", "renew", "link")])


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )
