"""Serves the public sizes of photos, as portals fetch them; a proxy may do it in its place."""

from __future__ import annotations

import mimetypes

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

YEAR = 365 * 24 * 3600  # seconds; a name never gets other bytes


@login_not_required
@require_safe
def photo_file(_request: HttpRequest, name: str) -> FileResponse:
    """Send a rendition by its random public name; 404 for anything else. Originals are not here."""
    try:
        file = storages["photos"].open(name)
    except (OSError, SuspiciousFileOperation, ValueError) as err:
        raise Http404 from err
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(file, content_type=kind)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
