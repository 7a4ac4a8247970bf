"""With REDIS_URL set, cache and queue are in Redis and behave as they do in the database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.db import transaction
from django_q.brokers import get_broker
from django_q.brokers.redis_broker import Redis
from django_q.signing import SignedPackage

from config.lib.tasks import enqueue

pytestmark = pytest.mark.redis


def note(number: int) -> str:
    """A task for the worker to run."""
    return f"noted {number}"


@pytest.fixture
def broker() -> Iterator[Redis]:
    """The queue's broker, its queue empty before and after the test."""
    broker = get_broker()
    broker.purge_queue()
    yield broker
    broker.purge_queue()


def test_the_cache_is_shared_through_redis():
    cache.set("office-test", {"price": 1}, timeout=30)

    assert isinstance(caches["default"], RedisCache)
    assert cache.get("office-test") == {"price": 1}


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_is_sent_on_commit_and_not_before(broker):
    with transaction.atomic():
        enqueue(note, 7)
        before = broker.queue_size()

    (sent,) = broker.dequeue()
    task = SignedPackage.loads(sent[1])
    assert before == 0
    assert isinstance(broker, Redis)
    assert (task["func"].rsplit(".", 1)[1], task["args"]) == ("note", (7,))


@pytest.mark.django_db(transaction=True)
def test_a_rollback_sends_nothing(broker):
    with transaction.atomic():
        enqueue(note, 7)
        transaction.set_rollback(True)

    assert broker.queue_size() == 0
