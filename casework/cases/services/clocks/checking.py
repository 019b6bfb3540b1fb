"""Proving that what is kept of the clocks is what happened to them, for every case there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import exists, select
from sqlalchemy.orm import load_only, selectinload

from casework.cases.models import Case, Clock
from casework.cases.services.clocks.standing import keep_standing, stored_differences
from casework.core.db import db, transaction

LOT = 500
MOST_SAID = 100


@dataclass
class Checked:
    """How many cases and clocks were replayed, and what differed: how many, and the first sentences."""

    cases: int = 0
    clocks: int = 0
    different: int = 0
    sentences: list[str] = field(default_factory=list)


def check_clocks(*, mend: bool = False) -> Checked:
    """Replay what happened to the clocks of every case and compare it with what is kept; `mend` keeps the replayed.

    Lot by lot in the order of the cases, so that memory stays as large as one lot and nobody waits for a long lock.
    """
    checked = Checked()
    for lot in _lots():
        with transaction():
            for case in lot:
                found = list(stored_differences(case))
                checked.cases += 1
                checked.clocks += len(case.clocks)
                checked.different += bool(found)
                checked.sentences += found[: MOST_SAID - len(checked.sentences)]
                if found and mend:
                    keep_standing(case)
        db.session.expunge_all()
        # What was read of calendars and the agency belonged to the rows that are forgotten now.
        db.session.info.pop("definitions", None)
    return checked


def _lots() -> Iterator[list[Case]]:
    columns = (
        Case.reference,
        Case.stage,
        Case.next_due_at,
        Case.is_paused,
        Case.respond_due_at,
        Case.version,
    )
    wanted = (
        select(Case)
        .where(exists().where(Clock.case_id == Case.id))
        .options(
            load_only(*columns),
            selectinload(Case.clocks).joinedload(Clock.standard),
            selectinload(Case.clock_events),
        )
        .order_by(Case.id)
        .limit(LOT)
    )
    last = 0
    while lot := list(db.session.scalars(wanted.where(Case.id > last))):
        last = lot[-1].id
        yield lot
