"""The one base task: application context, one log line, the session given back."""

import time
from typing import Any

import structlog
from celery import Task

from casework.core.db import db, expect_writes

log = structlog.get_logger("task")


class CaseworkTask(Task):
    """Runs every task inside the Flask application and logs its name, ids, outcome and time."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        outcome = "failed"
        with self.app.flask_app.app_context():
            expect_writes()
            try:
                result = self.run(*args, **kwargs)
                outcome = "done"
                return result
            finally:
                db.session.remove()
                ms = round((time.perf_counter() - began) * 1000, 1)
                log.info("task", task=self.name, args=args, outcome=outcome, ms=ms, id=self.request.id)
