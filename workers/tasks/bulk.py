"""One change made to many cases."""

from celery import shared_task

from casework.cases import bulk
from casework.core import clock


@shared_task(name="cases.bulk")
def do(job_id: int) -> None:
    """Do what waits in a bulk change."""
    bulk.run(job_id, clock.now)


@shared_task(name="cases.sweep_bulk")
def sweep() -> None:
    """Go on with bulk changes that nobody finished."""
    bulk.sweep(clock.now)
