"""The customer's pages, tidied up."""

from celery import shared_task

from casework.core import clock
from casework.core.db import transaction
from casework.portal.services import forget_old_drafts


@shared_task(name="portal.sweep")
def sweep() -> None:
    """Forget answers that were never sent and whose seven days are over."""
    with transaction():
        forget_old_drafts(clock.now())
