"""Forms of the pages of names (de-para): filters, copies and files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from inventory.models import Category
from portals.forms import AccessField
from portals.models import PortalAccess
from portals.models.access import Environment
from portals.models.catalogue import CatalogueKind, MappingOrigin
from portals.selectors.decided_names import DecidedFilter
from portals.services.places import Scope

MOST_BYTES = 1_000_000  # travels again in a form, where 2.5 MB is the most
LEAST = [("", _("Any probability")), *[(str(each), f"≥ {each} %") for each in (50, 75, 90, 97, 99)]]
BULK_LEAST = [(str(each), f"≥ {each} %") for each in (99, 97, 95, 90, 80, 70, 50)]
WHOSE = [
    ("", _("All decisions")),
    ("own", _("Decided by this store")),
    ("all", _("For everyone")),
]


class _Filter(forms.Form):
    """A filter in the address; anything unreadable counts as not said."""

    def __init__(self, data: QueryDict | None, *, dealer: Dealer) -> None:
        super().__init__(data, auto_id="filter_%s")
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                accesses = PortalAccess.objects.for_dealer(dealer).select_related("portal")
                field.queryset = accesses.order_by("portal__name", "pk")
        self.is_valid()

    def said(self, name: str) -> Any:
        """Return what a field says, None where it says nothing that makes sense."""
        return getattr(self, "cleaned_data", {}).get(name) or None

    @property
    def query(self) -> str:
        """The query string that says the same again."""
        said = ((name, self.said(name)) for name in self.fields)
        return urlencode({name: getattr(value, "pk", value) for name, value in said if value})


class _NamesFilter(_Filter):
    """Of which portal and kind names are shown."""

    access = AccessField(
        label=_("Portal"),
        queryset=PortalAccess.objects.none(),
        required=False,
        empty_label=_("All portals"),
    )
    kind = forms.ChoiceField(
        label=_("Kind of name"),
        required=False,
        choices=[("", _("All kinds")), *CatalogueKind.choices],
    )


class QueueFilterForm(_NamesFilter):
    """Which waiting names are shown; `least` in percent."""

    type = forms.ChoiceField(
        label=_("Vehicles"), required=False, choices=[("", _("All vehicles")), *Category.choices]
    )
    least = forms.ChoiceField(label=_("Suggestion"), required=False, choices=LEAST)

    @property
    def threshold(self) -> float:
        """The least probability that is shown, 0 for any."""
        return int(self.said("least") or 0) / 100


class BulkFilterForm(QueueFilterForm):
    """Which suggestions are accepted together; without a word, the surest."""

    least = forms.ChoiceField(label=_("At least"), required=False, choices=BULK_LEAST)

    @property
    def threshold(self) -> float:
        """The least probability that is accepted."""
        return int(self.said("least") or BULK_LEAST[0][0]) / 100


class DecidedFilterForm(_NamesFilter):
    """Which decisions are shown."""

    field_order = ("q",)

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("A part of the name")}),
    )
    origin = forms.ChoiceField(
        label=_("Origin"), required=False, choices=[("", _("Any origin")), *MappingOrigin.choices]
    )
    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=WHOSE)

    def chosen(self) -> DecidedFilter:
        """Return the filter, empty where the input made no sense."""
        return DecidedFilter(
            text=self.said("q") or "",
            access=self.said("access"),
            kind=self.said("kind") or "",
            origin=self.said("origin") or "",
            whose=self.said("whose") or "",
        )


class CopyForm(_Filter):
    """From which access and environment decisions are copied, and to which access."""

    source = AccessField(label=_("From"), queryset=PortalAccess.objects.none())
    environment = forms.ChoiceField(
        label=_("Environment there"),
        required=False,
        choices=[("", _("That of the access")), *Environment.choices],
    )
    target = AccessField(label=_("To"), queryset=PortalAccess.objects.none())

    def clean(self) -> dict[str, Any]:
        """Refuse to copy a place onto itself."""
        found = super().clean() or {}
        if found.get("source") and found.get("target"):
            source, target = self._scopes(found)
            if (source.portal, source.environment) == (target.portal, target.environment):
                raise forms.ValidationError(_("Choose another portal or environment to copy from."))
        return found

    def scopes(self) -> tuple[Scope, Scope]:
        """Return from where and to where; only of a valid form."""
        return self._scopes(self.cleaned_data)

    @staticmethod
    def _scopes(found: dict[str, Any]) -> tuple[Scope, Scope]:
        target = Scope.of(found["target"])
        source = Scope.of(found["source"])
        return replace(source, environment=found.get("environment") or source.environment), target


class MappingFileForm(forms.Form):
    """A CSV of decisions for one access."""

    access = AccessField(label=_("Portal"), queryset=PortalAccess.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        access = self.fields["access"]
        assert isinstance(access, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        accesses = PortalAccess.objects.for_dealer(dealer).select_related("portal")
        access.queryset = accesses.order_by("portal__name", "pk")

    def clean_file(self) -> bytes:
        """Return the bytes, none of no file; one that no list of names can be is left unread."""
        file = self.cleaned_data["file"]
        if file is None:
            return b""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        return bytes(file.read())
