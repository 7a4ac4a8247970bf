"""The support floor as a whole: its name, and the queue's tables, which nobody edits.

A schedule with a wrong argument would stop all schedules, so they are owned by code alone.
"""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_q import admin as queue_admin
from django_q.models import Failure, OrmQ, Schedule, Success

from config.lib.admin import ReadOnlyAdmin

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
