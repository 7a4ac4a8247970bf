"""Tables of the office's own pages."""

from __future__ import annotations

from office.models.bulk import BulkItem, BulkRun
from office.models.notice import Notice, NoticeMail
from office.models.saved_filter import SavedFilter

__all__ = ["BulkItem", "BulkRun", "Notice", "NoticeMail", "SavedFilter"]
