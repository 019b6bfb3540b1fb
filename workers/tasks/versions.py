"""Open cases that are moved to another version of their process."""

from celery import shared_task

from casework.cases.versions import doing
from casework.core import clock


@shared_task(name="cases.move_versions")
def do(job_id: int) -> None:
    """Move what waits in a job."""
    doing.run(job_id, clock.now)


@shared_task(name="cases.sweep_versions")
def sweep() -> None:
    """Go on with what nobody finished."""
    doing.sweep(clock.now)
