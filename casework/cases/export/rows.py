"""The cells of an export: the same columns as on the screen, with whole instants instead of short words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select

from casework.cases.models import NO_DUE, Case
from casework.cases.queues import COLUMNS
from casework.cases.queues.clocks import Live, live_clocks
from casework.cases.queues.columns import CLOCKS
from casework.cases.rules import SEVERITIES
from casework.catalogue.models import ProcessVersion
from casework.catalogue.queries import process_of
from casework.core.db import db

CHUNK = 500
Cell = str | int | datetime | None


def heads_of(columns: Sequence[str]) -> list[str]:
    """The heads of the columns."""
    return [str(COLUMNS[name].label) for name in columns]


def cells_of(wanted: Select[Any], columns: Sequence[str]) -> Iterator[list[Cell]]:
    """Every row of a list in its order, read in one statement as it is written out, so that it never stands whole.

    One statement sees one moment: no case is missed or comes twice because it changed meanwhile.
    """
    states = _States()
    rows = db.session.execute(wanted.execution_options(yield_per=CHUNK))
    clocks = [name for name in columns if name in CLOCKS]
    for chunk in _chunks(rows):
        cases = [row[0] for row in chunk]
        live = live_clocks([case.id for case in cases], clocks)
        for case in cases:
            yield [_cell(case, name, live, states) for name in columns]


def _chunks(rows: Iterable[Row[Any]]) -> Iterator[list[Row[Any]]]:
    chunk: list[Row[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _States:
    """The words for the states of the processes met so far."""

    def __init__(self) -> None:
        self.words: dict[tuple[int, str], str] = {}

    def label(self, version: ProcessVersion, state: str) -> str:
        key = (version.id, state)
        if key not in self.words:
            found = process_of(version).state(state)
            self.words[key] = found.label if found else state
        return self.words[key]


def _cell(case: Case, name: str, live: Live, states: _States) -> Cell:
    if name in CLOCKS:
        found = live.get((case.id, name))
        return found[0] if found else None
    if name == "state":
        return states.label(case.process_version, case.state)
    return _PLAIN[name](case)


def _customer(case: Case) -> str:
    return case.customer.label if case.customer and not case.customer.is_anonymous else ""


_PLAIN: dict[str, Any] = {
    "reference": lambda case: case.reference,
    "title": lambda case: case.title,
    "customer": _customer,
    "category": lambda case: case.category.path if case.category else "",
    "service": lambda case: case.service.name if case.service else "",
    "severity": lambda case: SEVERITIES.get(case.severity, ("", ""))[0],
    "team": lambda case: case.team.name if case.team else "",
    "handler": lambda case: case.handler.name if case.handler else "",
    "received": lambda case: case.received_at,
    "due": lambda case: case.next_due_at if case.is_open and case.next_due_at != NO_DUE else None,
    "tags": lambda case: ", ".join(case.tags),
    "channel": lambda case: case.channel.label,
    "updated": lambda case: case.updated_at,
}
