"""The support floor as a whole: its name, the office's own table, and the queue's, never edited.

A schedule with a wrong argument would stop all schedules, so they are owned by code alone.
"""

from __future__ import annotations

from django.contrib import admin
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_q import admin as queue_admin
from django_q.models import Failure, OrmQ, Schedule, Success

from accounts.admin import by_support
from config.lib.admin import ReadOnlyAdmin, ServiceAdmin
from office.models import BulkItem, BulkRun, Notice, NoticeMail, SavedFilter
from office.services.saved_filters import save_filter

# Importing the queue's own pages has registered them; ours take their place.
assert queue_admin  # noqa: S101 - the import is needed for what it does

admin.site.site_header = _("Support")
admin.site.site_title = _("Support")
admin.site.index_title = _("All dealers")

for _model in (Schedule, OrmQ, Success, Failure):
    # With the queue in Redis its table has no page to replace.
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """What runs when; `sync_schedules` writes it."""

    list_display = ("name", "minutes", "next_run", "repeats")
    search_fields = ("name",)


@admin.register(OrmQ)
class QueuedTaskAdmin(ReadOnlyAdmin):
    """What waits for a worker."""

    list_display = ("id", "task_name", "lock")
    exclude = ("payload",)

    @admin.display(description=_("task"))
    def task_name(self, queued: OrmQ) -> str:
        """The task's name, as its signed package says it."""
        return str(queued.name() or "—")


@admin.register(Success)
class SuccessAdmin(ReadOnlyAdmin):
    """Tasks that ended well and were kept."""

    list_display = ("name", "func", "started", "stopped")
    search_fields = ("name", "func")
    exclude = ("args", "kwargs", "result")


@admin.register(Failure)
class FailureAdmin(ReadOnlyAdmin):
    """Tasks that broke: mistakes of ours, since whatever may happen is handled by the tasks."""

    list_display = ("name", "func", "started", "stopped")
    search_fields = ("name", "func")
    exclude = ("args", "kwargs")


@admin.register(SavedFilter)
class SavedFilterAdmin(ServiceAdmin):
    """Filters people keep; support may correct one, through save_filter."""

    editable = ("name", "query")
    list_display = ("name", "user", "dealer", "updated_at")
    list_select_related = ("user", "dealer")
    list_filter = ("dealer",)
    search_fields = ("name", "user__username", "dealer__name")

    def apply_changes(self, request: HttpRequest, obj: SavedFilter, form: Form) -> None:
        """Write what the form says."""
        facts = {name: form.cleaned_data[name] for name in self.editable}
        save_filter(
            dealer=obj.dealer,
            user_id=obj.user_id,
            by=by_support(request),
            saved_id=obj.pk,
            **facts,
        )


@admin.register(BulkRun)
class BulkRunAdmin(ReadOnlyAdmin):
    """Bulk changes of all dealers."""

    list_display = ("id", "dealer", "kind", "state", "created_by", "created_at", "finished_at")
    list_filter = ("state", "kind")
    list_select_related = ("dealer", "created_by")
    search_fields = ("request_id", "reason", "dealer__name")


@admin.register(BulkItem)
class BulkItemAdmin(ReadOnlyAdmin):
    """What bulk changes did to each vehicle."""

    list_display = ("id", "run_id", "vehicle_id", "outcome", "field", "message")
    list_filter = ("outcome",)
    search_fields = ("=run__id", "=vehicle__code")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What stands, or stood, at the dealers; begun and ended by the worker alone."""

    list_display = ("kind", "dealer", "subject", "opened_at", "cleared_at")
    list_filter = ("kind",)
    list_select_related = ("dealer",)
    search_fields = ("dealer__name", "=subject")


@admin.register(NoticeMail)
class NoticeMailAdmin(ReadOnlyAdmin):
    """Whom notices were told, or are to be."""

    list_display = ("id", "notice_id", "user", "phase", "due_at", "sent_at", "tries")
    list_filter = ("phase",)
    list_select_related = ("user",)
    search_fields = ("user__username", "=notice__id")
