"""Forms of the door, and of what a store decides about itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, User


class LoginForm(AuthenticationForm):
    """User name and password; what was typed as name is kept after a wrong password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A phone's keyboard must neither correct the name nor capitalise it.
        self.fields["username"].widget.attrs.update(autocorrect="off", spellcheck="false")


class SwitchDealerForm(forms.Form):
    """The dealer to work for, among those where the person has an active membership."""

    dealer = forms.ModelChoiceField(queryset=Dealer.objects.none(), label=_("Dealer"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dealer"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows for the checker
        field.queryset = Dealer.objects.filter(
            is_active=True, memberships__user=user, memberships__is_active=True
        )


class PublicPagesForm(forms.Form):
    """Whether anybody may see the stock."""

    public_pages = forms.BooleanField(
        required=False,
        label=_("Show my stock to everybody"),
        help_text=_("A page of the stock and one for each vehicle that anybody can open."),
    )


class SwitchLanguageForm(forms.Form):
    """The language a person wants to read."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))
