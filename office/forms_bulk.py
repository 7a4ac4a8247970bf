"""Forms of bulk changes: one per kind; what they allow is judged again by the service."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from config.lib.typed_ids import RowsField
from inventory.models import DescriptionTemplate, Optional, VehicleState
from office.models.bulk import BulkKind
from office.services.bulk_kinds import REACHABLE
from office.services.bulk_prices import Mode, Rounding

KINDS = [(kind.value, kind.label) for kind in BulkKind if kind != BulkKind.UNDO]


class BulkForm(forms.Form):
    """What every bulk change has: a reason for the history."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Stands in the history of every vehicle."),
    )

    field_order: list[str] | None = None

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "bulk_%s")
        super().__init__(*args, **kwargs)
        self.dealer = dealer

    def parameters(self) -> dict[str, Any]:
        """Return what the kind's service takes."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "reason"}


class PriceForm(BulkForm):
    """By how much prices change, and how they are rounded."""

    field_order = ["mode", "value", "rounding", "reason"]

    mode = forms.ChoiceField(label=_("Kind of change"), choices=Mode.choices)
    value = forms.DecimalField(
        label=_("By how much"),
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "text", "placeholder": "-5"}),
        help_text=_("With a minus to lower it: -5 is five less."),
    )
    rounding = forms.ChoiceField(
        label=_("Round the new price"), choices=Rounding.choices, initial=Rounding.NONE
    )


class PromotionForm(PriceForm):
    """By how much the promotional price differs from the price; or that there is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = [  # type: ignore[attr-defined]
            *[(mode.value, _MODES[mode]) for mode in Mode],
            ("remove", _("remove the promotional price")),
        ]
        self.fields["value"].required = False

    def clean(self) -> dict[str, Any]:
        """Demand a number unless the promotional price is to go."""
        clean = super().clean() or self.cleaned_data
        if clean.get("mode") != "remove" and clean.get("value") is None and not self.errors:
            self.add_error("value", self.fields["value"].error_messages["required"])
        return clean


_MODES = {Mode.PERCENT: _("the price, by percent"), Mode.AMOUNT: _("the price, by amount")}


class StateForm(BulkForm):
    """Where the vehicles go."""

    field_order = ["state", "reason"]

    state = forms.ChoiceField(
        label=_("New state"), choices=[(each, VehicleState(each).label) for each in REACHABLE]
    )


class OptionalsForm(BulkForm):
    """Which optionals are added and which removed; all others stay."""

    field_order = ["add", "remove", "reason"]

    add = RowsField(label=_("Add"), queryset=Optional.objects.none(), required=False)
    remove = RowsField(label=_("Remove"), queryset=Optional.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["add"].queryset = Optional.objects.filter(retired_at__isnull=True)  # type: ignore[attr-defined]
        self.fields["remove"].queryset = Optional.objects.all()  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        """Return the chosen ids."""
        clean = self.cleaned_data
        return {name: [each.pk for each in clean[name]] for name in ("add", "remove")}

    def groups(self) -> list[tuple[str, list[tuple[Optional, bool, bool]]]]:
        """Return the optionals by group, each with whether it is to be added, and removed."""
        ticked = {name: {str(pk) for pk in self[name].value() or ()} for name in ("add", "remove")}
        rows = [
            (each, str(each.pk) in ticked["add"], str(each.pk) in ticked["remove"])
            for each in self.fields["remove"].queryset  # type: ignore[attr-defined]
        ]
        return [(group, list(each)) for group, each in groupby(rows, key=lambda row: row[0].group)]


class DescriptionForm(BulkForm):
    """Which template is filled in."""

    field_order = ["template", "only_empty", "reason"]

    template = forms.ModelChoiceField(
        label=_("Template"), queryset=DescriptionTemplate.objects.none(), empty_label=None
    )
    only_empty = forms.BooleanField(
        label=_("Only vehicles without a description"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = DescriptionTemplate.objects.for_dealer(self.dealer)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]

    @property
    def has_no_template(self) -> bool:
        """Whether the dealer has none to choose from."""
        return not self.fields["template"].queryset.exists()  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        """Return the template's id, and whether existing texts stay."""
        clean = self.cleaned_data
        return {"template": clean["template"].pk, "only_empty": clean["only_empty"]}


FORMS: dict[str, type[BulkForm]] = {
    BulkKind.PRICE: PriceForm,
    BulkKind.PROMOTION: PromotionForm,
    BulkKind.STATE: StateForm,
    BulkKind.OPTIONALS: OptionalsForm,
    BulkKind.DESCRIPTION: DescriptionForm,
}
