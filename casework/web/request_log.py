"""Each request has an id of our own making, and leaves one line of JSON on stderr and a count for Prometheus.

A line says who asked for which address and how it went; what people typed is in no line: no form, no query.
"""

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

from casework.accounts.access import SAFE_METHODS
from casework.core.db import expect_writes

log = structlog.get_logger("request")

_shared = (
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


class Meters:
    """What is counted, in a registry of its own: several applications may live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("endpoint", "method", "status")
        self.requests = Counter("casework_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "casework_request_seconds", "Time to answer", ("endpoint",), registry=self.registry
        )


def register(app: Flask) -> None:
    """Number, time, log and count every request."""
    set_up_logs(app)
    app.extensions["meters"] = meters = Meters()
    app.before_request(begin)

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        endpoint = request.endpoint or "none"
        meters.requests.labels(endpoint, request.method, f"{response.status_code // 100}xx").inc()
        meters.seconds.labels(endpoint).observe(seconds)
        response.headers["X-Request-ID"] = g.get("request_id", "")
        log.info(
            "request",
            method=request.method,
            # The pattern, not the address: addresses hold the secrets of private links.
            path=request.url_rule.rule if request.url_rule else "(none)",
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            user_id=g.get("user_id"),
        )
        return response


def begin() -> None:
    """Give the request its id; say whether it will write, so that SQLite lets it wait for its turn."""
    g.began = time.perf_counter()
    # Made here and taken from nobody: an id from outside could be made to look like another's.
    g.request_id = secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)
    # A thread serves many requests, so this is said anew for each.
    expect_writes(request.method not in SAFE_METHODS)


def set_up_logs(app: Flask) -> None:
    """One line of JSON on stderr for everything that we and Flask say."""
    structlog.configure(
        processors=[*_shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=_shared,
        )
    )
    app.logger.handlers = [handler]
    app.logger.propagate = False


def _to_stderr(*_: object) -> structlog.PrintLogger:
    # Asked for each time: a test or a supervisor may have put another stream there.
    return structlog.PrintLogger(sys.stderr)
