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

    - Lot by lot in the order of the cases, so that memory stays as large as one lot and nobody waits for a long lock.
    - A case that differs is looked at again while it is held: somebody may have been in the middle of changing it.
    """
    checked = Checked()
    for lot in _lots():
        checked.cases += len(lot)
        checked.clocks += sum(len(case.clocks) for case in lot)
        differ = [case.id for case in lot if any(stored_differences(case))]
        _forget()
        for case_id in differ:
            found = _look_again(case_id, mend=mend)
            checked.different += bool(found)
            checked.sentences += found[: MOST_SAID - len(checked.sentences)]
    return checked


def _look_again(case_id: int, *, mend: bool) -> list[str]:
    with transaction():
        case = db.session.get_one(Case, case_id, with_for_update=True)
        found = list(stored_differences(case))
        if found and mend:
            keep_standing(case)
    _forget()
    return found


def _forget() -> None:
    """End what was read, and forget it: what is read next is as it is then."""
    db.session.rollback()
    db.session.expunge_all()
    # What was read of calendars and the agency belonged to the rows that are forgotten now.
    db.session.info.pop("definitions", None)


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
