"""Doing a bulk change: case by case, each in a transaction of its own, from a page or from a worker."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from casework.accounts.models import User
from casework.cases.models import BulkJob, JobState
from casework.cases.services import bulk
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Invalid, NotFound, Refused

log = structlog.get_logger(__name__)

# A worker that lives leaves a sign more often than this.
SILENT = timedelta(minutes=2)
SIGN_EVERY = 20
FAILED = "Something went wrong on our side, so it stayed as it is. Do it by hand, and tell an administrator."
CHANGED_MEANWHILE = "Somebody else changed it at the same moment. Look at it, then try again."


def run(job_id: int, clock: Callable[[], datetime]) -> None:
    """Do what waits in a job. Harmless when repeated, and when two do it at once."""
    job = db.session.get(BulkJob, job_id)
    if job is None or job.state is not JobState.RUNNING:
        return
    with transaction():
        bulk.refuse_unseen(job, actor=db.session.get_one(User, job.actor_id))
    for number, position in enumerate(bulk.waiting(job_id)):
        _one(job_id, position, clock())
        if number % SIGN_EVERY == SIGN_EVERY - 1:
            with transaction():
                bulk.touch(_job(job_id), now=clock())
    with transaction():
        bulk.finish(_job(job_id), now=clock())


def sweep(clock: Callable[[], datetime]) -> None:
    """Go on with the jobs of workers that died, and remove old ones."""
    for job_id in bulk.left_behind(clock() - SILENT):
        run(job_id, clock)
    with transaction():
        bulk.forget_old(clock())


def _one(job_id: int, position: int, now: datetime) -> None:
    try:
        with transaction():
            job = _job(job_id)
            bulk.do_one(job, position, actor=db.session.get_one(User, job.actor_id), now=now)
            return
    except (Refused, NotFound, Invalid, Conflict) as refusal:
        sentence = refusal.message
    except (StaleDataError, IntegrityError):
        sentence = CHANGED_MEANWHILE
    except OperationalError:
        # The database is away: what is left is done when it is back.
        raise
    except Exception:
        # One case that breaks the program does not hold up those behind it, nor the job for ever.
        log.exception("a case of a bulk change failed", job=job_id, position=position)
        sentence = FAILED
    with transaction():
        bulk.note_refused(_job(job_id), position, sentence)


def _job(job_id: int) -> BulkJob:
    return db.session.get_one(BulkJob, job_id)
