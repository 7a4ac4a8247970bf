"""Runs an ops command as another program would: arguments in, JSON out."""

from __future__ import annotations

import io
import json
from typing import Any

from django.core.management import call_command


def run(name: str, *arguments: str) -> Any:
    """Return what the command printed on standard output, read as JSON."""
    printed = io.StringIO()
    call_command(name, *arguments, stdout=printed, stderr=io.StringIO())
    return json.loads(printed.getvalue())


def run_in_full(name: str, *arguments: str) -> tuple[str, str]:
    """Return standard output and standard error as they are."""
    out, err = io.StringIO(), io.StringIO()
    call_command(name, *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()
