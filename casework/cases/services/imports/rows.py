"""A record of a file as the rows that it becomes: the case, its issue, and the clock of its due date.

How what is missing or odd is treated (docs/importing.md):

- A case without a due date in the file gets no clock: no standard of ours was promised to that customer.
- A due date without a time lasts until the end of that day; one before the opening is kept and was missed.
- An answer or a closing before the opening never comes here: the reader rejects the row.
- How far it came follows from its dates: closed, answered, acknowledged, else just received.
"""

import hashlib
import secrets
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendars import end_of_day
from casework.cases.clockwork import USUAL, next_step_at, step_times
from casework.cases.intake_files import Record, Stamp
from casework.cases.models import NO_DUE, Channel, ClockState, DecisionState, Finding, Kind, Remedy
from casework.cases.rules import derived_finding, title_of
from casework.cases.services.imports.lookups import ImportLookups, Landing
from casework.catalogue import money
from casework.catalogue.queries import default_calendar, the_agency

STAMPS = ("received_at", "acknowledged_at", "responded_at", "closed_at")
Row = dict[str, Any]
_DUE = "respond_due_at"
_stamps = attrgetter(*STAMPS, _DUE)
_words = attrgetter(*(f.name for f in fields(Record) if f.name not in ("line", _DUE, *STAMPS)))
_NONCE_BYTES, _NONCE_LENGTH = 9, 12


def digest_of(record: Record) -> str:
    """What tells a row from a changed one: the line it stands on does not count."""
    text = "\x1f".join([*map(_written, _stamps(record)), *map(str, _words(record))])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def case_row(record: Record, lookups: ImportLookups, *, digest: str, now: datetime, zone: ZoneInfo) -> Row:
    """The columns of the case, but for its reference."""
    kind = Kind(record.kind or Kind.COMPLAINT)
    landing = lookups.landing(kind)
    team_id = lookups.team(record.team)
    closed, responded = _at(record.closed_at), _at(record.responded_at)
    due_at = due_of(record.respond_due_at, zone)
    is_owed = due_at is not None and closed is None and responded is None
    return {
        "external_reference": record.external_reference,
        "import_digest": digest,
        "kind": kind,
        "channel": Channel(record.channel or Channel.OTHER),
        "title": _title_from(record.category[-1]) if record.category else title_of([], record.narrative),
        "narrative": record.narrative,
        "desired_outcome": record.desired_outcome,
        "location": record.location,
        "severity": record.severity or 1,
        "stage": record.stage or 1,
        "customer_id": lookups.customer(record),
        "service_id": lookups.service(record.service, team_id),
        "category_id": lookups.category(record.category),
        "team_id": team_id,
        "process_version_id": landing.version_id,
        "state": _state(record, landing),
        "state_since": closed or responded or _at(record.acknowledged_at) or record.received_at.at,
        "is_open": closed is None,
        "received_at": record.received_at.at,
        "acknowledged_at": _at(record.acknowledged_at),
        "responded_at": responded,
        "closed_at": closed,
        "date_only": [name for name in STAMPS if (s := getattr(record, name)) is not None and s.date_only],
        "decision_state": DecisionState.SENT if responded else DecisionState.NONE,
        "finding": derived_finding([record.finding]) if record.finding else "",
        "respond_due_at": due_at,
        "next_due_at": due_at if is_owed else NO_DUE,
        "updated_at": now,
    }


def new_case_row(row: Row, reference: str, nonce: str, now: datetime) -> Row:
    """The columns that a case gets once, when it is first taken."""
    return {**row, "reference": reference, "created_at": now, "link_nonce": nonce}


def nonces(how_many: int) -> list[str]:
    """Nonces for so many private links, asked from the system at once: 9 random bytes are 12 characters each."""
    text = secrets.token_urlsafe(_NONCE_BYTES * how_many)
    return [text[at : at + _NONCE_LENGTH] for at in range(0, len(text), _NONCE_LENGTH)]


def issue_row(record: Record, case: Row, case_id: int, lookups: ImportLookups) -> Row:
    """The one issue of an imported case."""
    return {
        "case_id": case_id,
        "number": 1,
        "summary": case["title"],
        "service_id": case["service_id"],
        "category_id": case["category_id"],
        "finding": Finding(record.finding) if record.finding else None,
        "cause_id": lookups.cause(record.cause),
        "remedy": Remedy(record.remedy) if record.remedy else None,
        "remedy_amount": _minor(record.remedy_amount),
    }


def _minor(amount: Decimal | None) -> int | None:
    """An amount in the smallest unit of the agency's currency; what lies between two of them is rounded."""
    if amount is None:
        return None
    return min(round(amount.scaleb(money.decimals(the_agency().currency))), money.MOST)


def clock_row(case: Row, case_id: int) -> Row | None:
    """The clock of the due date that came with the record, if one came."""
    if case["respond_due_at"] is None:
        return None
    state = ClockState.MET if case["responded_at"] else ClockState.RUNNING
    if state is ClockState.RUNNING and not case["is_open"]:
        state = ClockState.CANCELLED
    return {
        "case_id": case_id,
        "promise": "respond",
        "name": "Answer by the date in the imported record",
        "started_at": case["received_at"],
        "due_at": case["respond_due_at"],
        "state": state,
        "met_at": case["responded_at"],
        "next_step_at": _first_point(case) if state is ClockState.RUNNING else None,
    }


def _first_point(case: Row) -> datetime | None:
    """When something is first said of a date that came with a record: the usual points hold for it."""
    times = step_times(
        USUAL,
        default_calendar(),
        started_at=case["received_at"],
        due_at=case["respond_due_at"],
    )
    return next_step_at(times, ())


def due_of(stamp: Stamp | None, zone: ZoneInfo) -> datetime | None:
    """A due date without a time lasts to the end of its day."""
    if stamp is None:
        return None
    return end_of_day(zone, stamp.local.date()) if stamp.date_only else stamp.at


# A file has few categories and many rows.
@lru_cache(maxsize=1024)
def _title_from(category: str) -> str:
    return title_of([category], "")


def _written(stamp: Stamp | None) -> str:
    # Out of its parts, because a named tuple makes its own text slowly.
    return f"{stamp.at.isoformat()} {stamp.local.isoformat()} {stamp.date_only}" if stamp else ""


def _at(stamp: Stamp | None) -> datetime | None:
    return None if stamp is None else stamp.at


def _state(record: Record, landing: Landing) -> str:
    if record.closed_at is not None:
        return landing.closed
    if record.responded_at is not None:
        return landing.responded
    return landing.acknowledged if record.acknowledged_at is not None else landing.start
