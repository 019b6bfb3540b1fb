"""Changes of calendars and standards: looking at what they would do, and applying them."""

from celery import shared_task

from casework.cases.changes import doing
from casework.core import clock


@shared_task(name="cases.change_clocks")
def do(change_id: int) -> None:
    """Go on with a change from where it is."""
    doing.run(change_id, clock.now)


@shared_task(name="cases.sweep_changes")
def sweep() -> None:
    """Go on with what nobody finished."""
    doing.sweep(clock.now)
