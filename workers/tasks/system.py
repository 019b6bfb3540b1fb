"""Signs of life."""

from celery import shared_task

from casework.core import clock
from casework.core.db import transaction
from casework.core.heartbeat import beat


@shared_task(name="system.ping")
def ping() -> None:
    """The worker shows that it works."""
    with transaction():
        beat("worker", clock.now())


@shared_task(name="system.beat")
def scheduled_beat() -> None:
    """Asked for by the scheduler and done by the worker, so it proves both."""
    with transaction():
        beat("worker", clock.now())
        beat("scheduler", clock.now())
