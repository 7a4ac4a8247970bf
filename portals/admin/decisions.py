"""Batches of decisions, which support can undo, and suggestions that were refused for good."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin
from portals import tasks
from portals.models import MappingBatch, MappingRefusal, MappingStep
from portals.services.mapping_undo import undo
from portals.services.refusing import allow_again


@admin.register(MappingBatch)
class MappingBatchAdmin(ServiceAdmin):
    """What was decided in one go; undoing it restores what was before."""

    list_display = (
        *("made_at", "kind", "portal", "environment", "dealer", "count", "threshold", "made_by"),
        *("undone_at", "undone_by"),
    )
    list_select_related = ("portal", "dealer", "made_by", "undone_by")
    list_filter = ("portal", "environment", "kind")
    ordering = ("-made_at", "-pk")
    actions = ("undo_batches",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MappingBatch]:
        """Count the steps of a page's batches in the same query."""
        steps = MappingStep.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
        count = Subquery(steps.annotate(number=Count("pk")).values("number"))
        batches: QuerySet[MappingBatch] = super().get_queryset(request)
        return batches.annotate(steps_count=count)

    @admin.display(description=_("mappings"))
    def count(self, batch: MappingBatch) -> int:
        """How many names were decided."""
        return getattr(batch, "steps_count", None) or 0

    @admin.action(description=_("Undo"), permissions=["change"])
    def undo_batches(self, request: HttpRequest, batches: QuerySet[MappingBatch]) -> None:
        """Restore what was before, the newest batch first; what was changed since is kept."""
        restored = kept = 0
        chosen = batches.select_related("portal", "dealer").order_by("-made_at", "-pk")
        for batch in chosen:
            report = undo(batch, by=by_support(request))
            tasks.wake(report.marked)
            restored += report.restored
            kept += len(report.kept)
        text = ngettext("%(count)d mapping restored.", "%(count)d mappings restored.", restored)
        self.message_user(request, text % {"count": restored})
        if kept:
            text = ngettext(
                "%(count)d mapping was changed since and stays as it is.",
                "%(count)d mappings were changed since and stay as they are.",
                kept,
            )
            self.message_user(request, text % {"count": kept}, messages.WARNING)


@admin.register(MappingStep)
class MappingStepAdmin(ReadOnlyAdmin):
    """One name of a batch, before and after."""

    list_display = (
        "batch",
        "vehicle_type",
        "kind",
        "source_key",
        "body",
        "year",
        "before",
        "after",
    )
    list_select_related = ("batch",)
    list_filter = ("kind", "batch__portal", "batch__kind")
    search_fields = ("source_key", "=batch__id")
    folds_search = True
    ordering = ("-pk",)


@admin.register(MappingRefusal)
class MappingRefusalAdmin(ServiceAdmin):
    """Suggestions that are not made again, for a dealer or (empty) for anyone."""

    list_display = ("source_key", "kind", "entry", "portal", "dealer", "refused_by", "refused_at")
    list_select_related = ("portal", "entry", "dealer", "refused_by")
    list_filter = ("portal", "environment", "kind")
    search_fields = ("source_key", "entry__folded")
    folds_search = True
    ordering = ("-pk",)
    actions = ("allow",)

    @admin.action(description=_("Suggest again"), permissions=["change"])
    def allow(self, request: HttpRequest, refusals: QuerySet[MappingRefusal]) -> None:
        """Take refusals back."""
        count = allow_again(refusals, by=by_support(request))
        text = ngettext("%(count)d refusal taken back.", "%(count)d refusals taken back.", count)
        self.message_user(request, text % {"count": count})
