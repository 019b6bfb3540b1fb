"""Taking a chunk of records: new ones are added, changed ones brought up to date, the same ones left alone."""

import gc
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.audit.models import HistoryEntry
from casework.audit.services import record as record_history
from casework.cases.events import AnswerImported, CasesImported
from casework.cases.intake_files import Record
from casework.cases.models import Case, Clock, Issue
from casework.cases.rules import reference_of
from casework.cases.services.imports.bulk import Known, insert_many
from casework.cases.services.imports.lookups import ImportLookups
from casework.cases.services.imports.rows import (
    Row,
    case_row,
    clock_row,
    digest_of,
    issue_row,
    new_case_row,
    nonces,
)
from casework.cases.services.intake import take_numbers
from casework.core.db import db, table_of
from casework.core.events import publish

# Once a case was worked on here, the file no longer says how far it has come.
_PROGRESS = (
    "state", "state_since", "is_open", "acknowledged_at", "responded_at", "closed_at", "decision_state",
    "next_due_at", "finding",
)  # fmt: skip


@dataclass
class Taken:
    """What became of the records so far."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing in a row points back at it, and looking through them all over and over took a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class _Known:
    id: int
    digest: str | None


@_without_collecting()
def import_chunk(
    records: Sequence[Record],
    lookups: ImportLookups,
    *,
    actor_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    dry_run: bool = False,
) -> Taken:
    """Take some records, in a handful of statements however many they are.

    - The external reference says which case a row is; the same row again changes nothing.
    - A changed row changes what it says; how far a case has come is left alone once somebody moved it here.
    - `zone` is the agency's, in which a due date without a time ends its day.

    A dry run only counts.
    """
    taken, new, changed = Taken(), [], []
    known = _known([record.external_reference for record in records])
    for record in records:
        before, digest = known.get(record.external_reference), digest_of(record)
        if before is None:
            new.append((record, digest))
        elif before.digest == digest:
            taken.unchanged += 1
        else:
            changed.append((before.id, record, digest))
    taken.created, taken.updated = len(new), len(changed)
    if dry_run:
        return taken
    rows = [(record, case_row(record, lookups, digest=digest, now=now, zone=zone)) for record, digest in new]
    ids = _add(rows, lookups, actor_id=actor_id, now=now, zone=zone)
    kept = _kept([case_id for case_id, _, _ in changed])
    for case_id, record, digest in changed:
        row = case_row(record, lookups, digest=digest, now=now, zone=zone)
        _bring_up_to_date(kept[case_id], record, row, lookups, actor_id=actor_id, now=now)
        ids.append(case_id)
    answers = [
        AnswerImported(
            case_id, row["customer_id"], record.response_text, row["responded_at"] or row["received_at"]
        )
        for case_id, (record, row) in zip(ids, rows, strict=False)
        if record.response_text
    ]
    if ids:
        publish(CasesImported(ids, answers, now))
    return taken


def _known(references: Sequence[str]) -> dict[str, _Known]:
    wanted = select(Case.external_reference, Case.id, Case.import_digest).where(
        Case.external_reference.in_(references)
    )
    return {
        str(reference): _Known(case_id, digest) for reference, case_id, digest in db.session.execute(wanted)
    }


def _add(
    rows: Sequence[tuple[Record, Row]],
    lookups: ImportLookups,
    *,
    actor_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[int]:
    if not rows:
        return []
    numbers, secrets = _numbers([row for _, row in rows], zone), nonces(len(rows))
    cases = [
        new_case_row(row, reference, nonce, now)
        for (_, row), reference, nonce in zip(rows, numbers, secrets, strict=True)
    ]
    last = db.session.scalar(select(func.max(Case.id))) or 0
    known: Known = {}
    insert_many(table_of(Case), cases, known)
    ids = _ids_after(last, cases)
    pairs = list(zip(ids, rows, strict=True))
    issues = [issue_row(record, row, key, lookups) for key, (record, row) in pairs]
    insert_many(table_of(Issue), issues, known)
    clocks = [clock for key, (_, row) in pairs if (clock := clock_row(row, key)) is not None]
    insert_many(table_of(Clock), clocks, known)
    insert_many(table_of(HistoryEntry), [_entry(key, actor_id, now) for key in ids], known)
    return ids


def _ids_after(last: int, cases: Sequence[Row]) -> list[int]:
    """The ids that these new cases got. Ids only grow, so all lie after the last one that was there before."""
    wanted = select(Case.external_reference, Case.id).where(Case.id > last)
    ids = {str(reference): case_id for reference, case_id in db.session.execute(wanted)}
    return [ids[case["external_reference"]] for case in cases]


def _numbers(rows: Sequence[Row], zone: ZoneInfo) -> list[str]:
    """A reference for each row, taking each year's run of numbers at once."""
    years = [row["received_at"].astimezone(zone).year for row in rows]
    how_many: dict[int, int] = defaultdict(int)
    for year in years:
        how_many[year] += 1
    next_number = {year: take_numbers(year, n) for year, n in how_many.items()}
    references = []
    for year in years:
        references.append(reference_of(year, next_number[year]))
        next_number[year] += 1
    return references


def _entry(case_id: int, actor_id: int | None, now: datetime) -> Row:
    return {
        "subject_type": "case",
        "subject_id": case_id,
        "verb": "imported",
        "summary": "Imported from a file",
        "actor_id": actor_id,
        "at": now,
        "before": {},
        "after": {},
    }


@dataclass(frozen=True)
class _Kept:
    case: Case
    moved_here: bool


def _kept(ids: Sequence[int]) -> dict[int, _Kept]:
    """The cases of changed rows with what belongs to them, and whether somebody moved them here."""
    if not ids:
        return {}
    moved = select(HistoryEntry.subject_id).where(
        HistoryEntry.subject_type == "case", HistoryEntry.verb == "moved", HistoryEntry.subject_id.in_(ids)
    )
    moved_here = set(db.session.scalars(moved))
    wanted = (
        select(Case).where(Case.id.in_(ids)).options(selectinload(Case.issues), selectinload(Case.clocks))
    )
    return {case.id: _Kept(case, case.id in moved_here) for case in db.session.scalars(wanted)}


def _bring_up_to_date(
    found: _Kept, record: Record, row: Row, lookups: ImportLookups, *, actor_id: int | None, now: datetime
) -> None:
    case = found.case
    left_alone = _PROGRESS if found.moved_here else ()
    for name, value in row.items():
        if name not in left_alone and name != "process_version_id":
            setattr(case, name, value)
    if not found.moved_here:
        for name, value in issue_row(record, row, case.id, lookups).items():
            setattr(case.issues[0], name, value)
        _replace_clock(case, row)
    record_history("case", case.id, "imported", "Brought up to date from a file", actor_id=actor_id, at=now)
    db.session.flush()


def _replace_clock(case: Case, row: Row) -> None:
    values = clock_row(row, case.id)
    clock = next((clock for clock in case.clocks if clock.limit is None), None)
    if values is None and clock is not None:
        case.clocks.remove(clock)
        db.session.delete(clock)
    elif values is not None and clock is None:
        case.clocks.append(Clock(**values))
    elif values is not None and clock is not None:
        for name, value in values.items():
            setattr(clock, name, value)
