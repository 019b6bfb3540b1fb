"""A row of a file as a record of a case, or a sentence that says why it cannot be one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from casework.cases.intake_files.mapping import ImportMapping
from casework.cases.intake_files.rows import Cell, RowProblem, SourceRow
from casework.cases.intake_files.stamps import Stamp, StampReader, is_before, stamp_reader
from casework.cases.intake_files.vocabulary import (
    AMOUNT,
    CHOICES,
    EMPTY,
    PATHS,
    REFERENCE,
    STAMPS,
    TEXTS,
    WHOLE_NUMBERS,
    choice,
    what_it_may_be,
    whole_number,
)

# What has happened; a due date is a promise and may lie anywhere, even before the case was received.
_HAPPENED = {"acknowledged_at": "acknowledged", "responded_at": "answered", "closed_at": "closed"}
_AMOUNT = re.compile(r"(?:[A-Z]{3}|[^\w\s.,+-])?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row as the importer takes it. Text that was not given is "", other things None, a path ()."""

    line: int
    external_reference: str
    received_at: Stamp
    acknowledged_at: Stamp | None = None
    responded_at: Stamp | None = None
    closed_at: Stamp | None = None
    respond_due_at: Stamp | None = None
    kind: str = ""
    channel: str = ""
    finding: str = ""
    remedy: str = ""
    severity: int | None = None
    stage: int | None = None
    category: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()
    remedy_amount: Decimal | None = None
    service: str = ""
    team: str = ""
    customer_name: str = ""
    customer_email: str = ""
    customer_phone: str = ""
    customer_group: str = ""
    location: str = ""
    narrative: str = ""
    desired_outcome: str = ""
    response_text: str = ""
    status: str = ""


class _Unusable(Exception):
    """A value cannot be taken; the message is the row's sentence."""


Take = Callable[[Mapping[str, Cell]], Any]


class Converter:
    """Converts the rows of one file by one mapping; made once, called for each row.

    `now` is the instant after which nothing can have happened yet.
    """

    def __init__(self, mapping: ImportMapping, *, now: datetime) -> None:
        self._now = now
        self._today = now.astimezone(mapping.zone).date()
        self._twins = _twins(mapping)
        self._takes = [
            (field, _take(field, mapping)) for field in mapping.columns if field not in self._twins
        ]
        self._constants = {field: _constant(field, text) for field, text in mapping.constants.items()}

    def __call__(self, row: SourceRow) -> Record | RowProblem:
        """The row's record, or the first thing that keeps it from being one."""
        found: dict[str, Any] = {"line": row.line, **self._constants}
        values = row.values
        try:
            for field, take in self._takes:
                value = take(values)
                if value is not None:
                    found[field] = value
            for field, other in self._twins.items():
                found[field] = found.get(other)
            self._check_times(found)
        except _Unusable as problem:
            return RowProblem(row.line, str(problem), values)
        return Record(**found)

    def _check_times(self, found: Mapping[str, Any]) -> None:
        received: Stamp = found["received_at"]
        if self._is_to_come(received):
            raise _Unusable(f"It was received at a time that is still to come: {_said(received)}.")
        for field, happened in _HAPPENED.items():
            stamp: Stamp | None = found.get(field)
            if stamp is None:
                continue
            if is_before(stamp, received):
                times = f"{happened} {_said(stamp)}, received {_said(received)}"
                raise _Unusable(f"It was {happened} before it was received: {times}.")
            if self._is_to_come(stamp):
                raise _Unusable(f"It was {happened} at a time that is still to come: {_said(stamp)}.")

    def _is_to_come(self, stamp: Stamp) -> bool:
        return stamp.local.date() > self._today if stamp.date_only else stamp.at > self._now


def convert(row: SourceRow, mapping: ImportMapping, *, now: datetime) -> Record | RowProblem:
    """One row by itself; for many, make one Converter."""
    return Converter(mapping, now=now)(row)


def _said(stamp: Stamp) -> str:
    return stamp.local.date().isoformat() if stamp.date_only else stamp.local.isoformat(" ")


def _constant(field: str, text: str) -> Any:
    if field in CHOICES:
        return choice(field, text)
    if field in WHOLE_NUMBERS:
        return whole_number(field, text)
    return (text,) if field in PATHS else text


def _twins(mapping: ImportMapping) -> dict[str, str]:
    """Stamps that are read from the same column in the same way as another: field to that other field."""
    first: dict[tuple[str, str | None], str] = {}
    stamps = (field for field in mapping.columns if field in STAMPS)
    others = {field: first.setdefault(_how_read(field, mapping), field) for field in stamps}
    # An empty received_at is a problem where another empty stamp is none, so it is always read itself.
    return {field: other for field, other in others.items() if field not in (other, "received_at")}


def _how_read(field: str, mapping: ImportMapping) -> tuple[str, str | None]:
    return mapping.columns[field][0], mapping.formats.get(field)


def _take(field: str, mapping: ImportMapping) -> Take:
    """The function that takes a field from a row: None for nothing, _Unusable for nonsense."""
    columns = mapping.columns[field]
    column, values = columns[0], mapping.values.get(field, {})
    if field == REFERENCE:
        return _reference(column)
    if field in STAMPS:
        format_ = mapping.formats.get(field)
        return _stamp(field, column, read=stamp_reader(mapping.zone, format_), format_=format_)
    if field in PATHS:
        return _path(columns, values)
    if field in TEXTS:
        return _text(column, values)
    if field == AMOUNT:
        return _amount(column, values)
    return _from_list(field, column, values)


def _clean(cell: Cell, values: Mapping[str, str]) -> str:
    """A cell as text, translated; "" for what stands for nothing."""
    text = cell if isinstance(cell, str) else cell.isoformat()
    if "\0" in text:
        text = text.replace("\0", "")
    text = text.strip()
    if values:
        text = values.get(text, text)
    return "" if text in EMPTY else text


def _text(column: str, values: Mapping[str, str]) -> Take:
    return lambda row: _clean(row[column], values) or None


def _path(columns: tuple[str, ...], values: Mapping[str, str]) -> Take:
    return lambda row: tuple(text for column in columns if (text := _clean(row[column], values)))


def _reference(column: str) -> Take:
    def take(row: Mapping[str, Cell]) -> str:
        text = _clean(row[column], {})
        if not text:
            raise _Unusable(f'It has no external reference: the column "{column}" is empty.')
        return text

    return take


def _stamp(field: str, column: str, *, read: StampReader, format_: str | None) -> Take:
    expected = (
        f'a date of the form "{format_}"'
        if format_
        else "a date like 2026-10-22 or a time like 2026-10-22 10:12:00"
    )

    def take(row: Mapping[str, Cell]) -> Stamp | None:
        cell = row[column]
        given = _clean(cell, {}) if isinstance(cell, str) else cell
        if given == "":
            if field == "received_at":
                raise _Unusable(f'It does not say when it was received: the column "{column}" is empty.')
            return None
        try:
            return read(given)
        except (ValueError, OverflowError):
            raise _Unusable(f'"{given}" in the column "{column}" is not {expected}.') from None

    return take


def _from_list(field: str, column: str, values: Mapping[str, str]) -> Take:
    parse: Callable[[str, str], str | int | None] = choice if field in CHOICES else whole_number

    def take(row: Mapping[str, Cell]) -> str | int | None:
        text = _clean(row[column], values)
        if not text:
            return None
        value = parse(field, text)
        if value is None:
            raise _Unusable(
                f'"{text}" in the column "{column}" is not a {field}: it must be {what_it_may_be(field)}; '
                f"translate it in [values.{field}] of the mapping."
            )
        return value

    return take


def _amount(column: str, values: Mapping[str, str]) -> Take:
    def take(row: Mapping[str, Cell]) -> Decimal | None:
        text = _clean(row[column], values)
        if not text:
            return None
        found = _AMOUNT.fullmatch(text)
        if found is None:
            raise _Unusable(f'"{text}" in the column "{column}" is not an amount like 1,250.00 or 1250.')
        return Decimal(found[1].replace(",", "") + (found[2] or ""))

    return take
