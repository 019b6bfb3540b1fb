"""`flask portal sweep`."""

import click
from flask.cli import AppGroup

from casework.core import clock
from casework.core.db import transaction
from casework.portal.services import forget_old_drafts

portal = AppGroup("portal", help="The customer's pages.")


@portal.command("sweep")
def sweep() -> None:
    """Forget answers that were never sent and whose seven days are over."""
    with transaction():
        gone = forget_old_drafts(clock.now())
    click.echo(f"{gone} forgotten.")
