"""Every ops command ends with 0 or 1 and speaks in sentences."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import CommandError
from django.db import DatabaseError

from config.lib.ops import OpsCommand, Unfinished, read_stdin, sentence_of

ROOT = Path(__file__).resolve().parents[3]


class Probe(OpsCommand):
    """A command that returns or raises what it was given."""

    requires_system_checks = ()

    def __init__(self, outcome: object) -> None:
        super().__init__(stdout=io.StringIO(), stderr=io.StringIO())
        self.outcome = outcome

    def work(self, **_: object) -> object:
        """Do what the test wants."""
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    @property
    def printed(self) -> str:
        """What went to standard output."""
        return str(self.stdout._out.getvalue())  # type: ignore[attr-defined]


def test_the_result_is_one_line_of_readable_json():
    command = Probe({"name": "São Paulo"})

    command.handle()

    assert command.printed == '{"name": "São Paulo"}\n'


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValidationError({"plate": ["No"], "price": ["Low", "Odd"]}), "plate: No; price: Low Odd"),
        (ValidationError("No."), "No."),
        (ImproperlyConfigured("No key."), "No key."),
        (DatabaseError("no such table: x\nDETAIL: y"), "The database refused: no such table: x"),
        (DatabaseError(""), "The database refused: no reason given"),
    ],
)  # fmt: skip
def test_what_a_person_can_put_right_is_one_sentence(error, sentence):
    command = Probe(error)

    with pytest.raises(CommandError) as refused:
        command.handle()

    assert str(refused.value) == sentence
    assert command.printed == ""


def test_unfinished_work_is_reported_and_fails():
    command = Probe(Unfinished("Two are left.", result={"sent": 3}))

    with pytest.raises(CommandError, match="Two are left"):
        command.handle()

    assert command.printed == '{"sent": 3}\n'


def test_a_mistake_of_ours_is_not_hidden():
    with pytest.raises(KeyError):
        Probe(KeyError("x")).handle()


def test_errors_that_belong_to_no_field_stand_alone():
    assert sentence_of(ValidationError({"__all__": ["Both."]})) == "Both."


def test_standard_input_loses_only_its_line_end(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(" spaces stay \r\n"))

    assert read_stdin() == " spaces stay "


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add_dealer", "--code", "x"), "--name"),
        (("listings", "--dealer", "x", "--portal", "y"), "The database refused: "),
    ],
)
def test_from_a_command_line_every_failure_ends_with_one(tmp_path, arguments, said):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
