"""For machines that watch: is the process up, do database, broker and worker answer, what was counted."""

import time
from datetime import UTC, datetime, timedelta

import redis
import structlog
from flask import Response, abort, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from casework.core import clock
from casework.core.config import Settings
from casework.core.db import db
from casework.core.heartbeat import last_beat
from casework.core.queue import enqueue

log = structlog.get_logger(__name__)

# The worker leaves a sign of life every 30 seconds; three missed ones are a silence.
SILENCE = timedelta(seconds=90)
# Asking the worker for a sign of life is put off when somebody asked this recently.
PING_EVERY_SECONDS = 5


def database_problem() -> str | None:
    """Why the database does not answer, or None."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("database does not answer", error=type(error).__name__)
        db.session.rollback()
        return "The database does not answer. Look at DATABASE_URL, the server, and the disk."
    return None


def broker_problem(settings: Settings) -> str | None:
    """Why the broker does not answer, or None."""
    if not settings.redis_url:
        return "No broker is set. Set REDIS_URL, or start Casework with: make run"
    try:
        broker(settings).ping()
    except (redis.RedisError, OSError) as error:
        log.warning("broker does not answer", error=type(error).__name__)
        return "The broker does not answer. Look at REDIS_URL and whether the server behind it runs."
    return None


def silence_of(name: str, now: datetime, *, since: datetime | None = None) -> str | None:
    """Why "worker" or "scheduler" counts as silent at `now`, or None. Signs older than `since` do not count."""
    at = last_beat(name)
    if at is None:
        return f"The {name} has never left a sign of life. Start it; make run starts everything."
    if now - at > SILENCE or (since is not None and at < since):
        seconds = max(0, int((now - at).total_seconds()))
        return (
            f"The {name} left its last sign of life {seconds} seconds ago. Look at its log; start it again."
        )
    return None


def broker(settings: Settings) -> redis.Redis:
    """A connection to the broker that does not wait long."""
    return redis.Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2)


def healthz() -> Response:
    """The process is up and answers; nothing else is asked."""
    return jsonify(ok=True)


def readyz() -> tuple[Response, int]:
    """Whether database and broker answer; with `?worker=1` also the worker.

    `since` (seconds since 1970) asks for a sign of life newer than that, for whoever has just started a
    worker and must not be content with the sign of the one before.
    """
    settings: Settings = current_app.extensions["settings"]
    checks = {"database": database_problem(), "broker": broker_problem(settings)}
    if request.args.get("worker") == "1" and not any(checks.values()):
        checks["worker"] = _worker_problem(settings)
    ready = not any(checks.values())
    words = {name: problem or "ok" for name, problem in checks.items()}
    return jsonify(ok=ready, checks=words), 200 if ready else 503


def metrics() -> Response:
    """What was counted, for Prometheus, to the addresses that may ask."""
    settings: Settings = current_app.extensions["settings"]
    # Behind a proxy that we were not told of, everybody would seem to come from this machine.
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    unknown_proxy = passed_on and not settings.trusted_proxies
    if unknown_proxy or request.remote_addr not in settings.metrics_allowed:
        abort(403)
    registry = current_app.extensions["meters"].registry
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _worker_problem(settings: Settings) -> str | None:
    problem = silence_of("worker", clock.now(), since=_since())
    if problem is None:
        return None
    if broker(settings).set("casework:ping-asked", int(time.time()), nx=True, ex=PING_EVERY_SECONDS):
        enqueue("system.ping")
    return problem


def _since() -> datetime | None:
    try:
        return datetime.fromtimestamp(float(request.args.get("since", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None
