"""The grammar of the ops commands: JSON on standard output, sentences on standard error, 0 or 1.

A command says what it does in `work`; whatever it returns is printed as one line of JSON. What a
person can put right (wrong arguments, refused data, a database that is not there) ends as one
sentence and exit status 1; only a mistake of ours shows a traceback.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.lib import request_id


class Unfinished(Exception):
    """The command did what it could; `result` is still printed, and the exit status is 1."""

    def __init__(self, message: str, *, result: Any) -> None:
        super().__init__(message)
        self.result = result


class OpsCommand(BaseCommand):
    """Base of the commands that other programs may call; safe to run twice."""

    def work(self, **options: Any) -> Any:
        """Do it; return what is to be printed as JSON, or raise CommandError or Unfinished."""
        raise NotImplementedError

    def handle(self, *_: Any, **options: Any) -> None:
        """Run `work` and print its result."""
        request_id.begin()
        try:
            result = self.work(**options)
        except Unfinished as err:
            self.print_json(err.result)
            raise CommandError(str(err)) from err
        except ValidationError as err:
            raise CommandError(sentence_of(err)) from err
        except ImproperlyConfigured as err:
            raise CommandError(str(err)) from err
        except DatabaseError as err:
            reason = (str(err).strip().splitlines() or ["no reason given"])[0]
            raise CommandError(f"The database refused: {reason}") from err
        self.print_json(result)

    def print_json(self, value: Any) -> None:
        """Print one value as one line of JSON."""
        self.stdout.write(json.dumps(value, ensure_ascii=False))

    def say(self, message: str) -> None:
        """Tell the person something; it does not disturb what other programs read."""
        self.stderr.write(message, self.style.NOTICE)

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from a command line; wrong arguments end with 1, as every other failure."""
        try:
            super().run_from_argv(argv)
        except SystemExit as err:
            sys.exit(1 if err.code else 0)


def sentence_of(error: ValidationError) -> str:
    """Return a validation error as one line that names the fields."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    parts = (f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
    return "; ".join(part.removeprefix("__all__: ") for part in parts)


def read_stdin() -> str:
    """Return what came on standard input, without the line end; '' when nobody piped anything."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    return sys.stdin.read().rstrip("\r\n")
