"""Tasks are asked for by name, after the commit, with ids only.

The row that the task will find is the promise; the task is only a nudge. When the broker cannot be reached
the nudge is dropped with a line in the log, and the sweep in the schedule finds the row.
"""

from typing import Any, Protocol

import structlog
from celery import Celery
from flask import current_app

from casework.core.db import after_commit

log = structlog.get_logger(__name__)

# Which queue a task goes to, by the part of its name before the dot. The worker listens to all of them.
QUEUES = {
    "communications": "mail",
    "cases": "cases",
    "files": "files",
    "measures": "figures",
    "notices": "mail",
    "improvement": "figures",
    "portal": "system",
    "system": "system",
}

# Without the last two, the task of a worker that died was not given to another within a minute.
TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}


class Publisher(Protocol):
    """Whatever hands a task to the broker."""

    def send(self, name: str, args: tuple[Any, ...]) -> None: ...


class BrokerPublisher:
    """Hands tasks to the Redis-protocol broker; never waits long and never raises."""

    def __init__(self, broker_url: str) -> None:
        self.celery = Celery("casework-producer", broker=broker_url, set_as_current=False)
        self.celery.conf.update(
            # A person waits for this; a broker that takes longer gets no nudge, and the sweep finds the row.
            broker_transport_options={
                **TRANSPORT_OPTIONS,
                "socket_connect_timeout": 1,
                "socket_timeout": 1,
                "max_retries": 0,
            },
            broker_connection_retry=False,
            task_ignore_result=True,
        )

    def send(self, name: str, args: tuple[Any, ...]) -> None:
        try:
            self.celery.send_task(name, args=args, queue=queue_of(name), retry=False)
        except Exception as error:
            log.warning(
                "task not handed over; the sweep will find it", task=name, args=args, error=str(error)
            )


class NoBroker:
    """Used where no broker is set: keeps the names asked for, so that tests can look at them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def send(self, name: str, args: tuple[Any, ...]) -> None:
        self.asked.append((name, args))
        del self.asked[:-1000]


def queue_of(name: str) -> str:
    """The queue of a task, by the package it belongs to. Raises KeyError for a package without one."""
    return QUEUES[name.split(".", 1)[0]]


def enqueue(name: str, *args: int | str) -> None:
    """Ask for a task once the open transaction is kept. Arguments are ids and short words."""
    queue_of(name)
    publisher: Publisher = current_app.extensions["publisher"]
    after_commit(lambda: publisher.send(name, args))
