"""Keeping the figures up to date."""

from celery import shared_task

from casework.core import clock
from casework.core.errors import NotFound
from casework.measures import services


@shared_task(name="measures.refresh")
def refresh() -> None:
    """Count again the cases that changed. Before the agency is set up there is nothing to count."""
    try:
        services.refresh(clock.now())
    except NotFound:
        return
