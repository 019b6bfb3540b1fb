"""Looking and applying, lot after lot, each in a transaction of its own; harmless when repeated."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from casework.cases.changes import applying, services
from casework.cases.models.changes import ChangeState, ClockChange
from casework.core.db import db, transaction

log = structlog.get_logger(__name__)

# A worker that lives leaves a sign more often than this.
SILENT = timedelta(minutes=2)
# Somebody who saves a case of a lot at the same moment makes it begin again; more often than this is no accident.
MOST_AGAIN = 20


def run(change_id: int, clock: Callable[[], datetime]) -> None:
    """Go on with a change from where it is."""
    change = db.session.get(ClockChange, change_id, populate_existing=True)
    if change is None:
        return
    if change.state is ChangeState.LOOKING:
        _each_lot(change_id, services.look_at_lot, clock)
    elif change.state is ChangeState.APPLYING:
        _each_lot(change_id, applying.apply_lot, clock)
        with transaction():
            services.finish(db.session.get_one(ClockChange, change_id), now=clock())


def _each_lot(change_id: int, lot: Callable[..., int], clock: Callable[[], datetime]) -> None:
    again = 0
    while True:
        try:
            with transaction():
                change = db.session.get(ClockChange, change_id)
                # It is gone when its draft was thrown away meanwhile.
                found = lot(change, now=clock()) if change is not None else 0
        except StaleDataError:
            again += 1
            if again > MOST_AGAIN:
                raise
            continue
        if not found:
            return


def sweep(clock: Callable[[], datetime]) -> None:
    """Go on with the changes of workers that died, and remove old ones."""
    for change_id in services.left_behind(clock() - SILENT):
        try:
            run(change_id, clock)
        except OperationalError:
            # The database is away: what is left is done when it is back.
            raise
        except Exception:
            # One that breaks the program does not hold up those behind it.
            log.exception("a change of clocks failed", change=change_id)
    with transaction():
        services.forget_old(clock())
