"""Forms of the door, and of what a store decides about itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Dealer, User
from accounts.models.dealer import Country
from accounts.services.contact_data import (
    written_phone,
    written_postal_code,
    written_tax_id,
)

LONGEST_TYPED = 40  # characters, separators included, of what is stored without them


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


class StoreForm(forms.Form):
    """What a store says of itself; the service judges it.

    Each field carries what it showed, so that only what the person changed is written: two people
    who change different fields at once both keep their word.
    """

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As your customers read it.")
    )
    legal_name = forms.CharField(label=_("Legal name"), max_length=160, required=False)
    tax_id = forms.CharField(
        label=_("Tax id (CNPJ)"),
        max_length=LONGEST_TYPED,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Phone with area code"),
        max_length=LONGEST_TYPED,
        required=False,
        help_text=_("Some portals take no ad without it. Your public page shows it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "work tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "work email"}),
    )
    postal_code = forms.CharField(
        label=_("Postal code (CEP)"),
        max_length=LONGEST_TYPED,
        required=False,
        help_text=_("Some portals take no ad without it: it says where the vehicles are."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    street = forms.CharField(label=_("Street"), max_length=160, required=False)
    street_number = forms.CharField(
        label=pgettext_lazy("address", "Number"), max_length=20, required=False
    )
    district = forms.CharField(label=_("District"), max_length=80, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    state = forms.CharField(
        label=pgettext_lazy("address", "State"),
        max_length=2,
        required=False,
        help_text=_("Two letters, such as SP."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "address-level1"}
        ),
    )
    reservation_keeps_ads = forms.BooleanField(
        label=_("Ads stay live while a vehicle is reserved"),
        required=False,
        help_text=_("Otherwise they are paused, or taken down where the portal cannot pause."),
    )

    def __init__(self, data: QueryDict | None, *, dealer: Dealer) -> None:
        shown = {name: getattr(dealer, name) for name in self.base_fields}
        shown |= {
            "phone": written_phone(dealer.phone),
            "postal_code": written_postal_code(dealer.postal_code),
            "tax_id": written_tax_id(dealer.tax_id),
        }
        super().__init__(data, initial=shown)
        for field in self.fields.values():
            field.show_hidden_initial = True
        if dealer.country == Country.BRAZIL:
            self.fields["postal_code"].widget.attrs["inputmode"] = "numeric"

    def changes(self) -> dict[str, Any]:
        """Return the facts that the person changed, as typed; only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


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
