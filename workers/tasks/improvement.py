"""Finding opportunities, and telling customers what changed."""

from celery import shared_task

from casework.core import clock
from casework.core.db import transaction
from casework.improvement import services


@shared_task(name="improvement.find")
def find() -> None:
    """Run the finders over the cases as they are now."""
    services.find_opportunities(clock.now())


@shared_task(name="improvement.tell")
def tell(action_id: int) -> None:
    """Write to everybody who is still to be told of one action."""
    services.tell_customers(action_id, clock.now())


@shared_task(name="improvement.sweep")
def sweep() -> None:
    """Find actions about which somebody still waits to be told."""
    with transaction():
        services.ask_for_waiting()
