"""What narrows a list, as it stands in the address: read strictly, and put into the statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from casework.cases.models import Case, CaseTag, Channel, Kind
from casework.cases.rules import SEVERITIES
from casework.catalogue.models import Category
from casework.catalogue.queries import the_agency
from casework.core.errors import Invalid

# The handler of cases that nobody has; no person has this number.
NOBODY = 0
YEARS = range(1900, 2200)
LONGEST_TAG = 40


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a queue; None means whatever. A category means those under it too. Days are the agency's."""

    team_id: int | None = None
    handler_id: int | None = None
    service_id: int | None = None
    category_id: int | None = None
    severity: int | None = None
    kind: str | None = None
    channel: str | None = None
    stage: int | None = None
    tag: str | None = None
    received_from: date | None = None
    received_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    restricted: bool | None = None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise ValueError
    # More than a database holds in a number is nobody's number.
    return min(int(text), 2**31 - 1)


def _handler(text: str) -> int:
    return NOBODY if text == "nobody" else _number(text)


def _severity(text: str) -> int:
    if _number(text) not in SEVERITIES:
        raise ValueError
    return int(text)


def _stage(text: str) -> int:
    if text not in ("1", "2"):
        raise ValueError
    return int(text)


def _word_of(kind: type[StrEnum]) -> Callable[[str], str]:
    return lambda text: str(kind(text).value)


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS or len(text) != 10:
        raise ValueError
    return day


def _yes_or_no(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _tag(text: str) -> str:
    if len(text) > LONGEST_TAG or "\x00" in text:
        raise ValueError
    return " ".join(text.lower().split())


# The part of the address, the filter it fills, and how it is read.
READ: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "team": ("team_id", _number),
    "handler": ("handler_id", _handler),
    "service": ("service_id", _number),
    "category": ("category_id", _number),
    "severity": ("severity", _severity),
    "kind": ("kind", _word_of(Kind)),
    "channel": ("channel", _word_of(Channel)),
    "stage": ("stage", _stage),
    "tag": ("tag", _tag),
    "received_from": ("received_from", _day),
    "received_to": ("received_to", _day),
    "due_from": ("due_from", _day),
    "due_to": ("due_to", _day),
    "restricted": ("restricted", _yes_or_no),
}


def filters_from(parts: Mapping[str, str]) -> Filters:
    """The filters in the parts of an address. Raises Invalid, naming the one that cannot be used."""
    found: dict[str, Any] = {}
    for part, (name, read) in READ.items():
        text = parts.get(part, "").strip()
        if text:
            try:
                found[name] = read(text)
            except (ValueError, KeyError):
                raise Invalid(
                    f"The filter “{part}” is not usable. Take it off, or choose it again."
                ) from None
    return Filters(**found)


def parts_of(filters: Filters) -> dict[str, str]:
    """The parts of an address that say these filters."""
    by_name = {name: part for part, (name, _) in READ.items()}
    found = {}
    for field in fields(filters):
        value = getattr(filters, field.name)
        if value is None:
            continue
        text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        found[by_name[field.name]] = "nobody" if field.name == "handler_id" and value == NOBODY else text
    return found


def narrowed(wanted: Select[Case], filters: Filters) -> Select[Case]:
    """Those of the cases that pass every filter."""
    for name in ("team_id", "service_id", "severity", "kind", "channel", "stage"):
        value = getattr(filters, name)
        if value is not None:
            wanted = wanted.where(getattr(Case, name) == value)
    if filters.handler_id is not None:
        handler = None if filters.handler_id == NOBODY else filters.handler_id
        wanted = wanted.where(Case.handler_id == handler)
    if filters.category_id is not None:
        wanted = wanted.where(Case.category_id.in_(_under(filters.category_id)))
    if filters.tag is not None:
        wanted = wanted.where(Case.id.in_(select(CaseTag.case_id).where(CaseTag.tag == filters.tag)))
    if filters.restricted is not None:
        wanted = wanted.where(Case.is_restricted if filters.restricted else ~Case.is_restricted)
    return _in_days(wanted, filters)


def _in_days(wanted: Select[Case], filters: Filters) -> Select[Case]:
    spans = (
        (Case.received_at, filters.received_from, filters.received_to),
        (Case.next_due_at, filters.due_from, filters.due_to),
    )
    for column, first, last in spans:
        if first is not None:
            wanted = wanted.where(column >= _begin(first))
        if last is not None:
            wanted = wanted.where(column < _begin(last + timedelta(days=1)))
    return wanted


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(the_agency().time_zone)).astimezone(UTC)


def _under(category_id: int) -> Select[int]:
    """A category and all below it. Paths are compared as they are: one may hold % or _."""
    top, under = aliased(Category), aliased(Category)
    stem = top.path + " › "
    below = func.substr(under.path, 1, func.length(stem)) == stem
    return select(under.id).join(top, (under.id == top.id) | below).where(top.id == category_id)
