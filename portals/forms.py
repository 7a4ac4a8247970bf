"""Forms of the portals' pages; they judge what was typed, services act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from config.lib.typed_ids import RowsField
from inventory.models import Vehicle
from portals.connectors.base import Connector
from portals.connectors.types import CredentialField
from portals.forms_highlights import HighlightField
from portals.models import Plan, PortalAccess
from portals.models.access import Environment, FailureMode
from portals.models.listing import Wanted
from portals.selectors.board import BoardFilter, choices_of

MOST_CHOSEN = 500
MOST_DIGITS = 19  # of an id
SHOWS = [
    ("", _("All vehicles")),
    ("problem", _("With a problem")),
    ("moving", _("In progress")),
    ("live", _("Live")),
    ("reduced", _("Reduced")),
    ("pending", _("Waiting for the portal")),
    ("paused", _("Paused")),
    ("none", _("Not published anywhere")),
    *[(mode.value, mode.label) for mode in FailureMode if mode.value],
]


class AccessField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Choose an access of the dealer by the name of its portal."""

    def label_from_instance(self, obj: PortalAccess) -> str:
        """Return the portal's name: the dealer is always the same."""
        return obj.portal.name


class BoardFilterForm(forms.Form):
    """What of the board is shown; anything unreadable counts as "all"."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Plate, code or model")}),
    )
    access = AccessField(label=_("Portal"), queryset=PortalAccess.objects.none(), required=False)
    show = forms.ChoiceField(label=_("Show"), choices=SHOWS, required=False)

    def __init__(self, data: QueryDict, *, dealer: Dealer) -> None:
        super().__init__(data, auto_id="filter_%s")
        access = self.fields["access"]
        assert isinstance(access, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        access.queryset = PortalAccess.objects.for_dealer(dealer).select_related("portal")
        access.empty_label = _("All portals")

    def chosen(self) -> BoardFilter:
        """Return the filter, empty where the input made no sense."""
        self.is_valid()
        clean = getattr(self, "cleaned_data", {})
        access = clean.get("access")
        return BoardFilter(
            text=clean.get("q") or "",
            access_id=access.pk if access else None,
            show=clean.get("show") or "",
        )


class WishForm(forms.Form):
    """What the dealer wants of some ads: which vehicles, at which access (none: all), what."""

    wanted = forms.ChoiceField(choices=Wanted.choices)
    access = forms.ModelChoiceField(queryset=PortalAccess.objects.none(), required=False)
    vehicle = RowsField(queryset=Vehicle.objects.none(), required=False)
    plan = forms.ModelChoiceField(queryset=Plan.objects.none(), required=False)
    highlight = HighlightField(required=False)
    everything = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("access", PortalAccess.objects.for_dealer(dealer).filter(is_active=True)),
            ("vehicle", Vehicle.objects.for_dealer(dealer)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows the type
            field.queryset = rows
        self._offer(dealer)

    def _offer(self, dealer: Dealer) -> None:
        """Let plan and highlight be chosen of the access that is named, and of no other."""
        typed = str(self.data.get("access") or "")
        accesses = PortalAccess.objects.for_dealer(dealer).filter(is_active=True)
        found = accesses.filter(pk=typed) if typed.isdecimal() and len(typed) < MOST_DIGITS else ()
        access = next(iter(found), None)
        plan, highlight = self.fields["plan"], self.fields["highlight"]
        assert isinstance(plan, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        assert isinstance(highlight, HighlightField)  # noqa: S101 - narrows the type
        if access is not None:
            plan.queryset = access.plans.filter(kind="ad", retired_at__isnull=True)
            highlight.choices = list(choices_of(access).highlights)

    def choice(self) -> dict[str, Any]:
        """Return plan and highlight, as far as they were sent; what was not stays as it is."""
        names = ("plan", "highlight")
        return {name: self.cleaned_data[name] for name in names if name in self.data}

    def clean(self) -> dict[str, Any]:
        """Refuse a wish for no vehicle at all, and one longer than a page can hold."""
        cleaned = super().clean() or {}
        chosen = cleaned.get("vehicle")
        if not cleaned.get("everything") and not self.errors:
            if not chosen:
                raise forms.ValidationError(_("Choose at least one vehicle."), code="none")
            if len(chosen) > MOST_CHOSEN:
                raise forms.ValidationError(_("Choose fewer vehicles at once."), code="too_many")
        return cleaned


class AdForm(forms.Form):
    """The wish for one ad with plan and highlight, as the vehicle's page offers it."""

    wanted = forms.ChoiceField(label=_("I want this ad"), choices=Wanted.choices)
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=Plan.objects.none(), required=False)
    highlight = HighlightField(label=_("Highlight"))

    def __init__(
        self,
        data: QueryDict | None,
        *,
        access: PortalAccess,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, auto_id=f"ad{access.pk}_%s", initial=initial)
        self.anchor_prefix = f"ad{access.pk}-"  # one form for each portal on the same page
        plan = self.fields["plan"]
        assert isinstance(plan, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        plan.queryset = access.plans.filter(kind="ad", retired_at__isnull=True)
        plan.empty_label = _("Any plan")
        highlight = self.fields["highlight"]
        assert isinstance(highlight, HighlightField)  # noqa: S101 - narrows the type
        highlight.choices = list(choices_of(access).highlights)
        if not any(each.kind == "ad" and each.retired_at is None for each in access.plans.all()):
            del self.fields["plan"]
        if not highlight.choices:
            del self.fields["highlight"]


class AccessForm(forms.Form):
    """The account at a portal, built from what the connector asks for. Secrets are write-only.

    Nothing stored is ever shown again; a blank field keeps what is stored.
    """

    environment = forms.ChoiceField(
        label=_("Environment"),
        choices=Environment.choices,
        help_text=_("The sandbox is for trying out: nobody outside sees those ads."),
    )

    def __init__(
        self, *args: Any, connector: type[Connector], is_connected: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        environment = self.fields["environment"]
        assert isinstance(environment, forms.ChoiceField)  # noqa: S101 - narrows the type
        environment.choices = [
            (value, label) for value, label in Environment.choices if value in connector.base_urls
        ]
        self.names = [each.name for each in connector.credentials]
        for each in connector.credentials:
            attrs = {"autocomplete": "new-password" if each.secret else "off"}
            widget = forms.PasswordInput if each.secret else forms.TextInput
            self.fields[each.name] = forms.CharField(
                label=gettext(each.label),
                required=not is_connected,
                max_length=400,
                widget=widget(attrs=attrs),
                help_text=_help_of(each, is_connected=is_connected),
            )

    def credentials(self) -> dict[str, str]:
        """Return what was typed, without the fields left empty."""
        return {name: self.cleaned_data[name] for name in self.names if self.cleaned_data[name]}


def _help_of(field: CredentialField, *, is_connected: bool) -> str:
    """Return where the dealer finds it, and for a stored one that it need not be typed again."""
    parts = [gettext(field.help) if field.help else ""]
    if is_connected:
        parts.append(gettext("Leave it empty to keep what is stored."))
    return " ".join(part for part in parts if part)


class SwitchesForm(forms.Form):
    """What of an access is switched on."""

    is_active = forms.BooleanField(label=_("Access in use"), required=False)
    stock_enabled = forms.BooleanField(label=_("Publish stock"), required=False)
    leads_enabled = forms.BooleanField(label=_("Receive leads"), required=False)
