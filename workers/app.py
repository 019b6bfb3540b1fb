"""The Celery application. Run by `celery -A workers.app:celery worker` and `… beat`."""

import importlib
import pkgutil
from datetime import UTC
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_process_init, worker_ready
from flask import Flask
from kombu import Queue

import workers.tasks
from app import create_app
from casework.core.config import Settings
from casework.core.queue import QUEUES, TRANSPORT_OPTIONS, queue_of
from workers.base import CaseworkTask
from workers.schedule import SCHEDULE


def create_celery(flask_app: Flask) -> Celery:
    """A Celery application whose tasks run inside this Flask application's context."""
    settings: Settings = flask_app.extensions["settings"]
    celery = Celery("casework", broker=settings.broker_url or "memory://", task_cls=CaseworkTask)
    celery.conf.update(
        broker_transport_options=TRANSPORT_OPTIONS,
        broker_connection_retry_on_startup=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        # Shorter than the broker's visibility time-out, so that no task is given out twice while it runs.
        task_time_limit=600,
        task_soft_time_limit=540,
        task_default_queue="system",
        # Without -Q a worker listens to all of these.
        task_queues=[Queue(name) for name in sorted(set(QUEUES.values()))],
        task_routes=lambda name, *_args, **_kwargs: {"queue": queue_of(name)} if "." in name else None,
        enable_utc=True,
        timezone=str(UTC),
        beat_schedule=SCHEDULE,
        beat_schedule_filename=str(settings.data_dir / "beat-schedule"),
    )
    celery.flask_app = flask_app
    celery.set_default()
    return celery


def load_tasks() -> None:
    """Import every module of workers.tasks, so that its tasks are known."""
    for module in pkgutil.iter_modules(workers.tasks.__path__):
        importlib.import_module(f"workers.tasks.{module.name}")


celery = create_celery(create_app())
load_tasks()


@worker_process_init.connect
def fresh_connections(**_: Any) -> None:
    """A child process must not share the parent's database connections."""
    from casework.core.db import db

    with celery.flask_app.app_context():
        db.engine.dispose(close=False)


@beat_init.connect
def say_scheduled(**_: Any) -> None:
    """The scheduler asks for its sign of life as soon as it runs, and not first after its first round."""
    celery.send_task("system.beat", queue=queue_of("system.beat"))


@worker_ready.connect
def say_ready(**_: Any) -> None:
    """Leave a sign of life as soon as the worker listens."""
    celery.send_task("system.ping", queue=queue_of("system.ping"))
