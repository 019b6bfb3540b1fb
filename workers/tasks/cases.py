"""Work on cases that nobody waits for."""

from celery import shared_task

from casework.cases.services.clocks import sweep_clocks
from casework.cases.services.drafts import sweep_drafts
from casework.cases.suggestions.learning import learn_categories
from casework.core import clock
from casework.core.db import transaction


@shared_task(name="cases.learn_categories")
def learn() -> None:
    """Learn from past cases which words speak for which category."""
    learn_categories(clock.now())


@shared_task(name="cases.sweep_drafts")
def forget_drafts() -> None:
    """Forget drafts of the log form that nobody has touched for a month, and discarded ones."""
    with transaction():
        sweep_drafts(clock.now())


@shared_task(name="cases.sweep_clocks")
def pass_points() -> None:
    """Write down which points clocks have passed, and tell of them. Before the agency is set up nothing is due."""
    sweep_clocks(clock.now())
