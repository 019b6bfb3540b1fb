"""Reminders, and the mails that gather what is new."""

from celery import shared_task

from casework.core import clock
from casework.core.errors import NotFound
from casework.notices import services


@shared_task(name="notices.sweep")
def sweep() -> None:
    """Tell of what is due. Before the agency is set up nothing is."""
    try:
        services.sweep(clock.now())
    except NotFound:
        return


@shared_task(name="notices.digest")
def digest() -> None:
    """Write one mail to everybody for whom it is time."""
    try:
        services.write_digests(clock.now())
    except NotFound:
        return
