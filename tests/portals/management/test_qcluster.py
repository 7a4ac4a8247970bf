"""A worker that starts looks at once for what waited."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django_q.management.commands import qcluster
from django_q.models import OrmQ


class Idle:
    """A cluster that starts no process."""

    def start(self) -> None:
        """Do nothing."""


@pytest.mark.django_db(transaction=True)
def test_the_worker_begins_with_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qcluster, "Cluster", Idle)

    call_command("qcluster")

    assert [message.task["func"] for message in OrmQ.objects.all()] == ["portals.tasks.sweep"]
