"""Doing what a job asks, lot after lot, each in a transaction of its own; harmless when repeated."""

from collections.abc import Callable
from datetime import datetime, timedelta

from casework.accounts.models import User
from casework.cases.models.versions import Going, VersionMove
from casework.cases.versions import services
from casework.core.db import db, transaction

# A worker that lives leaves a sign more often than this.
SILENT = timedelta(minutes=2)


def run(job_id: int, clock: Callable[[], datetime]) -> None:
    """Move what waits in a job."""
    job = db.session.get(VersionMove, job_id)
    if job is None or job.state is not Going.RUNNING:
        return
    while one_lot(job_id, clock()):
        pass
    with transaction():
        services.finish(db.session.get_one(VersionMove, job_id), now=clock())


def one_lot(job_id: int, now: datetime) -> int:
    """Move the next lot of a job; how many were settled."""
    with transaction():
        job = db.session.get_one(VersionMove, job_id)
        actor = db.session.get_one(User, job.actor_id)
        return services.move_lot(job, actor=actor, now=now)


def sweep(clock: Callable[[], datetime]) -> None:
    """Go on with the jobs of workers that died, and remove old ones."""
    for job_id in services.left_behind(clock() - SILENT):
        run(job_id, clock)
    with transaction():
        services.forget_old(clock())
